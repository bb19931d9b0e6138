//! Random joins, leaves, losses and writes: whatever happens, a reader applies every event once and in order,
//! and ends where the log ends.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::tests::{LIMITS, ROOM, event, seq_of, wish};
use super::*;

#[derive(Clone, Debug)]
enum Step {
    /// Writes so many events into the log.
    Write(u8),
    /// Announces one of the events under way: the n-th, so that they overtake each other.
    Announce(usize),
    /// Loses one.
    Lose(usize),
    /// Announces one, and once more later.
    Twice(usize),
    Flush,
    /// Reads the log where something is missing.
    Mend,
    Prune(Seq),
    Join(usize),
    /// Joins again over the same line.
    Rejoin(usize),
    Leave(usize),
    /// The line breaks, with everything in it.
    Drop(usize),
    /// A reader takes what is in its mailbox.
    Read(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let reader = || 0..4_usize;
    let any = || 0..100_usize;
    prop_oneof![
        6 => (1..6_u8).prop_map(Step::Write),
        1 => (20..60_u8).prop_map(Step::Write),
        12 => any().prop_map(Step::Announce),
        2 => any().prop_map(Step::Lose),
        2 => any().prop_map(Step::Twice),
        8 => Just(Step::Flush),
        3 => Just(Step::Mend),
        1 => (0..200_i64).prop_map(Step::Prune),
        6 => reader().prop_map(Step::Join),
        2 => reader().prop_map(Step::Rejoin),
        2 => reader().prop_map(Step::Leave),
        3 => reader().prop_map(Step::Drop),
        6 => reader().prop_map(Step::Read),
    ]
}

/// One window: what a browser and its session do together.
#[derive(Default)]
struct Reader {
    line: Option<SubscriberId>,
    joined: bool,
    mailbox: VecDeque<Batch>,
    /// The last event applied, if a snapshot was ever loaded.
    has: Option<Seq>,
}

struct World {
    hub: Hub,
    /// The log's length.
    head: Seq,
    pruned: Seq,
    under_way: Vec<Seq>,
    readers: [Reader; 4],
}

impl World {
    fn new() -> Self {
        Self {
            hub: Hub::new("e".into(), LIMITS),
            head: 0,
            pruned: 0,
            under_way: Vec::new(),
            readers: Default::default(),
        }
    }

    fn log(&self, after: Seq, until: Seq) -> Option<Vec<Event>> {
        (after >= self.pruned).then(|| (after + 1..=until).map(|seq| event(ROOM, seq)).collect())
    }

    fn take(&mut self, n: usize) -> Option<Seq> {
        let len = self.under_way.len();
        (len > 0).then(|| self.under_way.remove(n % len))
    }

    fn apply(&mut self, step: &Step) {
        match *step {
            Step::Write(n) => {
                self.under_way
                    .extend(self.head + 1..=self.head + Seq::from(n));
                self.head += Seq::from(n);
            }
            Step::Announce(n) => {
                let events: Vec<_> = self
                    .take(n)
                    .map(|seq| event(ROOM, seq))
                    .into_iter()
                    .collect();
                self.hub.commit(&events);
            }
            Step::Lose(n) => drop(self.take(n)),
            Step::Twice(n) => {
                let events: Vec<_> = self
                    .take(n)
                    .map(|seq| event(ROOM, seq))
                    .into_iter()
                    .collect();
                self.under_way.extend(events.iter().map(|e| e.seq));
                self.hub.commit(&events);
            }
            Step::Flush => self.flush(),
            Step::Mend => self.mend(self.hub.holes()),
            Step::Prune(to) => self.pruned = self.pruned.max(to.min(self.head)),
            Step::Join(n) if self.readers[n].line.is_none() => self.connect_and_join(n),
            Step::Rejoin(n) if self.readers[n].joined => self.join(n),
            Step::Leave(n) if self.readers[n].joined => {
                let id = self.readers[n].line.unwrap();
                self.hub.unsubscribe(id, ROOM);
                self.readers[n].joined = false;
                self.drop_line(n);
            }
            Step::Drop(n) => self.drop_line(n),
            Step::Read(n) => self.read(n),
            _ => {}
        }
    }

