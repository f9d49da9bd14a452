//! Potentials of all nodes of a tree, such that a whole subtree is shifted and moved in O(√n).
//!
//! The Euler tour of a rooted tree lists every node once and every tree edge twice: `open` on the way down to a
//! child, `close` on the way back. A subtree is the run between its two edge entries; hanging it elsewhere by another
//! of its nodes rotates that run and moves it. The tour is cut into segments of at most [`ROOM`] entries in a doubly
//! linked list. A node's potential is its own offset plus its segment's base, so that shifting a run that consists of
//! whole segments touches their bases only. Reading a potential is two loads.
//!
//! Sums wrap: a base may drift by any number of shifts, while offset plus base is exact modulo 2^64 and small.

use std::ops::Range;

/// Entries a segment holds at most.
const ROOM: usize = 256;
/// Entries a segment is filled with when a tour is written anew.
const FILL: usize = 160;
/// Two neighbours that hold no more than this together become one.
const MERGE: usize = 128;
const NONE: u32 = u32::MAX;

/// Where a node stands.
#[derive(Clone, Copy, Default)]
struct Place {
    offset: i64,
    segment: u32,
}

#[derive(Clone, Copy)]
struct Segment {
    len: u32,
    previous: u32,
    next: u32,
}

/// The tour of a tree on `nodes` nodes. Entry `u < nodes` is the node u; the edge in slot k has the entries
/// `nodes + 2k` and `nodes + 2k + 1`.
#[derive(Default)]
pub struct Tour {
    places: Vec<Place>,
    /// The segment of each edge entry.
    edges: Vec<u32>,
    bases: Vec<i64>,
    segments: Vec<Segment>,
    /// [`ROOM`] entries a segment.
    entries: Vec<u32>,
    free: Vec<u32>,
    scratch: Vec<u32>,
}

impl Tour {
    /// Writes the tour down from its entries in order, with the potential of every node.
    pub fn new(nodes: usize, order: &[u32], potentials: &[i64]) -> Self {
        let count = order.len().div_ceil(FILL);
        let mut tour = Self {
            places: potentials
                .iter()
                .map(|&offset| Place { offset, segment: 0 })
                .collect(),
            edges: vec![NONE; 2 * (nodes - 1)],
            bases: vec![0; count],
            segments: Vec::with_capacity(count),
            entries: vec![0; count * ROOM],
            free: Vec::new(),
            scratch: Vec::new(),
        };
        for (index, run) in order.chunks(FILL).enumerate() {
            tour.segments.push(Segment {
                len: run.len() as u32,
                previous: if index == 0 { NONE } else { index as u32 - 1 },
                next: if index + 1 == count {
                    NONE
                } else {
                    index as u32 + 1
                },
            });
            tour.entries[index * ROOM..][..run.len()].copy_from_slice(run);
            for &entry in run {
                tour.assign(entry, index as u32, 0);
            }
        }
        tour
    }

    /// A node's potential.
    #[inline(always)]
    pub fn potential(&self, node: u32) -> i64 {
        let place = &self.places[node as usize];
        place
            .offset
            .wrapping_add(self.bases[place.segment as usize])
    }

    /// Moves the subtree between the entries `open` and `close`, re-rooted at its node `root`, to be the first child
    /// of `parent`, and shifts its potentials. `open` and `close` enclose it again. `few` is the number of its nodes.
    pub fn hang(&mut self, open: u32, close: u32, root: u32, parent: u32, shift: i64, few: usize) {
        if 3 * few < ROOM / 2 && self.segment(open) == self.segment(close) {
            self.hang_run(open, close, root, parent, shift);
        } else {
            self.hang_segments(open, close, root, parent, shift);
        }
    }

