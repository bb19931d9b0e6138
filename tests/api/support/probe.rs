//! An actor in the Broadcaster's place, which writes down what it is told.

use std::cell::RefCell;
use std::rc::Rc;

use actix::{Actor, Addr, Context, Handler, Message, MessageResult};
use aims::events::Committed;

use super::rows::entity;

type Heard = Rc<RefCell<Vec<(i64, String)>>>;

pub(crate) struct Probe(Heard);

pub(crate) fn start() -> (Addr<Probe>, Heard) {
    let heard = Heard::default();
    (Probe(Rc::clone(&heard)).start(), heard)
}

/// What it was told, once everything sent to it before has arrived.
pub(crate) async fn flush(probe: &Addr<Probe>, heard: &Heard) -> Vec<(i64, String)> {
    probe.send(Flush).await.unwrap();
    heard.borrow().clone()
}

#[derive(Message)]
#[rtype(result = "()")]
struct Flush;

impl Actor for Probe {
    type Context = Context<Self>;
}

impl Handler<Committed> for Probe {
    type Result = ();

    fn handle(&mut self, Committed(events): Committed, _: &mut Context<Self>) {
        let events = events.iter().map(|event| (event.seq, entity(event)));
        self.0.borrow_mut().extend(events);
    }
}

impl Handler<Flush> for Probe {
    type Result = MessageResult<Flush>;

    fn handle(&mut self, _: Flush, _: &mut Context<Self>) -> Self::Result {
        MessageResult(())
    }
}
