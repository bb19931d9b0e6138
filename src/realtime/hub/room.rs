//! One room: its place in the log, the newest events in memory, and who listens.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytestring::ByteString;

use super::{Limits, SubscriberId};
use crate::events::{Event, Seq};
use crate::realtime::protocol::Server;

#[derive(Debug)]
pub(super) struct Room {
    /// The warehouse's code.
    pub(super) code: String,
    /// The last event handed on or about to be; `None` until the log was read for the first time.
    pub(super) head: Option<Seq>,
    /// The newest place heard of. Beyond `head`, something in between is missing still.
    known: Seq,
    /// The frames up to `head`, without a gap, the newest last.
    ring: VecDeque<ByteString>,
    /// The length of the frames in `ring` together.
    bytes: usize,
    /// Frames that came too early.
    held: BTreeMap<Seq, ByteString>,
    /// Frames up to `head` that nobody was handed yet.
    fresh: Vec<ByteString>,
    pub(super) members: BTreeSet<SubscriberId>,
}

/// What became of an announced event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is the next one (and may have brought others with it).
    Taken,
    /// It was there already.
    Duplicate,
    /// It waits for those before it.
    Held,
}

impl Room {
    pub(super) fn opening(code: &str) -> Self {
        Self {
            code: code.into(),
            head: None,
            known: 0,
            ring: VecDeque::new(),
            bytes: 0,
            held: BTreeMap::new(),
            fresh: Vec::new(),
            members: BTreeSet::new(),
        }
    }

    /// Begins at `head`. `history` are the events up to it, oldest first, without a gap.
    pub(super) fn open(&mut self, head: Seq, history: &[Event], limits: &Limits) {
        self.head = Some(head);
        self.known = self.known.max(head);
        self.ring = history.iter().map(frame).collect();
        self.bytes = self.ring.iter().map(|frame| frame.len()).sum();
        self.trim(limits);
        self.held = self.held.split_off(&(head + 1));
        self.take_held(limits);
    }

    pub(super) fn accept(&mut self, event: &Event, limits: &Limits) -> Fate {
        self.known = self.known.max(event.seq);
        match self.head {
            Some(head) if event.seq <= head => Fate::Duplicate,
            Some(head) if event.seq == head + 1 => {
                self.take(event.seq, frame(event), limits);
                self.take_held(limits);
                Fate::Taken
            }
            _ if self.held.contains_key(&event.seq) => Fate::Duplicate,
            _ => {
                self.held.insert(event.seq, frame(event));
                // More than this is cheaper to read from the log; `known` remembers that it is there.
                if self.held.len() > limits.replay {
                    self.held.pop_last();
                }
                Fate::Held
            }
        }
    }

    /// Learns that the log has come to `seq`.
    pub(super) fn hears_of(&mut self, seq: Seq) {
        self.known = self.known.max(seq);
    }

    /// The place after which something is missing, if anything is.
    pub(super) fn hole(&self) -> Option<Seq> {
        self.head.filter(|&head| head < self.known)
    }

    /// What was taken since the last time, and the place of its first event.
    pub(super) fn drain(&mut self) -> Option<(Seq, Vec<ByteString>)> {
        let head = self.head.filter(|_| !self.fresh.is_empty())?;
        let frames = std::mem::take(&mut self.fresh);
        Some((head + 1 - length(frames.len()), frames))
    }

    /// Whether memory has every event after `after`.
    pub(super) fn reaches(&self, after: Seq) -> bool {
        self.head
            .is_some_and(|head| head - after <= length(self.ring.len()))
    }

    /// The frames after `after`, which memory must reach; `None` when they are more bytes than a
    /// resume may have.
    pub(super) fn since(&self, after: Seq, limits: &Limits) -> Option<Vec<ByteString>> {
        let missed = usize::try_from(self.head? - after).ok()?;
        let frames = self.ring.range(self.ring.len().checked_sub(missed)?..);
        let bytes: usize = frames.clone().map(|frame| frame.len()).sum();
        (bytes <= limits.resume_bytes).then(|| frames.cloned().collect())
    }

    fn take_held(&mut self, limits: &Limits) {
        while let Some(entry) = self.held.first_entry() {
            if self.head.is_none_or(|head| *entry.key() != head + 1) {
                break;
            }
            let (seq, frame) = entry.remove_entry();
            self.take(seq, frame, limits);
        }
    }

    fn take(&mut self, seq: Seq, frame: ByteString, limits: &Limits) {
        self.head = Some(seq);
        self.bytes += frame.len();
        self.ring.push_back(frame.clone());
        self.trim(limits);
        if self.members.is_empty() {
            self.fresh.clear();
        } else {
            self.fresh.push(frame);
        }
    }

    fn trim(&mut self, limits: &Limits) {
        while self.ring.len() > limits.replay || self.bytes > limits.replay_bytes {
            let Some(oldest) = self.ring.pop_front() else {
                break;
            };
            self.bytes -= oldest.len();
        }
    }
}

fn frame(event: &Event) -> ByteString {
    Server::Event(event).encode()
}

/// A number of frames as a distance between places.
fn length(frames: usize) -> Seq {
    Seq::try_from(frames).unwrap_or(Seq::MAX)
}