    /// The subtree is a run within one segment.
    fn hang_run(&mut self, open: u32, close: u32, root: u32, parent: u32, shift: i64) {
        let from = self.segment(open);
        let mut moved = std::mem::take(&mut self.scratch);
        let run = self.run(from);
        let start = position(run, open);
        let end = start + position(&run[start..], close);
        let pivot = position(&run[start..end], root);
        moved.clear();
        moved.push(open);
        moved.extend_from_slice(&run[start + pivot..end]);
        moved.extend_from_slice(&run[start + 1..start + pivot]);
        moved.push(close);
        // the gap closes before the target is looked up: it may be the same segment
        let len = self.segments[from as usize].len as usize;
        let at = from as usize * ROOM;
        self.entries.copy_within(at + end + 1..at + len, at + start);
        self.segments[from as usize].len -= moved.len() as u32;
        let mut to = self.segment(parent);
        if self.segments[to as usize].len as usize + moved.len() > ROOM {
            let half = self.segments[to as usize].len as usize / 2;
            self.split(to, half);
            to = self.segment(parent);
        }
        let after = position(self.run(to), parent) + 1;
        let len = self.segments[to as usize].len as usize;
        let at = to as usize * ROOM;
        self.entries
            .copy_within(at + after..at + len, at + after + moved.len());
        self.entries[at + after..][..moved.len()].copy_from_slice(&moved);
        self.segments[to as usize].len += moved.len() as u32;
        let change = shift
            .wrapping_add(self.bases[from as usize])
            .wrapping_sub(self.bases[to as usize]);
        for &entry in &moved {
            self.assign(entry, to, change);
        }
        self.scratch = moved;
        if from != to {
            self.merge_around(from);
        }
    }

    /// The subtree is cut out as whole segments.
    fn hang_segments(&mut self, open: u32, close: u32, root: u32, parent: u32, shift: i64) {
        self.split_before(open);
        self.split_after(close);
        let (first, last) = (self.segment(open), self.segment(close));
        let before = self.segments[first as usize].previous;
        let after = self.segments[last as usize].next;
        let seam = self.last_of(before);
        self.link(before, after);
        self.link(NONE, first);
        self.link(last, NONE);
        let mut segment = first;
        while segment != NONE {
            let base = &mut self.bases[segment as usize];
            *base = base.wrapping_add(shift);
            segment = self.segments[segment as usize].next;
        }
        let (first, last) = self.without_ends(first, last);
        // rotate: [X | root Y] becomes [root Y | X]
        let (lead, turn) = (self.run(first)[0], self.last_of(last));
        let mut back = last;
        if lead != root {
            self.split_before(root);
            back = self.segments[self.segment(root) as usize].previous;
            self.link(self.segment(turn), self.segment(lead));
        }
        let front = self.segment(root);
        self.split_after(parent);
        let parent_segment = self.segment(parent);
        let next = self.segments[parent_segment as usize].next;
        self.link(parent_segment, front);
        self.link(back, next);
        self.push(back, close);
        self.push(parent_segment, open);
        for entry in [seam, parent, turn, close] {
            self.merge_after(entry);
        }
    }

    /// Takes the first and the last entry of a detached run away, which leaves at least one.
    fn without_ends(&mut self, mut first: u32, mut last: u32) -> (u32, u32) {
        let len = self.segments[first as usize].len as usize;
        let at = first as usize * ROOM;
        self.entries.copy_within(at + 1..at + len, at);
        self.segments[first as usize].len -= 1;
        self.segments[last as usize].len -= 1;
        if self.segments[first as usize].len == 0 {
            let next = self.segments[first as usize].next;
            self.link(NONE, next);
            self.free.push(first);
            first = next;
        }
        if self.segments[last as usize].len == 0 {
            let previous = self.segments[last as usize].previous;
            self.link(previous, NONE);
            self.free.push(last);
            last = previous;
        }
        (first, last)
    }

    /// Appends an edge entry to a segment, or behind it where it is full.
    fn push(&mut self, segment: u32, entry: u32) {
        let mut to = segment;
        if self.segments[to as usize].len as usize == ROOM {
            to = self.insert_after(segment);
        }
        let place = &mut self.segments[to as usize];
        self.entries[to as usize * ROOM + place.len as usize] = entry;
        place.len += 1;
        self.assign(entry, to, 0);
    }

    /// Makes an entry the first of its segment.
    fn split_before(&mut self, entry: u32) {
        let segment = self.segment(entry);
        let at = position(self.run(segment), entry);
        if at > 0 {
            self.split(segment, at);
        }
    }

    /// Makes an entry the last of its segment.
    fn split_after(&mut self, entry: u32) {
        let segment = self.segment(entry);
        let at = position(self.run(segment), entry) + 1;
        if at < self.segments[segment as usize].len as usize {
            self.split(segment, at);
        }
    }

    /// Cuts a segment in two; the smaller part gets a new number.
    fn split(&mut self, segment: u32, at: usize) {
        let len = self.segments[segment as usize].len as usize;
        let from = segment as usize * ROOM;
        if at < len / 2 {
            let previous = self.segments[segment as usize].previous;
            let part = self.insert_between(previous, segment);
            self.take(part, segment, from..from + at);
            self.entries.copy_within(from + at..from + len, from);
            self.segments[segment as usize].len = (len - at) as u32;
        } else {
            let part = self.insert_after(segment);
            self.take(part, segment, from + at..from + len);
            self.segments[segment as usize].len = at as u32;
        }
    }

