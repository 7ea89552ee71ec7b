//! The parts of a workbook in a ZIP archive, by the Open Packaging Conventions (ECMA-376 part 2): names
//! without case, and relations from one part to another.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};

use quick_xml::events::Event;
use zip::ZipArchive;

use super::error::WorkbookError;
use super::xml::{XmlPart, attribute, is_true, xml};

/// The parts of a workbook.
pub(super) struct Package {
    zip: ZipArchive<BufReader<File>>,
    /// The index of each part by its plain name.
    parts: HashMap<String, usize>,
}

/// A relation from one part to another.
pub(super) struct Relation {
    pub id: String,
    /// The last part of the type's address, such as `worksheet`.
    pub kind: String,
    pub target: String,
}

impl Package {
    pub fn open(file: File) -> Result<Self, WorkbookError> {
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(WorkbookError::damaged)?;
        let mut parts = HashMap::new();
        for index in 0..zip.len() {
            let part = zip.by_index_raw(index).map_err(WorkbookError::damaged)?;
            let name = plain(&part.name().map_err(WorkbookError::damaged)?);
            parts.entry(name).or_insert(index);
        }
        Ok(Self { zip, parts })
    }

    pub fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&plain(name))
    }

    /// A part, from its beginning. None if there is no such part.
    pub fn part<'p>(
        &'p mut self,
        name: &str,
    ) -> Result<Option<impl Read + use<'p>>, WorkbookError> {
        match self.parts.get(&plain(name)) {
            Some(&index) => {
                let part = self.zip.by_index(index).map_err(WorkbookError::damaged)?;
                Ok(Some(part))
            }
            None => Ok(None),
        }
    }

    /// A part that the workbook needs.
    pub fn needed<'p>(
        &'p mut self,
        name: &str,
    ) -> Result<XmlPart<impl Read + use<'p>>, WorkbookError> {
        let missing = || WorkbookError::damaged(format!("its part {name} is missing"));
        self.part(name)?.map(xml).ok_or_else(missing)
    }

    /// The relations of a part; those of the package for an empty name.
    pub fn relations(&mut self, of: &str) -> Result<Vec<Relation>, WorkbookError> {
        let (folder, name) = of.rsplit_once('/').unwrap_or(("", of));
        let folder = folder.to_owned();
        let (mut relations, mut buffer) = (Vec::new(), Vec::new());
        let Some(part) = self.part(&format!("{folder}/_rels/{name}.rels"))? else {
            return Ok(relations);
        };
        let mut part = xml(part);
        loop {
            buffer.clear();
            match part.read_event_into(&mut buffer)? {
                Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                    let text = |name| {
                        Ok::<_, WorkbookError>(attribute(&element, name)?.unwrap_or_default())
                    };
                    let kind = text("Type")?;
                    if attribute(&element, "TargetMode")?.as_deref() != Some("External") {
                        relations.push(Relation {
                            id: text("Id")?,
                            kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                            target: resolved(&folder, &text("Target")?),
                        });
                    }
                }
                Event::Eof => return Ok(relations),
                _ => {}
            }
        }
    }

    /// The part with this relation to another. Some programs write it without the relation, under its
    /// usual name beside the other part.
    pub fn related(
        &mut self,
        to: &str,
        kind: &str,
        usual: &str,
    ) -> Result<Option<String>, WorkbookError> {
        let relations = self.relations(to)?;
        if let Some(relation) = relations.into_iter().find(|relation| relation.kind == kind) {
            return Ok(Some(relation.target));
        }
        let folder = to.rsplit_once('/').map_or("", |(folder, _)| folder);
        let usual = resolved(folder, usual);
        Ok(self.has(&usual).then_some(usual))
    }

    /// The rows of totals in the tables of a sheet, from 0.
    pub fn totals(&mut self, sheet: &str) -> Result<Vec<u32>, WorkbookError> {
        let mut totals = Vec::new();
        for relation in self.relations(sheet)? {
            if relation.kind == "table"
                && let Some(part) = self.part(&relation.target)?
            {
                totals.extend(totals_of(&mut xml(part))?);
            }
        }
        Ok(totals)
    }
}

/// The row of totals of a table, from 0.
fn totals_of<R: Read>(table: &mut XmlPart<R>) -> Result<Option<u32>, WorkbookError> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match table.read_event_into(&mut buffer)? {
            Event::Start(element) if element.local_name().as_ref() == "table" => {
                let has_totals = super::xml::number(&element, "totalsRowCount")? > Some(0)
                    || is_true(&element, "totalsRowCount")?;
                let range = attribute(&element, "ref")?.unwrap_or_default();
                let last = range
                    .split(':')
                    .next_back()
                    .and_then(super::address::position);
                return Ok(last.filter(|_| has_totals).map(|(row, _)| row));
            }
            Event::Eof => return Ok(None),
            _ => {}
        }
    }
}

/// A name without case, with slashes, and without one at the start.
fn plain(name: &str) -> String {
    name.replace('\\', "/")
        .trim_start_matches('/')
        .to_lowercase()
}

/// A target relative to a folder, or from the root if it begins with a slash.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let from = if target.starts_with('/') { "" } else { folder };
    let mut steps: Vec<&str> = Vec::new();
    for step in from.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}
