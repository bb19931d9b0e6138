//! Photos that are dropped on the page, or pasted.

use crate::stage::{Demo, in_the_demo};

/// Has the page hold a photo and a text, as somebody does who drags both over it.
pub(crate) const HOLD: &str = "void (async () => { \
    const blob = await (await fetch('/samples/shelf.jpg')).blob(); \
    const held = new DataTransfer(); \
    held.items.add(new File([blob], 'shelf.jpg', { type: 'image/jpeg' })); \
    held.items.add(new File(['a'], 'a.txt', { type: 'text/plain' })); \
    window.held = held; \
})()";

#[test]
fn photos_are_dropped_and_pasted_and_what_is_no_photo_is_not_sent() {
    in_the_demo(async |demo: &Demo| {
        let omar = demo.window("omar", "/w/north/scans").await;
        let ways = [
            "document.querySelector('[data-drop]').dispatchEvent(\
                new DragEvent('drop', { dataTransfer: window.held, bubbles: true, cancelable: true }))",
            "document.dispatchEvent(\
                new ClipboardEvent('paste', { clipboardData: window.held, bubbles: true, cancelable: true }))",
        ];
        let scans = "document.querySelectorAll('.scan[data-status=done]').length";

        for (sent, way) in (1..).zip(ways) {
            omar.eval(HOLD).await;
            omar.until("window.held?.files.length == 2").await;
            omar.eval(way).await;
            omar.until(&format!("{scans} == {sent}")).await;
        }
        omar.shows(".toast", "a.txt is no photo").await;
        omar.close().await;
    });
}

#[test]
fn what_is_pasted_into_a_field_or_brings_its_text_is_not_sent() {
    in_the_demo(async |demo: &Demo| {
        let omar = demo.window("omar", "/w/north/scans").await;
        let paste = |into: &str| {
            format!(
                "(({into}).dispatchEvent(new ClipboardEvent('paste', \
                    {{ clipboardData: window.held, bubbles: true, cancelable: true }})), \
                document.querySelectorAll('.upload').length)"
            )
        };
        omar.eval(HOLD).await;
        omar.until("window.held?.files.length == 2").await;

        let place = "document.querySelector('aims-uploads [name=place]')";
        assert_eq!(omar.eval(&paste(place)).await, 0);
        omar.eval("void window.held.items.add('12', 'text/plain')")
            .await;
        assert_eq!(omar.eval(&paste("document")).await, 0);

        omar.eval("void window.held.items.remove(2)").await;
        assert_ne!(omar.eval(&paste("document")).await, 0);
        omar.close().await;
    });
}
