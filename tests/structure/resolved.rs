//! Finds the file that defines the item of a path, through `use`, `pub use` and globs.

use std::collections::{BTreeMap, BTreeSet};

use super::parsed::{FileId, MentionKind, ModuleId, Source};

/// One file uses an item of another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    pub from: FileId,
    pub to: FileId,
    /// The item's name, or `mod` for a module as a whole.
    pub item: String,
    pub how: How,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The file names the item.
    Named,
    /// The file passes the item on with `pub use`.
    PassedOn,
    /// The file calls a method that the other file defines for a type.
    Called,
}

/// The uses between the files of the crate.
pub struct Uses {
    pub all: BTreeSet<Use>,
}

/// The target of a path, and the number of its segments that were used.
#[derive(Clone)]
enum Found {
    Module(ModuleId),
    Item { module: ModuleId, name: String },
}

struct Resolver<'a> {
    source: &'a Source,
    /// For each inherent method, by the module and name of its type: the files that define it.
    methods: BTreeMap<(ModuleId, String, String), BTreeSet<FileId>>,
}

impl Uses {
    pub fn of(source: &Source) -> Self {
        let mut resolver = Resolver {
            source,
            methods: BTreeMap::new(),
        };
        resolver.find_methods();
        let mut all = BTreeSet::new();
        for (id, module) in source.modules.iter().enumerate() {
            for mention in &module.mentions {
                for mut used in resolver.uses(id, &mention.path) {
                    // A module in the middle of a path is counted by the item after it.
                    if used.from == used.to
                        || used.item == "mod" && mention.kind == MentionKind::Code
                    {
                        continue;
                    }
                    if mention.kind == MentionKind::ReExport {
                        used.how = How::PassedOn;
                    }
                    all.insert(used);
                }
            }
        }
        Self { all }
    }
}

/// The groups of more than one file in which each file uses each other one, directly or through
/// others.
pub fn circles(uses: &BTreeSet<(FileId, FileId)>) -> Vec<BTreeSet<FileId>> {
    let reached: BTreeMap<FileId, BTreeSet<FileId>> = uses
        .iter()
        .map(|&(from, _)| (from, reached(uses, from)))
        .collect();
    let reaches =
        |from: &FileId, to: FileId| reached.get(from).is_some_and(|all| all.contains(&to));
    let mut circles: Vec<BTreeSet<FileId>> = Vec::new();
    for (&file, others) in &reached {
        if !circles.iter().any(|circle| circle.contains(&file)) {
            let circle: BTreeSet<FileId> = others
                .iter()
                .copied()
                .filter(|other| reaches(other, file))
                .collect();
            if circle.len() > 1 {
                circles.push(circle);
            }
        }
    }
    circles
}

fn reached(uses: &BTreeSet<(FileId, FileId)>, file: FileId) -> BTreeSet<FileId> {
    let mut reached = BTreeSet::new();
    let mut open = vec![file];
    while let Some(from) = open.pop() {
        for &(_, to) in uses.range((from, 0)..(from + 1, 0)) {
            if reached.insert(to) {
                open.push(to);
            }
        }
    }
    reached
}

impl Resolver<'_> {
    /// The uses of a path: an item or a whole module, and the file of a method that ends the path.
    fn uses(&self, module: ModuleId, path: &[String]) -> Vec<Use> {
        let file = |module: ModuleId| self.source.modules[module].file;
        let used = |to: FileId, item: &str, how: How| Use {
            from: file(module),
            to,
            item: item.to_owned(),
            how,
        };
        let Some((found, taken)) = self.resolve(module, path, 0) else {
            return Vec::new();
        };
        let (defining, name) = match found {
            Found::Module(found) => return vec![used(file(found), "mod", How::Named)],
            Found::Item { module, name } => (module, name),
        };
        let mut uses = vec![used(file(defining), &name, How::Named)];
        if let Some(method) = path.get(taken) {
            let item = format!("{name}::{method}");
            let key = (defining, name, method.clone());
            let files = self.methods.get(&key).into_iter().flatten();
            uses.extend(files.map(|&to| used(to, &item, How::Called)));
        }
        uses
    }

    fn find_methods(&mut self) {
        for (id, module) in self.source.modules.iter().enumerate() {
            for (path, method) in &module.methods {
                if let Some((
                    Found::Item {
                        module: found,
                        name,
                    },
                    _,
                )) = self.resolve(id, path, 0)
                {
                    let key = (found, name, method.clone());
                    self.methods.entry(key).or_default().insert(module.file);
                }
            }
        }
    }

    fn resolve(
        &self,
        mut module: ModuleId,
        path: &[String],
        depth: usize,
    ) -> Option<(Found, usize)> {
        if depth > 16 {
            return None;
        }
        let mut taken = 0;
        loop {
            match path.get(taken)?.as_str() {
                "crate" | "pindesk" => module = 0,
                "self" => {}
                "super" => module = self.source.modules[module].parent?,
                _ => break,
            }
            taken += 1;
            if taken == path.len() {
                return Some((Found::Module(module), taken));
            }
        }
        loop {
            let is_last = taken + 1 == path.len();
            match self.look_up(module, &path[taken], is_last, depth)? {
                Found::Module(child) if !is_last => module = child,
                found => return Some((found, taken + 1)),
            }
            taken += 1;
        }
    }

    /// Looks up a name inside a module. If a module and an item share the name, the module is meant
    /// in the middle of a path.
    fn look_up(&self, id: ModuleId, name: &String, is_last: bool, depth: usize) -> Option<Found> {
        let module = &self.source.modules[id];
        let child = module.children.get(name).copied().map(Found::Module);
        let item = module.items.contains(name).then(|| Found::Item {
            module: id,
            name: name.clone(),
        });
        let own = if is_last {
            item.or(child)
        } else {
            child.or(item)
        };
        if own.is_some() {
            return own;
        }
        let imported = module
            .imports
            .iter()
            .filter(|(imported, path)| imported == name && path.first() != Some(name))
            .find_map(|(_, path)| self.resolve(id, path, depth + 1));
        if let Some((found, _)) = imported {
            return Some(found);
        }
        module
            .globs
            .iter()
            .find_map(|path| match self.resolve(id, path, depth + 1)? {
                (Found::Module(inside), _) if inside != id => {
                    self.look_up(inside, name, is_last, depth + 1)
                }
                _ => None,
            })
    }
}