    fn connect_and_join(&mut self, n: usize) {
        self.readers[n].line = Some(self.hub.connect());
        self.join(n);
    }

    fn join(&mut self, n: usize) {
        if self.hub.prepare(ROOM, "north") {
            let after = self.pruned.max(self.head - 8);
            let history = self.log(after, self.head).unwrap();
            self.hub.open(ROOM, self.head, &history);
        }
        let wish = wish(self.readers[n].has, self.head);
        let admission = self.hub.subscribe(self.readers[n].line.unwrap(), &wish);
        let reader = &mut self.readers[n];
        reader.joined = true;
        match admission.expect("the room is open") {
            Admission::Resumed { seq, frames } => {
                let missed: Vec<_> = frames.iter().map(|frame| seq_of(frame)).collect();
                let expected: Vec<_> = (reader.has.unwrap() + 1..=seq).collect();
                assert!(seq >= reader.has.unwrap());
                assert_eq!(missed, expected);
                reader.has = Some(seq);
            }
            Admission::Log { after, seq } => {
                assert_eq!(Some(after), reader.has);
                match self.log(after, seq) {
                    Some(_) => self.readers[n].has = Some(seq),
                    None => self.load(n),
                }
            }
            Admission::Live { .. } | Admission::Reset { .. } => self.load(n),
        }
    }

    /// Loads a snapshot.
    fn load(&mut self, n: usize) {
        self.readers[n].has = Some(self.head);
    }

    fn drop_line(&mut self, n: usize) {
        let reader = &mut self.readers[n];
        if let Some(id) = reader.line.take() {
            self.hub.remove(id, None);
        }
        reader.joined = false;
        reader.mailbox.clear();
    }

    fn flush(&mut self) {
        for batch in self.hub.flush() {
            for id in self.hub.members(batch.room) {
                let reader = self.readers.iter_mut().find(|r| r.line == Some(id));
                reader.unwrap().mailbox.push_back(batch.clone());
            }
        }
    }

    fn mend(&mut self, rooms: Vec<(WarehouseId, Seq)>) {
        for (room, after) in rooms {
            if let Some(events) = self.log(after, self.head) {
                self.hub.commit(&events);
                continue;
            }
            for id in self.hub.lose(room) {
                let n = self.readers.iter().position(|r| r.line == Some(id));
                self.drop_line(n.unwrap());
            }
        }
    }

    fn read(&mut self, n: usize) {
        let reader = &mut self.readers[n];
        while let Some(batch) = reader.mailbox.pop_front() {
            let next = reader.has.unwrap() + 1;
            for frame in batch.from(next).expect("no gap") {
                assert_eq!(seq_of(frame), reader.has.unwrap() + 1, "once and in order");
                reader.has = Some(seq_of(frame));
            }
        }
    }

    /// Announces what is under way, reads what was lost, lets everybody come back and catch up.
    fn settle(&mut self) {
        while let Some(seq) = self.take(0) {
            self.hub.commit(&[event(ROOM, seq)]);
        }
        self.mend(self.hub.heads());
        self.flush();
        assert_eq!(self.hub.holes(), []);
        for n in 0..self.readers.len() {
            self.read(n);
            if self.readers[n].line.is_none() {
                self.connect_and_join(n);
            }
            assert_eq!(self.readers[n].has, Some(self.head));
        }
        assert_eq!(self.hub.figures().subscriptions, self.readers.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_reader_ends_where_the_log_ends(steps in prop::collection::vec(step(), 1..200)) {
        let mut world = World::new();
        for step in &steps {
            world.apply(step);
        }
        world.settle();
        for n in 0..4 {
            world.drop_line(n);
        }
        prop_assert_eq!(world.hub.figures().subscriptions, 0);
        prop_assert_eq!(world.hub.figures().subscribers, 0);
    }
}
