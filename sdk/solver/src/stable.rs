//! Stable matching (Gale and Shapley 1962): no one who is not matched with another would both rather be.
//!
//! Applicants go down their lists; a place keeps the applicants that it likes best, as many as it has room for, and
//! lets others go. The result is the best for every applicant among all stable matchings. Whoever is not on a list is
//! not wanted.
use std::collections::VecDeque;

/// A place with room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// How many it takes; 1 for a tool or a bed.
    pub room: u32,
    /// Applicants it would take, best first.
    pub prefers: Vec<u32>,
}

/// Two that would rather have each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocking {
    /// Who.
    pub applicant: u32,
    /// Where.
    pub place: u32,
}

/// How each place ranks each applicant it would take.
struct Ranks(Vec<std::collections::BTreeMap<u32, u32>>);

impl Ranks {
    fn new(places: &[Place]) -> Self {
        let of = |place: &Place| {
            let mut ranks = std::collections::BTreeMap::new();
            for (rank, &who) in (0u32..).zip(&place.prefers) {
                // the first mention counts
                ranks.entry(who).or_insert(rank);
            }
            ranks
        };
        Self(places.iter().map(of).collect())
    }

    fn get(&self, place: u32, applicant: u32) -> Option<u32> {
        self.0.get(place as usize)?.get(&applicant).copied()
    }
}

/// The place of every applicant: the stable matching that is best for applicants. Names of nobody are passed over.
pub fn stable(applicants: &[Vec<u32>], places: &[Place]) -> Vec<Option<u32>> {
    let ranks = Ranks::new(places);
    let mut next = vec![0usize; applicants.len()];
    let mut matched: Vec<Option<u32>> = vec![None; applicants.len()];
    // who is in, the least liked first to go
    let mut inside: Vec<std::collections::BTreeSet<(u32, u32)>> =
        vec![Default::default(); places.len()];
    let mut free: VecDeque<u32> = (0..applicants.len() as u32).collect();
    while let Some(applicant) = free.pop_front() {
        let list = &applicants[applicant as usize];
        let Some(&place) = list.get(next[applicant as usize]) else {
            continue;
        };
        next[applicant as usize] += 1;
        let Some(rank) = ranks.get(place, applicant) else {
            free.push_front(applicant);
            continue;
        };
        let guests = &mut inside[place as usize];
        guests.insert((rank, applicant));
        matched[applicant as usize] = Some(place);
        if guests.len() > places[place as usize].room as usize
            && let Some((_, out)) = guests.pop_last()
        {
            matched[out as usize] = None;
            free.push_front(out);
        }
    }
    matched
}

/// A pair that would leave a matching for each other, if there is one; someone in a place that does not want them, or
/// that they do not want, or a place with more than it has room for, counts as blocking too.
pub fn blocking_pair(
    applicants: &[Vec<u32>],
    places: &[Place],
    matched: &[Option<u32>],
) -> Option<Blocking> {
    let ranks = Ranks::new(places);
    let mut worst: Vec<Option<u32>> = vec![None; places.len()];
    let mut count = vec![0u32; places.len()];
    for (applicant, place) in (0u32..).zip(matched) {
        let Some(place) = *place else { continue };
        let blocking = Some(Blocking { applicant, place });
        let Some(rank) = ranks.get(place, applicant) else {
            return blocking;
        };
        let p = place as usize;
        count[p] += 1;
        worst[p] = worst[p].max(Some(rank));
        let listed = applicants
            .get(applicant as usize)
            .is_some_and(|list| list.contains(&place));
        if !listed || count[p] > places[p].room {
            return blocking;
        }
    }
    for (applicant, list) in (0u32..).zip(applicants) {
        let mine = matched.get(applicant as usize).copied().flatten();
        for &place in list.iter().take_while(|place| Some(**place) != mine) {
            let Some(rank) = ranks.get(place, applicant) else {
                continue;
            };
            let p = place as usize;
            if count[p] < places[p].room || worst[p].is_some_and(|worst| rank < worst) {
                return Some(Blocking { applicant, place });
            }
        }
    }
    None
}
