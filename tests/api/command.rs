//! The program from outside: what it prints, and with which code it ends.

use std::process::{Command, Output};
use std::rc::Rc;

use aims::db::Db;
use aims::store::Store;
use diesel::connection::SimpleConnection;
use tempfile::TempDir;

use crate::support::{Database, on_both, people};
use crate::tools::aims::Aims;
use crate::tools::requirements::{on_path, skip};
use crate::tools::wait;

fn run(arguments: &[&str]) -> Output {
    let mut aims = Command::new(env!("CARGO_BIN_EXE_aims"));
    aims.args(arguments).output().unwrap()
}

fn execute(db: &mut Db, sql: &str) {
    aims::on_db!(db, c => c.batch_execute(sql)).unwrap();
}

on_both! {
    async fn check_finds_what_is_wrong_and_says_so_by_its_exit_code(database: Rc<Database>) {
        let store = Store::open(&database.config()).unwrap();
        people::settle(&store).await;
        drop(store);

        let sound = run(&["check", "--database", &database.url]);
        execute(&mut database.connect(), "UPDATE warehouse SET last_seq = 7 WHERE code = 'north'");
        let broken = run(&["check", "--database", &database.url]);

        assert_eq!(sound.status.code(), Some(0), "{sound:?}");
        assert_eq!(broken.status.code(), Some(1), "{broken:?}");
        let told = String::from_utf8(broken.stdout).unwrap();
        assert!(told.contains("north") && told.contains('7'), "{told}");
    }

    async fn a_fresh_database_says_how_the_first_administrator_gets_in(database: Rc<Database>) {
        let aims = Aims::start(&["--database", &database.url]);

        let link = wait::until("a link is printed", || {
            let said = aims.said();
            said.lines().map(str::trim).find(|line| line.contains("/set-password/")).map(String::from)
        });

        assert!(link.starts_with(&aims.url()), "{link}");
    }
}

#[test]
fn a_missing_database_is_nothing_to_check() {
    let checked = run(&["check", "--database", "sqlite:///nowhere/aims.db"]);

    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
}

#[test]
fn a_detector_that_there_is_none_of_is_refused_with_the_names_of_those_there_are() {
    let options = ["--detector", "barcodes"];
    let refused = run(&[&options[..], &["check", "--database", "sqlite:///nowhere"]].concat());

    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let told = String::from_utf8(refused.stderr).unwrap();
    for name in ["'barcodes'", "--detector", "barcode, taught", "openai"] {
        assert!(told.contains(name), "{name}: {told}");
    }
}

/// A running demo, with what it said when it was ready.
fn demo() -> (Aims, String, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("demo.db");
    let aims = Aims::start(&["--demo", "--demo-file", file.to_str().unwrap()]);
    let said = wait::until("the demo is ready", || {
        Some(aims.said()).filter(|said| said.contains("Ctrl-C ends it"))
    });
    (aims, said, directory)
}

/// What a shell answers to `lines`, once the demo's token was pasted.
fn paste(said: &str, lines: &str) -> serde_json::Value {
    let token = said
        .lines()
        .find(|line| line.starts_with("export AIMS_TOKEN="));
    let pasted = format!("{}\n{lines}", token.unwrap());
    let done = Command::new("sh").args(["-c", &pasted]).output().unwrap();
    assert!(done.status.success(), "{lines}: {done:?}");
    let answer = String::from_utf8(done.stdout).unwrap();
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert!(answer["code"].is_null(), "{lines}: {answer}");
    answer
}

/// Every line of curl that the demo prints works when it is pasted.
#[test]
fn the_demos_lines_work_when_they_are_pasted() {
    if on_path("curl").is_none() {
        return skip("curl", "curl is not on PATH");
    }
    let (_aims, said, _directory) = demo();
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("curl "))
        .collect();

    assert!(lines.len() >= 4, "{said}");
    for line in lines {
        paste(&said, line);
    }
}

/// The README's lines make stock of a photo when they are pasted.
#[test]
fn the_readmes_lines_count_from_a_photo_when_they_are_pasted() {
    if on_path("curl").is_none() {
        return skip("curl", "curl is not on PATH");
    }
    let (aims, said, _directory) = demo();
    let readme = include_str!("../../README.md");
    let (_, section) = readme.split_once("## Count from a photo").unwrap();
    let (_, block) = section.split_once("```bash\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    assert_eq!(block.lines().count(), 3, "{block}");

    let answer = paste(&said, &block.replace("http://127.0.0.1:3000", &aims.url()));

    assert_eq!(answer["sheet"]["status"], "applied", "{answer}");
    let lines = answer["sheet"]["lines"].as_array().unwrap();
    let tea = lines.iter().find(|line| line["sku"] == "TEA-500");
    let tea = tea.unwrap_or_else(|| panic!("{answer}"));
    assert_eq!((&tea["seen"], &tea["quantity"]), (&4.into(), &4.into()));
    let movements = answer["movements"].as_array().unwrap();
    assert!(
        movements.iter().any(|one| one["kind"] == "count"),
        "{answer}"
    );
}
