//! Volunteers come and go; pools freeze.

use crate::world::{World, split};

#[test]
fn a_draw_goes_from_volunteers_to_a_panel() {
    let mut world = World::new(20);
    let draw = world.open(&split("1", "side", &[("left", 2), ("right", 3)]));
    for number in 1..=20 {
        let side = if number % 3 == 0 { "left" } else { "right" };
        world.volunteer(draw, number, &[("side", side)]);
        world.check();
    }
    world.finish(draw);
    world.check();
    let drawn = world.drawn("assembly/1");
    assert!(drawn.done);
    assert_eq!(drawn.persons.len(), 5);
    let left = drawn.persons.iter().filter(|person| person.0 % 3 == 0);
    assert_eq!(left.count(), 2);
}
