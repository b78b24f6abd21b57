//! The rings before and after one in the queue that somebody comes from. Not responsible for the order.
//!
//! Invariant: without a queue there are no neighbors, and nothing has to be ranked.

use crate::{
    model::RingId,
    web::{WebError, judge::aside, order::Order, state::Visit, urls},
};

/// The place of a ring in the queue.
pub struct Neighbors {
    pub previous: Option<String>,
    pub next: Option<String>,
    pub said: String,
    pub queue: String,
}

/// The place of a ring in the queue of this order.
pub async fn of(
    visit: &Visit,
    ring: &RingId,
    order: Option<Order>,
) -> Result<Option<Neighbors>, WebError> {
    let Some(order) = order else { return Ok(None) };
    let (desk, view, seen) = (visit.state.desk.clone(), visit.view.clone(), visit.view.clone());
    let (assessed, _) = aside(move || Ok(desk.rings_at_hand(&seen))).await?;
    let shown = order.rings(&view, &assessed);
    let short = order.short();
    let url = |at: usize| shown.get(at).map(|(ring, _)| urls::ring_from(&ring.id, &short, ""));
    let is_aside =
        |at: usize| shown.get(at).is_some_and(|(ring, _)| visit.session.has_aside(&ring.id));
    Ok(Some(match shown.iter().position(|(other, _)| other.id == *ring) {
        Some(at) => Neighbors {
            previous: at.checked_sub(1).and_then(url),
            next: (at + 1..shown.len()).find(|&at| !is_aside(at)).and_then(url),
            said: format!("{} of {} in the queue", at + 1, shown.len()),
            queue: format!("{}#rings", order.url(("preview", ring.as_str()))),
        },
        None => Neighbors {
            previous: None,
            next: (0..shown.len()).find(|&at| !is_aside(at)).and_then(url),
            said: "no longer in this queue".to_owned(),
            queue: format!("{}#rings", order.url(("page", ""))),
        },
    }))
}
