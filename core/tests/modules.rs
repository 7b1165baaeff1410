//! How the source files of both crates import each other: a file may use its folder's and its own children, else
//! imports go one way, among files and among folders.

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A file's place below the crate, such as `["sla", "clock", "text"]`; the root is empty.
type Module = Vec<String>;
type Imports = BTreeMap<Module, BTreeSet<Module>>;

fn re(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => files(&path, found),
            false if path.extension().is_some_and(|e| e == "rs") => found.push(path),
            false => {}
        }
    }
}

/// The files of a crate without comments and tests.
fn sources(root: &Path) -> BTreeMap<Module, String> {
    let mut paths = Vec::new();
    files(root, &mut paths);
    let module = |path: &Path| -> Module {
        let path = path.strip_prefix(root).expect("below").with_extension("");
        let names = path.iter().map(|n| n.to_string_lossy().into_owned());
        names.filter(|n| n != "lib").collect()
    };
    let mut all: BTreeMap<Module, String> = paths
        .iter()
        .map(|p| (module(p), std::fs::read_to_string(p).expect("a file")))
        .collect();
    let declared = re(r"#\[cfg\(test\)\]\s*(?:pub )?mod (\w+);");
    let mut tests = Vec::new();
    for (module, text) in &all {
        for found in declared.captures_iter(text) {
            tests.push([module.as_slice(), &[found[1].to_owned()]].concat());
        }
    }
    all.retain(|module, _| !tests.iter().any(|t| module.starts_with(t)));
    let inner = re(r"(?s)#\[cfg\(test\)\]\s*mod \w+ \{.*?\n\}");
    let comment = re(r"//.*");
    for text in all.values_mut() {
        *text = comment
            .replace_all(&inner.replace_all(text, ""), "")
            .into_owned();
    }
    all
}

/// The paths that `::a::{b, c::d}` names, without what stands before.
fn expand(text: &str) -> Vec<Module> {
    let Some(rest) = text.trim_start().strip_prefix("::") else {
        return vec![Vec::new()];
    };
    let rest = rest.trim_start();
    if !rest.starts_with('{') {
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        let tails = expand(&rest[end..]).into_iter();
        return tails
            .map(|tail| [vec![name.clone()], tail].concat())
            .collect();
    }
    let (mut depth, mut start, mut found) = (0, 1, Vec::new());
    for (i, c) in rest.char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 || depth == 1 && c == ',' {
            found.extend(expand(&format!("::{}", rest[start..i].trim())));
            start = i + 1;
        }
        if depth == 0 {
            break;
        }
    }
    found
}

/// What each file imports. A name that a folder re-exports counts as an import of the file that has it.
fn imports(root: &Path) -> Imports {
    let all = sources(root);
    let mut again: BTreeMap<Module, Module> = BTreeMap::new();
    let export = re(r"pub use (?:crate::)?(\w+)(::[^;]*);");
    for (module, text) in &all {
        for found in export.captures_iter(text) {
            let inside = [module.as_slice(), &[found[1].to_owned()]].concat();
            let outside = vec![found[1].to_owned()];
            let base = [inside, outside].into_iter().find(|m| all.contains_key(m));
            for tail in expand(&found[2]) {
                if let (Some(base), Some(name)) = (&base, tail.last()) {
                    let shown = [module.as_slice(), std::slice::from_ref(name)].concat();
                    again.insert(shown, [base.as_slice(), &tail].concat());
                }
            }
        }
    }
    let file = |path: Module| {
        let path = again.get(&path).cloned().unwrap_or(path);
        let ends = (1..=path.len()).rev();
        ends.map(|n| path[..n].to_vec())
            .find(|m| all.contains_key(m))
    };
    let start = re(r"\b(crate|super(?:::super)*)((?:::|\b)[^;()]*)");
    let mut result = Imports::new();
    for (module, text) in &all {
        let mut from = 0;
        let used = result.entry(module.clone()).or_default();
        while let Some(found) = start.captures_at(text, from) {
            let word = found.get(1).expect("the first word");
            from = word.end();
            let up = word.as_str().matches("super").count();
            let base = match up {
                0 => &[],
                up => &module[..module.len().saturating_sub(up)],
            };
            let paths = expand(&text[from..]).into_iter();
            used.extend(paths.filter_map(|tail| file([base, &tail].concat())));
        }
    }
    result
}

/// A circle of imports, in order, that no file and its own folder make.
fn circle(imports: &Imports) -> Option<Vec<String>> {
    fn follow<'a>(
        at: &'a Module,
        imports: &'a Imports,
        way: &mut Vec<&'a Module>,
        done: &mut BTreeSet<&'a Module>,
    ) -> bool {
        if let Some(begin) = way.iter().position(|m| *m == at) {
            way.drain(..begin);
            return true;
        }
        if !done.insert(at) {
            return false;
        }
        way.push(at);
        for next in imports.get(at).into_iter().flatten() {
            let kin = next.starts_with(at) || at.starts_with(next);
            if !kin && follow(next, imports, way, done) {
                return true;
            }
        }
        way.pop();
        false
    }
    let mut done = BTreeSet::new();
    for module in imports.keys() {
        let mut way = Vec::new();
        if follow(module, imports, &mut way, &mut done) {
            return Some(way.iter().map(|m| m.join("::")).collect());
        }
    }
    None
}

fn crates() -> [PathBuf; 2] {
    let core = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    [core.join("src"), core.join("../src")]
}

#[test]
fn files_do_not_import_each_other() {
    for root in crates() {
        let imports = imports(&root);
        let count: usize = imports.values().map(BTreeSet::len).sum();
        assert!(count > 100, "{}: {count} imports", root.display());
        assert_eq!(circle(&imports), None, "{}", root.display());
    }
}

#[test]
fn folders_do_not_import_each_other() {
    for root in crates() {
        let mut folders = Imports::new();
        for (module, used) in imports(&root) {
            let names = used.into_iter().filter_map(|m| m.into_iter().next());
            if let Some(own) = module.first() {
                let others = names.filter(|n| n != own).map(|n| vec![n]);
                folders.entry(vec![own.clone()]).or_default().extend(others);
            }
        }
        assert_eq!(circle(&folders), None, "{}", root.display());
    }
}

#[test]
fn circles_are_found() {
    let one = |name: &str| vec![name.to_owned()];
    let list = |names: &[&str]| names.iter().map(|n| one(n)).collect::<BTreeSet<_>>();
    let mut imports = Imports::from([
        (one("a"), list(&["b"])),
        (one("b"), list(&["c", "d"])),
        (one("c"), list(&["d"])),
    ]);
    assert_eq!(circle(&imports), None);
    imports.insert(one("d"), list(&["b"]));
    assert_eq!(circle(&imports).map(|c| c.concat()), Some("bcd".into()));
    let paths: Vec<_> = expand("::a::{self, b::{C, d as e}, f} more")
        .iter()
        .map(|p| p.join("."))
        .collect();
    assert_eq!(paths, ["a.self", "a.b.C", "a.b.d", "a.f"]);
}
