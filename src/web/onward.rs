//! On to the next: where somebody goes who works through the queue, and rings put aside on the way, which are not decided and
//! not shown again as the next one in this session. Not responsible for deciding (`judge`).
//!
//! Invariant: the next ring is the one that came next in the same order when the decision was made; putting aside records
//! nothing.

use crate::{
    explain::words::count,
    model::RingId,
    web::{
        WebError,
        flash::{Flash, Undo},
        judge::{aside, back_to, parsed},
        order::Order,
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, web};
use serde::Deserialize;

/// Rings looked at to find the next one.
const AHEAD: usize = 2_000;

/// What comes after a ring in the queue.
pub struct Onward {
    order: Order,
    /// Whether the next one is shown beside the queue.
    in_queue: bool,
    after: Vec<RingId>,
}

impl Onward {
    /// What comes after this ring in the order that `short` wrote; none without one.
    pub(super) async fn of(
        visit: &Visit,
        ring: Option<&RingId>,
        short: &str,
        then: &str,
    ) -> Result<Option<Self>, WebError> {
        let (Some(order), Some(ring)) = (Order::of_short(short), ring) else { return Ok(None) };
        let (desk, seen) = (visit.state.desk.clone(), visit.view.clone());
        let (assessed, _) = aside(move || Ok(desk.rings_at_hand(&seen))).await?;
        let shown = order.rings(&visit.view, &assessed);
        // A ring that is in this queue no longer is followed by the first one.
        let at = shown.iter().position(|(other, _)| other.id == *ring).map_or(0, |at| at + 1);
        let after = shown.iter().skip(at).filter(|(other, _)| other.id != *ring).take(AHEAD);
        let after = after.map(|(other, _)| other.id.clone()).collect();
        Ok(Some(Self { order, in_queue: then == "queue", after }))
    }

    /// The order in one word.
    pub fn short(&self) -> String {
        self.order.short()
    }

    /// Where the next ring is shown, or the queue, and whether there is no next one.
    pub(super) fn next(&self, visit: &Visit) -> (String, bool) {
        let view = visit.state.desk.view();
        let fits = |id: &&RingId| view.rings.find(id).is_some() && !visit.session.has_aside(id);
        match self.after.iter().find(fits) {
            Some(next) if self.in_queue => {
                (format!("{}#preview", self.order.url(("preview", next.as_str()))), false)
            }
            Some(next) => (urls::ring_from(next, &self.short(), ""), false),
            None => (format!("{}#rings", self.order.url(("page", ""))), true),
        }
    }
}

/// A ring put aside, as a form sends it.
#[derive(Debug, Deserialize)]
pub struct Form {
    csrf: String,
    #[serde(default)]
    ring_id: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    then: String,
    /// `back` to take a ring up again, `all` for every one.
    #[serde(default)]
    take: String,
}

/// `POST /put-aside`.
pub async fn put_aside(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let order = Order::of_short(&form.q).unwrap_or_default();
    if form.take == "all" {
        let n = visit.state.sessions.take_all_up(&visit.key);
        let text = format!("{} taken up again", count(n, "ring", "rings"));
        visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
        return Ok(back_to(&format!("{}#rings", order.url(("page", "")))));
    }
    let ring: RingId = parsed(&form.ring_id)?;
    if visit.view.rings.find(&ring).is_none() {
        return Err(WebError::NotFound { what: "ring", id: ring.to_string() });
    }
    if form.take == "back" {
        visit.state.sessions.take_up(&visit.key, &ring);
        let text = format!("Ring {ring} is taken up again");
        visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
        return Ok(back_to(&urls::ring_from(&ring, &form.q, "")));
    }
    let onward = Onward::of(&visit, Some(&ring), &order.short(), &form.then).await?;
    visit.state.sessions.put_aside(&visit.key, ring.clone());
    let (to, last) = match onward {
        Some(onward) => onward.next(&visit),
        None => (urls::QUEUE.to_owned(), true),
    };
    let mut text = format!("Ring {ring} is put aside until you sign out, undecided");
    if last {
        text.push_str("; it was the last of this queue");
    }
    let fields =
        vec![("ring_id", ring.to_string()), ("q", form.q.clone()), ("take", "back".to_owned())];
    let undo = Some(Undo { url: urls::PUT_ASIDE.to_owned(), fields });
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo });
    Ok(back_to(&to))
}
