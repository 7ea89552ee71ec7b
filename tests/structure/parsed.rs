//! The source of the crate as syntax trees: its modules with their definitions, imports and paths.
//! Modules under `#[cfg(test)]` are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::buffer::{Cursor, TokenBuffer};
use syn::visit::{self, Visit};
use syn::{
    Attribute, Expr, ExprMethodCall, Ident, ImplItem, Item, ItemImpl, ItemMod, ItemUse, Macro,
    Meta, Type, UseTree, Visibility,
};

/// The index of a module in [`Source::modules`].
pub type ModuleId = usize;

/// The index of a file in [`Source::files`].
pub type FileId = usize;

/// The whole crate.
#[derive(Default)]
pub struct Source {
    pub files: Vec<File>,
    pub modules: Vec<Module>,
}

/// One file of the crate.
pub struct File {
    /// From the root of the crate, with `/`: `src/store/mod.rs`.
    pub path: String,
    pub text: String,
}

/// A module, in a file of its own or inline.
#[derive(Default)]
pub struct Module {
    pub file: FileId,
    pub parent: Option<ModuleId>,
    pub children: BTreeMap<String, ModuleId>,
    /// The names of the items that are defined here.
    pub items: BTreeSet<String>,
    /// The structs, enums, traits and type aliases among the items.
    pub types: Vec<String>,
    /// The names brought in by `use`, with the paths they stand for.
    pub imports: Vec<(String, Vec<String>)>,
    /// The paths before `::*`.
    pub globs: Vec<Vec<String>>,
    /// The inherent methods, with the path of their type as it is written here.
    pub methods: Vec<(Vec<String>, String)>,
    pub mentions: Vec<Mention>,
}

/// A path in the source.
pub struct Mention {
    pub path: Vec<String>,
    pub kind: MentionKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum MentionKind {
    /// `use` for the module itself.
    Import,
    /// `pub use`, also with a restricted visibility.
    ReExport,
    /// A path in code, an attribute or a macro. `self.method()` counts as a path from the type of
    /// `self`.
    Code,
}

impl Source {
    /// Reads the library from `src/lib.rs` on, and `src/main.rs`.
    pub fn of_this_crate() -> Self {
        let mut source = Self::default();
        source.read("src/lib.rs", None);
        source.read("src/main.rs", None);
        source
    }

    pub fn path_of(&self, module: ModuleId) -> &str {
        &self.files[self.modules[module].file].path
    }

    fn read(&mut self, path: &str, parent: Option<ModuleId>) -> ModuleId {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        let parsed = syn::parse_file(&text).unwrap();
        self.files.push(File {
            path: path.to_owned(),
            text,
        });
        let module = self.add_module(self.files.len() - 1, parent);
        Reader::new(self, module).visit_file(&parsed);
        module
    }

    fn add_module(&mut self, file: FileId, parent: Option<ModuleId>) -> ModuleId {
        self.modules.push(Module {
            file,
            parent,
            ..Module::default()
        });
        self.modules.len() - 1
    }

