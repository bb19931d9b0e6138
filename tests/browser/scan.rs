//! A photo becomes stock, and everybody sees how.

use crate::stage::{Demo, in_the_demo};
use crate::window::Window;

/// The packs on the demo's photo of the tea shelf.
const PACKS: [(&str, u32); 6] = [
    ("TEA-500", 4),
    ("TEA-EG-100", 5),
    ("TEA-GRN-50", 3),
    ("TEA-PEP-20", 6),
    ("TEA-CHA-20", 2),
    ("COF-DEC-500", 2),
];

/// The labels on it, two of which are of nothing that the shop sells.
const LABELS: usize = 24;

/// Everything that the first scan of the page was said to be doing, as it was said.
const WATCH: &str = "(window.said = [], new MutationObserver(() => { \
    const text = document.querySelector('.scan__outcome')?.innerText; \
    if (text && window.said.at(-1) !== text) window.said.push(text); \
}).observe(document.querySelector('.scans'), { subtree: true, childList: true, characterData: true }), true)";

/// Where the inventory says how much there is.
fn on_hand(sku: &str) -> String {
    format!("[data-sku=\"{sku}\"] [data-field=on_hand]")
}

/// A file with the photo, as somebody would have it on disk.
async fn photo(demo: &Demo) -> String {
    let url = format!("{}/samples/shelf.jpg", demo.aims.url());
    let mut response = awc::Client::default().get(url).send().await.unwrap();
    let jpeg = response.body().limit(16 << 20).await.unwrap();
    let file = demo.directory.path().join("shelf.jpg");
    std::fs::write(&file, jpeg).unwrap();
    file.to_str().unwrap().to_owned()
}

/// Sends the photo, and goes to what was found on it.
pub(crate) async fn scanned(demo: &Demo, window: &Window) {
    window
        .fill("[name=photos][multiple]", &photo(demo).await)
        .await;
    window
        .until("document.querySelector('.scan')?.dataset.status == 'done'")
        .await;
    window.click(".scan__title").await;
    window.is_live().await;
    window
        .until(&format!(
            "document.querySelectorAll('.box').length == {LABELS}"
        ))
        .await;
}

/// Tells the page that its photo has this status: a detector may be done before one sees it at work.
fn looked_at_again(status: &str) -> String {
    format!(
        "import(document.querySelector('script[type=module]').src.replace('app.js', 'live.js')).then(({{ store }}) => {{ \
            const [scan] = store.state.scans.values(); \
            store.send({{ type: 'merge', scans: [{{ ...scan, status: '{status}' }}] }}); \
        }})"
    )
}

/// Presses Enter on the button that applies a sheet while its photo is looked at, thinks better of it, and again after.
async fn applied_after_a_question(window: &Window) {
    window.eval(&looked_at_again("running")).await;
    window
        .shows("aims-apply", "1 photo is still being looked at")
        .await;
    window
        .eval("document.querySelector('[data-act=apply]').focus()")
        .await;
    window.press(ENTER).await;
    window
        .shows("#confirm-dialog", "without what 1 photo may still show")
        .await;
    window.press(ENTER).await;
    window.miss("#confirm-dialog[open]").await;
    window.eval(&looked_at_again("done")).await;
    window.miss(".lines__sum:not(:empty)").await;
    window
        .until("document.activeElement.matches('[data-act=apply]')")
        .await;
    window.press(ENTER).await;
}

/// The inventory's figures for everything on the photo.
async fn figures(window: &Window) -> Vec<String> {
    let mut figures = Vec::new();
    for (sku, _) in PACKS {
        figures.push(window.text(&on_hand(sku)).await);
    }
    figures
}

#[test]
fn a_photo_becomes_stock_and_every_window_sees_how() {
    in_the_demo(async |demo: &Demo| {
        let omar = demo.window("omar", "/w/north/scans").await;
        let vera = demo.window("vera", "/w/north/scans").await;
        let ana = demo.window("ana", "/w/north/inventory?sort=-sku").await;
        ana.eval("scrollTo(0, document.body.scrollHeight)").await;
        let before = figures(&ana).await;
        vera.eval(WATCH).await;
        for window in [&vera, &ana] {
            window.mark().await;
        }

        scanned(demo, &omar).await;
        vera.shows(".scan", "Omar Haddad").await;
        vera.shows(".scan__outcome", "24 found, 2 unknown").await;
        let said = vera.eval("window.said.join()").await;
        assert!(said.as_str().unwrap().contains("looking"), "{said}");

        omar.shows(".unknown", "2 times").await;
        omar.click("[data-act=ignore-label]").await;
        omar.miss(".unknown").await;
        omar.click("[data-field=make]").await;
        omar.until("location.pathname.includes('/counts/CS-')")
            .await;
        omar.shows("[data-act=apply]", "Change 6 items (").await;
        applied_after_a_question(&omar).await;

        omar.shows("aims-sheet", "Applied").await;
        for (sku, packs) in PACKS {
            ana.until(&format!(
                "document.querySelector({:?}).innerText == '{packs}'",
                on_hand(sku)
            ))
            .await;
        }
        vera.shows(".scan__outcome", "22 found, on CS-").await;

        omar.click(".toast [data-act=toast-action]").await;
        omar.shows("aims-sheet", "Undone").await;
        for ((sku, _), figure) in PACKS.iter().zip(before) {
            ana.until(&format!(
                "document.querySelector({:?}).innerText == {figure:?}",
                on_hand(sku)
            ))
            .await;
        }
        for window in [vera, ana] {
            assert!(window.is_marked().await, "the page was loaded again");
            window.close().await;
        }
        omar.close().await;
    });
}

