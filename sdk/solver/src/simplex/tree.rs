//! The spanning tree of a basis: who hangs from whom, over which arc, and what that arc can still carry.

/// What stands in for the capacity of a slack arc.
pub const UNBOUNDED: i64 = i64::MAX;

/// A node and the arc to its parent.
#[derive(Clone, Copy)]
pub struct Node {
    /// The parent; the root is its own.
    pub parent: u32,
    /// Nodes in its subtree, itself included.
    pub size: u32,
    /// The arc to the parent, doubled, plus 1 if it points to the parent.
    pub arc: u32,
    /// Entry of the tour on the way down to this node, less the number of nodes; the way back has the last bit flipped.
    pub edge: u32,
    /// What can still be sent to the parent.
    pub up: i64,
    /// What can still be sent from the parent.
    pub down: i64,
}

impl Node {
    /// The index of the arc to the parent.
    pub fn arc(&self) -> usize {
        (self.arc >> 1) as usize
    }

    /// Whether that arc points to the parent.
    pub fn upward(&self) -> bool {
        self.arc & 1 == 1
    }

    /// The flow on it.
    pub fn flow(&self) -> i64 {
        if self.upward() { self.down } else { self.up }
    }

    /// The same arc seen from its other end, as of a parent that becomes the child.
    fn turned(&self) -> Hook {
        Hook {
            arc: self.arc ^ 1,
            edge: self.edge ^ 1,
            up: self.down,
            down: self.up,
        }
    }
}

/// What a subtree hangs on.
#[derive(Clone, Copy)]
pub struct Hook {
    pub arc: u32,
    pub edge: u32,
    pub up: i64,
    pub down: i64,
}

/// Re-roots the subtree of `top` at `bottom`, one of its nodes, and hangs it from `parent`.
pub fn hang(nodes: &mut [Node], top: u32, bottom: u32, parent: u32, hook: Hook) {
    let whole = nodes[top as usize].size;
    let (mut node, mut parent, mut hook, mut below) = (bottom, parent, hook, 0);
    loop {
        let old = nodes[node as usize];
        nodes[node as usize] = Node {
            parent,
            size: whole - below,
            arc: hook.arc,
            edge: hook.edge,
            up: hook.up,
            down: hook.down,
        };
        if node == top {
            return;
        }
        (below, hook) = (old.size, old.turned());
        (parent, node) = (node, old.parent);
    }
}

/// Children before parents reversed: every node after its parent, from the root, without recursion.
pub fn preorder(nodes: &[Node], root: u32) -> Vec<u32> {
    let mut children = Children::new(nodes, root);
    let mut order = Vec::with_capacity(nodes.len());
    let mut stack = vec![root];
    while let Some(node) = stack.pop() {
        order.push(node);
        while let Some(child) = children.next(node) {
            stack.push(child);
        }
    }
    order
}

/// The entries of the Euler tour in order.
pub fn tour(nodes: &[Node], root: u32) -> Vec<u32> {
    let count = nodes.len() as u32;
    let mut children = Children::new(nodes, root);
    let mut order = Vec::with_capacity(3 * nodes.len());
    let mut node = root;
    order.push(root);
    loop {
        if let Some(child) = children.next(node) {
            order.push(count + nodes[child as usize].edge);
            order.push(child);
            node = child;
        } else if node == root {
            return order;
        } else {
            order.push(count + (nodes[node as usize].edge ^ 1));
            node = nodes[node as usize].parent;
        }
    }
}

/// Hands out the children of each node once.
struct Children {
    /// Where each node's children begin in the list, moved on as they are handed out.
    cursor: Vec<u32>,
    end: Vec<u32>,
    list: Vec<u32>,
}

impl Children {
    fn new(nodes: &[Node], root: u32) -> Self {
        let mut end = vec![0u32; nodes.len()];
        let others = || {
            (0u32..)
                .zip(nodes)
                .filter(move |&(node, _)| node != root)
                .map(|(node, record)| (node, record.parent as usize))
        };
        for (_, parent) in others() {
            end[parent] += 1;
        }
        let (mut cursor, mut sum) = (Vec::with_capacity(nodes.len()), 0);
        for count in &mut end {
            cursor.push(sum);
            sum += *count;
            *count = cursor[cursor.len() - 1];
        }
        let mut list = vec![0u32; nodes.len() - 1];
        for (node, parent) in others() {
            list[end[parent] as usize] = node;
            end[parent] += 1;
        }
        Self { cursor, end, list }
    }

    fn next(&mut self, node: u32) -> Option<u32> {
        let cursor = &mut self.cursor[node as usize];
        if *cursor == self.end[node as usize] {
            return None;
        }
        *cursor += 1;
        Some(self.list[*cursor as usize - 1])
    }
}