    /// The file of `mod name;` in a file: beside it for `lib.rs` and `mod.rs`, else in the folder
    /// named after the file.
    fn file_of_child(parent: &str, name: &str) -> String {
        let (folder, file) = parent.rsplit_once('/').unwrap();
        let folder = match file {
            "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
            other => format!("{folder}/{}", other.trim_end_matches(".rs")),
        };
        let beside = format!("{folder}/{name}.rs");
        if Path::new(env!("CARGO_MANIFEST_DIR")).join(&beside).exists() {
            return beside;
        }
        format!("{folder}/{name}/mod.rs")
    }
}

/// Walks through one module and those inside it.
struct Reader<'a> {
    source: &'a mut Source,
    module: ModuleId,
    /// The type of `self`, inside an `impl` block.
    self_type: Option<Vec<String>>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a mut Source, module: ModuleId) -> Self {
        Self {
            source,
            module,
            self_type: None,
        }
    }

    fn here(&mut self) -> &mut Module {
        &mut self.source.modules[self.module]
    }

    fn mention(&mut self, mut path: Vec<String>, kind: MentionKind) {
        if path[0] == "Self" {
            let Some(self_type) = &self.self_type else {
                return;
            };
            path.splice(..1, self_type.iter().cloned());
        }
        self.here().mentions.push(Mention { path, kind });
    }

    fn method_of_self(&mut self, method: &Ident) {
        self.mention(
            vec!["Self".to_owned(), method.to_string()],
            MentionKind::Code,
        );
    }

    fn define(&mut self, item: &Item) {
        let (name, is_type) = match item {
            Item::Struct(item) => (&item.ident, true),
            Item::Enum(item) => (&item.ident, true),
            Item::Trait(item) => (&item.ident, true),
            Item::Type(item) => (&item.ident, true),
            Item::Union(item) => (&item.ident, true),
            Item::Fn(item) => (&item.sig.ident, false),
            Item::Const(item) => (&item.ident, false),
            Item::Static(item) => (&item.ident, false),
            _ => return,
        };
        let name = name.to_string();
        if is_type {
            self.here().types.push(name.clone());
        }
        self.here().items.insert(name);
    }

    fn import(&mut self, tree: &UseTree, mut prefix: Vec<String>, kind: MentionKind) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.import(&path.tree, prefix, kind);
            }
            UseTree::Name(name) => self.bring_in(prefix, &name.ident, None, kind),
            UseTree::Rename(name) => self.bring_in(prefix, &name.ident, Some(&name.rename), kind),
            UseTree::Glob(_) => {
                self.mention(prefix.clone(), kind);
                self.here().globs.push(prefix);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, prefix.clone(), kind);
                }
            }
        }
    }

    fn bring_in(
        &mut self,
        mut path: Vec<String>,
        name: &Ident,
        rename: Option<&Ident>,
        kind: MentionKind,
    ) {
        if name != "self" {
            path.push(name.to_string());
        }
        let name = rename.map_or_else(|| path.last().unwrap().clone(), Ident::to_string);
        self.here().imports.push((name, path.clone()));
        self.mention(path, kind);
    }

    /// The paths in the tokens of a macro or an attribute, which are not parsed further.
    fn tokens(&mut self, mut cursor: Cursor<'_>) {
        let mut path: Vec<String> = Vec::new();
        let mut is_after_dot = false;
        let mut colons = 0;
        while !cursor.eof() {
            if let Some((ident, next)) = cursor.ident() {
                if colons != 2 {
                    self.finish(&mut path);
                }
                if is_after_dot {
                    if path.first().is_some_and(|first| first == "self") {
                        path.clear();
                        self.method_of_self(&ident);
                    }
                } else {
                    path.push(ident.to_string());
                }
                (colons, is_after_dot, cursor) = (0, false, next);
            } else if let Some((punct, next)) = cursor.punct() {
                colons = if punct.as_char() == ':' {
                    colons + 1
                } else {
                    0
                };
                is_after_dot = punct.as_char() == '.';
                if colons == 0 && !(is_after_dot && path == ["self"]) {
                    self.finish(&mut path);
                }
                cursor = next;
            } else if let Some((inside, _, _, next)) = cursor.any_group() {
                self.finish(&mut path);
                self.tokens(inside);
                (colons, is_after_dot, cursor) = (0, false, next);
            } else if let Some((_, next)) = cursor.literal() {
                self.finish(&mut path);
                (colons, is_after_dot, cursor) = (0, false, next);
            } else if let Some((_, next)) = cursor.lifetime() {
                (colons, is_after_dot, cursor) = (0, false, next);
            } else {
                break;
            }
        }
        self.finish(&mut path);
    }

    fn finish(&mut self, path: &mut Vec<String>) {
        if !path.is_empty() {
            let path = std::mem::take(path);
            self.mention(path, MentionKind::Code);
        }
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        Meta::Path(path) => path.is_ident("test"),
        Meta::NameValue(_) => false,
    })
}

fn words(path: &syn::Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect()
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        self.define(item);
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if is_for_tests(&item.attrs) {
            return;
        }
        let (outer, name) = (self.module, item.ident.to_string());
        let child = if item.content.is_some() {
            let file = self.here().file;
            let child = self.source.add_module(file, Some(outer));
            self.module = child;
            visit::visit_item_mod(self, item);
            self.module = outer;
            child
        } else {
            let path = Source::file_of_child(self.source.path_of(outer), &name);
            self.source.read(&path, Some(outer))
        };
        self.here().children.insert(name, child);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let kind = if matches!(item.vis, Visibility::Inherited) {
            MentionKind::Import
        } else {
            MentionKind::ReExport
        };
        self.import(&item.tree, Vec::new(), kind);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let outer = self.self_type.take();
        if let Type::Path(path) = &*item.self_ty {
            let path = words(&path.path);
            if item.trait_.is_none() {
                for inside in &item.items {
                    let name = match inside {
                        ImplItem::Fn(function) => &function.sig.ident,
                        ImplItem::Const(constant) => &constant.ident,
                        _ => continue,
                    };
                    let method = (path.clone(), name.to_string());
                    self.here().methods.push(method);
                }
            }
            self.self_type = Some(path);
        }
        visit::visit_item_impl(self, item);
        self.self_type = outer;
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if let Expr::Path(receiver) = &*call.receiver
            && receiver.path.is_ident("self")
        {
            self.method_of_self(&call.method);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() && !path.is_ident("self") {
            self.mention(words(path), MentionKind::Code);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.tokens(TokenBuffer::new2(called.tokens.clone()).begin());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.tokens(TokenBuffer::new2(list.tokens.clone()).begin());
        }
    }
}
