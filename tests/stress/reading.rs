//! The client without a WebSocket: a stream of events, or requests one after the other.

use std::time::Duration;

use actix_rt::time::{sleep, timeout};
use serde_json::{Value, json};

use crate::mirror::{Mirror, Position, text};
use crate::model::{End, Model, Way};
use crate::stream::Entry;

/// A stream is dead when nothing came for so long; the server's pings come each second here.
const SILENCE: Duration = Duration::from_secs(3);

/// A restless client breaks off after one in so many entries.
const RESTLESS: usize = 15;

/// Seconds that a long poll waits for.
const WAIT: u64 = 1;

/// How long an answer may take beyond that.
const SOON: Duration = Duration::from_secs(2);

/// The time between two plain reads, in milliseconds.
const PAUSE: std::ops::Range<u64> = 50..400;

fn room_of(model: &Model) -> String {
    model.mirrors.borrow()[0].room.clone()
}

fn path(room: &str, have: Option<&Position>, more: &str) -> String {
    let position = have.map(|(epoch, seq)| format!("&epoch={epoch}&after={seq}"));
    format!(
        "/api/events?room={room}{}{more}",
        position.unwrap_or_default()
    )
}

/// One stream, from the request to its end.
pub(crate) async fn stream(model: &Model) -> End {
    let end = read_stream(model).await;
    end.unwrap_or_else(|end| end)
}

async fn read_stream(model: &Model) -> Result<End, End> {
    let room = room_of(model);
    let have = model.with(&room, |mirror| Ok(mirror.ask())).flatten();
    // Both ways to say where it was; browsers have the header alone.
    let by_header = have.as_ref().filter(|_| model.dice.borrow_mut().once_in(2));
    let mut caller = model.caller.clone();
    let mut path = path(&room, have.as_ref(), "");
    if let Some((epoch, seq)) = by_header {
        caller = caller.with("last-event-id", &format!("{epoch}:{seq}"));
        path = self::path(&room, None, "");
    }
    let mut stream = match timeout(SILENCE, caller.try_stream(&path)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(Some(status))) => return Err(End::Refused(status)),
        Ok(Err(None)) | Err(_) => return Err(End::Broken),
    };
    loop {
        let Ok(Ok(Some(entry))) = timeout(SILENCE, stream.try_next()).await else {
            return Err(End::Broken);
        };
        if let Some(end) = hear(model, entry)? {
            return Ok(end);
        }
        // What comes meanwhile waits in the socket: that is keeping it, too.
        load_if_due(model, &room).await?;
        if model.breaks_off(RESTLESS, &room) {
            return Err(End::Left);
        }
    }
}

fn hear(model: &Model, entry: Entry) -> Result<Option<End>, End> {
    let room = room_of(model);
    let frame = entry.frame;
    let heard = match entry.event.as_str() {
        _ if entry.silent => Some(()),
        "joined" => {
            model.is_in();
            model.with(&room, |mirror| mirror.joined(&frame))
        }
        "" => {
            let seq = frame["seq"].clone();
            if !entry.id.ends_with(&format!(":{seq}")) {
                model.wrong(format_args!(
                    "expected the id of event {seq}, got {}",
                    entry.id
                ));
            }
            model.event(frame)
        }
        "ping" => {
            let head = frame["heads"][&room].as_i64().unwrap_or_default();
            model.with(&room, |mirror| mirror.ping(head))
        }
        "bye" => return Ok(Some(bye(&frame))),
        other => {
            model.wrong(format_args!(
                "expected an entry of a known kind, got {other}"
            ));
            None
        }
    };
    heard.map(|()| None).ok_or(End::Left)
}

fn bye(frame: &Value) -> End {
    let number = |field: &str| frame[field].as_u64().unwrap_or_default();
    let code = u16::try_from(number("code")).unwrap_or_default();
    End::Bye(code, Duration::from_millis(number("retry_after_ms")))
}

async fn load_if_due(model: &Model, room: &str) -> Result<(), End> {
    let due = model
        .with(room, |mirror| Ok(mirror.is_loading))
        .ok_or(End::Left)?;
    if due {
        if model.breaks_off(2, room) {
            // The request is under way.
            let moment = model.dice.borrow_mut().millis(1..10);
            timeout(moment, model.load(room)).await.ok();
            return Err(End::Left);
        }
        let snapshot = timeout(SILENCE, model.load(room)).await;
        let snapshot = snapshot.map_err(|_late| End::Broken)?;
        model
            .with(room, |mirror| mirror.loaded(snapshot))
            .ok_or(End::Left)?;
    }
    Ok(())
}

/// Requests, until one is not answered.
pub(crate) async fn poll(model: &Model) -> End {
    let room = room_of(model);
    loop {
        if let Err(end) = ask(model, &room).await {
            return end;
        }
        if model.way == Way::Read {
            let pause = model.dice.borrow_mut().millis(PAUSE);
            sleep(pause).await;
        }
    }
}

/// One request and its answer, which is a connection of its own.
async fn ask(model: &Model, room: &str) -> Result<(), End> {
    let wait = match model.way {
        Way::LongPoll => format!("&wait={WAIT}"),
        _ => String::new(),
    };
    let have = model.with(room, |mirror| Ok(mirror.ask())).flatten();
    let path = path(room, have.as_ref(), &wait);
    let asked = model.caller.try_get(&path);
    let reply = timeout(SOON + Duration::from_secs(WAIT), asked).await;
    let reply = reply.ok().flatten().ok_or(End::Broken)?;
    match reply.status {
        200 if reply.json.is_null() => return Err(End::Broken),
        200 => model.is_in(),
        status => return Err(End::Refused(status)),
    }
    let mut answer = reply.json;
    // The answer's `seq` is the place after its events; `joined` names the room's head, at least that.
    model
        .with(room, |mirror| mirror.joined(&answer))
        .ok_or(End::Left)?;
    let events = answer["events"].take();
    let mut last = have.map_or_else(|| answer["seq"].clone(), |(_, seq)| json!(seq));
    for event in events.as_array().into_iter().flatten() {
        last = event["seq"].clone();
        model.event(event.clone()).ok_or(End::Left)?;
    }
    if text(&answer["mode"]) == "resumed" && answer["seq"] != last {
        model.wrong(format_args!(
            "expected an answer up to {last}, got {}",
            answer["seq"]
        ));
    }
    if answer["bye"].is_object() {
        return Err(bye(&answer["bye"]));
    }
    load_if_due(model, room).await?;
    let end = |mirror: &mut Mirror| {
        mirror.ended();
        Ok(())
    };
    model.with(room, end).ok_or(End::Left)
}