    /// Fills a new segment from a part of another.
    fn take(&mut self, part: u32, segment: u32, range: Range<usize>) {
        let to = part as usize * ROOM;
        self.segments[part as usize].len = range.len() as u32;
        self.bases[part as usize] = self.bases[segment as usize];
        self.entries.copy_within(range.clone(), to);
        for index in to..to + range.len() {
            self.assign(self.entries[index], part, 0);
        }
    }

    /// Joins an entry's segment with the next if both are small.
    fn merge_after(&mut self, entry: u32) {
        let left = self.segment(entry);
        let right = self.segments[left as usize].next;
        if right != NONE {
            self.merge(left, right);
        }
    }

    /// The larger of two neighbours takes the smaller in, if there is room to grow.
    fn merge(&mut self, left: u32, right: u32) {
        let (a, b) = (left as usize, right as usize);
        let (len_a, len_b) = (self.segments[a].len as usize, self.segments[b].len as usize);
        if len_a + len_b > MERGE {
            return;
        }
        if len_a >= len_b {
            let change = self.bases[b].wrapping_sub(self.bases[a]);
            let to = a * ROOM + len_a;
            self.entries.copy_within(b * ROOM..b * ROOM + len_b, to);
            for index in to..to + len_b {
                self.assign(self.entries[index], left, change);
            }
            self.segments[a].len += len_b as u32;
            self.link(left, self.segments[b].next);
            self.free.push(right);
        } else {
            let change = self.bases[a].wrapping_sub(self.bases[b]);
            let to = b * ROOM;
            self.entries.copy_within(to..to + len_b, to + len_a);
            self.entries.copy_within(a * ROOM..a * ROOM + len_a, to);
            for index in to..to + len_a {
                self.assign(self.entries[index], right, change);
            }
            self.segments[b].len += len_a as u32;
            self.link(self.segments[a].previous, right);
            self.free.push(left);
        }
    }

    /// After entries were taken out of a segment: it goes if it is empty, and joins its neighbour if both are small.
    fn merge_around(&mut self, segment: u32) {
        let Segment {
            len,
            previous,
            next,
        } = self.segments[segment as usize];
        if len == 0 {
            self.link(previous, next);
            self.free.push(segment);
        } else if next != NONE {
            self.merge(segment, next);
        }
    }

    fn insert_after(&mut self, segment: u32) -> u32 {
        let next = self.segments[segment as usize].next;
        self.insert_between(segment, next)
    }

    /// An empty segment between two neighbours.
    fn insert_between(&mut self, previous: u32, next: u32) -> u32 {
        let segment = self.free.pop().unwrap_or_else(|| {
            self.segments.push(Segment {
                len: 0,
                previous: NONE,
                next: NONE,
            });
            self.bases.push(0);
            self.entries.resize(self.segments.len() * ROOM, 0);
            self.segments.len() as u32 - 1
        });
        self.segments[segment as usize].len = 0;
        self.link(previous, segment);
        self.link(segment, next);
        segment
    }

    fn link(&mut self, left: u32, right: u32) {
        if left != NONE {
            self.segments[left as usize].next = right;
        }
        if right != NONE {
            self.segments[right as usize].previous = left;
        }
    }

    fn run(&self, segment: u32) -> &[u32] {
        &self.entries[segment as usize * ROOM..][..self.segments[segment as usize].len as usize]
    }

    fn last_of(&self, segment: u32) -> u32 {
        *self.run(segment).last().expect("no segment is empty")
    }

    #[inline(always)]
    fn segment(&self, entry: u32) -> u32 {
        match (entry as usize).checked_sub(self.places.len()) {
            None => self.places[entry as usize].segment,
            Some(edge) => self.edges[edge],
        }
    }

    /// Enters an entry into a segment; a node's offset changes by what the bases differ.
    #[inline(always)]
    fn assign(&mut self, entry: u32, segment: u32, change: i64) {
        match (entry as usize).checked_sub(self.places.len()) {
            None => {
                let place = &mut self.places[entry as usize];
                place.segment = segment;
                place.offset = place.offset.wrapping_add(change);
            }
            Some(edge) => self.edges[edge] = segment,
        }
    }
}

fn position(run: &[u32], entry: u32) -> usize {
    run.iter()
        .position(|&e| e == entry)
        .expect("an entry stands in its segment")
}
