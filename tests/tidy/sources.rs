//! The files of the repository.

use std::path::{Path, PathBuf};

/// A file: its path from the root of the repository, and what is in it.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folders` whose name ends in one of `endings` (a whole name counts as an ending).
pub(crate) fn sources(folders: &[&str], endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    for folder in folders {
        collect(&root().join(folder), endings, &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(folder: &Path, endings: &[&str], found: &mut Vec<Source>) {
    let Ok(entries) = folder.read_dir() else {
        return;
    };
    for path in entries.map(|entry| entry.unwrap().path()) {
        let ending = path.extension().or(path.file_name()).unwrap();
        if path.ends_with("node_modules") {
            // Types for the editor, which somebody installed.
        } else if path.is_dir() {
            collect(&path, endings, found);
        } else if endings.iter().any(|wanted| ending == *wanted) {
            found.push(Source {
                text: std::fs::read_to_string(&path).unwrap(),
                path: path.strip_prefix(root()).unwrap().to_owned(),
            });
        }
    }
}