#[test]
fn a_photo_whose_sheet_was_given_up_can_be_counted_and_looked_at_again() {
    in_the_demo(async |demo: &Demo| {
        let omar = demo.window("omar", "/w/north/scans").await;
        scanned(demo, &omar).await;
        let page = omar.path().await;
        let vera = demo.window("vera", &page).await;
        omar.click("[data-field=make]").await;
        omar.until("location.pathname.includes('/counts/CS-')")
            .await;
        omar.is_live().await;
        vera.miss("[data-field=make]").await;

        // What was counted is lost with the sheet, so one is asked.
        omar.click("[data-act=discard]").await;
        omar.shows("#confirm-dialog", "6 lines of it are counted")
            .await;
        omar.click("#confirm-dialog footer [data-act=dismiss]")
            .await;
        omar.shows("aims-sheet", "Open").await;
        omar.click("[data-act=discard]").await;
        omar.click("#confirm-dialog [type=submit]").await;
        omar.shows("aims-sheet", "Discarded").await;
        omar.until("document.activeElement.matches('aims-sheet h1')")
            .await;

        vera.see("[data-field=make]").await;
        vera.shows("[data-sheet-link]", ", discarded").await;
        omar.goto(&page).await;
        omar.is_live().await;
        omar.see("[data-field=make]").await;
        omar.eval("document.querySelector('.box').focus()").await;
        omar.press(DELETE).await;
        omar.until("document.querySelector('.box').dataset.state == 'ignored'")
            .await;
        omar.click("[data-again] [type=submit]").await;
        omar.shows("#confirm-dialog", "will be lost: 1 box").await;
        omar.click("#confirm-dialog [type=submit]").await;
        omar.until("document.querySelector('.box')?.dataset.state == 'auto'")
            .await;
        for window in [omar, vera] {
            window.close().await;
        }
    });
}

#[test]
fn the_same_photo_twice_on_a_sheet_says_so_and_is_taken_off() {
    in_the_demo(async |demo: &Demo| {
        let omar = demo.window("omar", "/w/north/scans").await;
        scanned(demo, &omar).await;
        omar.click("[data-field=make]").await;
        omar.until("location.pathname.includes('/counts/CS-')")
            .await;
        omar.is_live().await;
        let vera = demo.window("vera", &omar.path().await).await;
        let seen = ".line[data-sku=TEA-500] [data-field=seen]";

        omar.click(".more-photos summary").await;
        omar.fill("[name=photos][multiple]", &photo(demo).await)
            .await;

        let photos = "document.querySelectorAll('aims-sheet-photo').length";
        let boxes = "document.querySelectorAll('aims-sheet-photo:last-child .box').length";
        for window in [&omar, &vera] {
            window.until(&format!("{boxes} == {LABELS}")).await;
            window
                .shows("aims-sheet-photo:last-child .notice", "counted once")
                .await;
            assert_eq!(window.text(seen).await, "4");
        }
        omar.click("aims-sheet-photo:last-child [data-act=take-off]")
            .await;
        for window in [&omar, &vera] {
            window.until(&format!("{photos} == 1")).await;
        }
        omar.until("document.activeElement.matches('aims-sheet h1')")
            .await;
        assert_eq!(vera.text(seen).await, "4");
        for window in [omar, vera] {
            window.close().await;
        }
    });
}

#[test]
fn who_may_not_scan_sees_why() {
    in_the_demo(async |demo: &Demo| {
        let vera = demo.window("vera", "/w/north/scans").await;

        vera.shows(".uploads", "needs operator in North").await;
        assert_eq!(
            vera.eval("document.querySelector('[name=photos]').matches(':disabled')")
                .await,
            true
        );
        vera.close().await;
    });
}

/// The Enter and Delete keys (W3C `WebDriver` section 17.4.2).
const ENTER: char = '\u{E007}';
const DELETE: char = '\u{E017}';
