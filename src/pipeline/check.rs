//! Checks which stages may follow each other and whether the properties exist that they name. All
//! of this is known before anything runs, except the columns of a file: they are checked when its
//! header was read.

use super::fault::Fault;
use super::objects::{IDENTITY, NAME, Shape};
use super::operator::Comparison;
use super::pattern::Pattern;
use super::syntax::{
    ChangeStage, Expression, LoopBlocks, NamedValue, Property, Select, Stage, StageKind, Statement,
};

const ONE_CHANGE: &str = "A block with a cmdlet that changes PINs can have this one change alone, and no values besides. \
    Run several lines instead.";

/// Checks all stages and corrects the case of property names. `header` has the columns of the file
/// once they are known. Returns the kind of objects that the last stage passes on.
///
/// # Errors
/// A stage is at the wrong position, or names a property that does not exist.
pub(super) fn check(
    text: &str,
    stages: &mut [Stage],
    header: Option<&[String]>,
) -> Result<Shape, Fault> {
    let last = stages.len().saturating_sub(1);
    let mut shape = None;
    for (index, stage) in stages.iter_mut().enumerate() {
        let fault = |message: String| Err(Fault::at(text, stage.at, message));
        if index < last
            && let Some(why) = ends_a_pipeline(&stage.kind)
        {
            return fault(why.to_owned());
        }
        shape = Some(match shape {
            None => match first(&stage.kind, header) {
                Ok(shape) => shape,
                Err(why) => return fault(why),
            },
            Some(before) => {
                if let Err(why) = may_follow(&stage.kind, &before) {
                    return fault(why);
                }
                next(text, stage.at, &mut stage.kind, before)?
            }
        });
    }
    Ok(shape.unwrap_or(Shape::Values))
}

/// The reason why no stage can follow this one. None if one can.
fn ends_a_pipeline(kind: &StageKind) -> Option<&'static str> {
    match kind {
        StageKind::Change(_) => Some("This cmdlet hands nothing on, so it must be the last one."),
        StageKind::ForEach(blocks) if blocks.change().is_some() => {
            Some("The cmdlet in this block hands nothing on, so the block must be the last stage.")
        }
        StageKind::Export(_) => {
            Some("What writes a file hands nothing on, so it must be the last one.")
        }
        StageKind::Select(select) if select.shows => {
            Some("This cmdlet only shows what it gets, so it must be the last one.")
        }
        _ => None,
    }
}

/// The kind of objects that the first stage passes on.
fn first(kind: &StageKind, header: Option<&[String]>) -> Result<Shape, String> {
    Ok(match kind {
        StageKind::Users { .. } => Shape::Users,
        StageKind::Pins { identity: Some(_) } => Shape::Pins,
        StageKind::Pins { identity: None } => {
            return Err(
                "Get-CsClientPinInfo needs users: write Get-CsUser | Get-CsClientPinInfo, or add -Identity.".to_owned()
            );
        }
        StageKind::Roles { .. } => Shape::Roles,
        StageKind::Import(_) => match header {
            None => Shape::File,
            Some(columns) => Shape::Columns {
                columns: columns.to_vec(),
                of_roles: false,
            },
        },
        StageKind::Lines { .. } => Shape::Values,
        StageKind::Values(value) => value.shape(),
        StageKind::Change(change) if !change.identities.is_empty() => Shape::Values,
        StageKind::Change(change) => {
            return Err(format!(
                "{0} needs users: write {0} -Identity 'Ken Myer', or hand them on with |.",
                change.action.cmdlet()
            ));
        }
        _ => {
            return Err("Nothing is handed to this cmdlet. A pipeline begins with Get-CsUser, Get-CsClientPinInfo, \
                        Get-CsAdminRole or Import-Csv."
                .to_owned());
        }
    })
}

fn may_follow(kind: &StageKind, before: &Shape) -> Result<(), String> {
    match kind {
        StageKind::Users { identity: Some(_) } | StageKind::Roles { .. } | StageKind::Import(_) | StageKind::Lines { .. } => {
            Err("This cmdlet must be the first one: it takes nothing from others.".to_owned())
        }
        StageKind::Pins { identity: Some(_) } => {
            Err("Get-CsClientPinInfo takes its users from the stage before, so it cannot have an -Identity too."
                .to_owned())
        }
        StageKind::Users { identity: None } => takes_users("Get-CsUser", before),
        StageKind::Pins { identity: None } => takes_users("Get-CsClientPinInfo", before),
        StageKind::Change(change) => {
            let cmdlet = change.action.cmdlet();
            if !change.identities.is_empty() {
                return Err(format!(
                    "{cmdlet} takes its users from the stage before, so it cannot have an -Identity too."
                ));
            }
            takes_users(cmdlet, before)
        }
        StageKind::Csv(_) => Err(
            "ConvertTo-Csv is written to a file here: put Out-File or Set-Content behind it. pindesk run --format csv writes rows to the screen."
                .to_owned(),
        ),
        StageKind::Export(file) if file.has_lines && *before != Shape::Values => Err(
            "This would write the table of the screen, or the names of types. To write a table, end with Export-Csv; to write texts, \
             put Select-Object -ExpandProperty before it."
                .to_owned(),
        ),
        StageKind::Export(file) if !file.has_lines && *before == Shape::Values => {
            Err("Export-Csv needs properties, and there are only values here. Leave -ExpandProperty out.".to_owned())
        }
        _ => Ok(()),
    }
}

/// Whether these objects name users.
fn takes_users(cmdlet: &str, before: &Shape) -> Result<(), String> {
    match before {
        Shape::Roles | Shape::Columns { of_roles: true, .. } => {
            Err(format!("{cmdlet} takes users, not roles."))
        }
        Shape::Columns { columns, .. }
            if !columns
                .iter()
                .any(|name| name.eq_ignore_ascii_case(IDENTITY)) =>
        {
            Err(format!(
                "{cmdlet} finds users by the property Identity, and there is none here. There are: {}.",
                columns.join(", ")
            ))
        }
        _ => Ok(()),
    }
}

/// The kind of objects that a stage passes on when it gets those of `before`.
fn next(text: &str, at: usize, kind: &mut StageKind, before: Shape) -> Result<Shape, Fault> {
    match kind {
        StageKind::Users { .. } => return Ok(Shape::Users),
        StageKind::Pins { .. } => return Ok(Shape::Pins),
        StageKind::Where(condition) => check_condition(text, condition, &before)?,
        StageKind::Sort(sort) => {
            check_columns(text, &mut sort.by, &before)?;
            if let ([], Some(names), false) = (
                sort.by.as_slice(),
                before.properties(),
                before == Shape::Values,
            ) {
                let message = format!(
                    "Sort-Object needs a property here. There are: {}.",
                    names.join(", ")
                );
                return Err(Fault::at(text, at, message));
            }
        }
        StageKind::Group { by, with_members } => {
            check_columns(text, by, &before)?;
            if by.is_empty() && before != Shape::Values {
                return Err(Fault::at(text, at, "Group-Object needs a property here."));
            }
            let names = ["Count", "Name", "Group"]
                .into_iter()
                .take(if *with_members { 3 } else { 2 });
            return Ok(Shape::named(names.map(str::to_owned)));
        }
        StageKind::Measure(of, wanted) => {
            check_columns(text, of, &before)?;
            if of.is_empty() && !wanted.is_empty() && before != Shape::Values {
                return Err(Fault::at(
                    text,
                    at,
                    "Measure-Object needs a property for this.",
                ));
            }
            return Ok(Shape::named(MEASURED.into_iter().map(str::to_owned)));
        }
        StageKind::ForEach(blocks) => return looped(text, at, blocks, &before),
        StageKind::Select(select) => return selected(text, select, before),
        _ => {}
    }
    Ok(before)
}

/// The properties of what `Measure-Object` hands on.
pub(super) const MEASURED: [&str; 6] =
    ["Count", "Average", "Sum", "Maximum", "Minimum", "Property"];

/// The kind of objects that the blocks of a loop pass on.
fn looped(text: &str, at: usize, blocks: &mut LoopBlocks, before: &Shape) -> Result<Shape, Fault> {
    let change = blocks.change().cloned();
    let mut shapes = Vec::new();
    for step in blocks
        .begin
        .iter_mut()
        .chain(&mut blocks.each)
        .chain(&mut blocks.end)
    {
        if change.as_ref().is_some_and(|change| !is_only(step, change)) {
            return Err(Fault::at(text, at, ONE_CHANGE));
        }
        check_step(text, step, before, &mut shapes)?;
    }
    Ok(match shapes.as_slice() {
        [first, others @ ..] if others.iter().all(|other| other == first) => first.clone(),
        _ => Shape::Values,
    })
}

/// Whether a statement does nothing but this change.
fn is_only(step: &Statement, change: &ChangeStage) -> bool {
    match step {
        Statement::Emit(_) => false,
        Statement::Change(other) => other.is_like(change),
        Statement::If(_, then, otherwise) => then
            .iter()
            .chain(otherwise)
            .all(|step| is_only(step, change)),
    }
}

fn check_step(
    text: &str,
    step: &mut Statement,
    before: &Shape,
    shapes: &mut Vec<Shape>,
) -> Result<(), Fault> {
    match step {
        Statement::Emit(Expression::It(_)) => shapes.push(before.clone()),
        Statement::Emit(value) => {
            check_condition(text, value, before)?;
            shapes.push(value.shape());
        }
        Statement::Change(change) => {
            let cmdlet = change.action.cmdlet();
            for (identity, at) in &mut change.identities {
                if matches!(identity, Expression::It(_)) {
                    takes_users(cmdlet, before).map_err(|why| Fault::at(text, *at, why))?;
                } else {
                    check_condition(text, identity, before)?;
                }
            }
        }
        Statement::If(condition, then, otherwise) => {
            check_condition(text, condition, before)?;
            for step in then.iter_mut().chain(otherwise) {
                check_step(text, step, before, shapes)?;
            }
        }
    }
    Ok(())
}

fn selected(text: &str, select: &mut Select, before: Shape) -> Result<Shape, Fault> {
    let of_roles = matches!(before, Shape::Roles | Shape::Columns { of_roles: true, .. });
    if select.columns.is_empty()
        && let Some(first) = select.without.first()
    {
        select.columns = vec![NamedValue::property("*".to_owned(), first.at)];
    }
    check_columns(text, &mut select.columns, &before)?;
    if before.properties().is_some() {
        for without in std::mem::take(&mut select.without) {
            let pattern = wildcard(text, &without)?;
            select
                .columns
                .retain(|column| !pattern.matches(&column.name).unwrap_or(false));
        }
    }
    for (index, column) in select.columns.iter().enumerate() {
        if select.columns[..index]
            .iter()
            .any(|other| other.name.eq_ignore_ascii_case(&column.name))
        {
            return Err(Fault::at(
                text,
                column.at,
                format!("{} is named twice.", column.name),
            ));
        }
    }
    if let Some(expand) = &mut select.expand {
        check_column(text, expand, &before)?;
        return Ok(Shape::Values);
    }
    if select.columns.is_empty() || before == Shape::File {
        return Ok(before);
    }
    let columns = select
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    Ok(Shape::Columns { columns, of_roles })
}

fn wildcard(text: &str, column: &NamedValue) -> Result<Pattern, Fault> {
    Pattern::new(Comparison::Like, &column.name, false)
        .map_err(|why| Fault::at(text, column.at, why))
}

pub(super) fn check_condition(
    text: &str,
    condition: &mut Expression,
    shape: &Shape,
) -> Result<(), Fault> {
    match condition {
        Expression::It(at) if *shape != Shape::Values => {
            let names = shape
                .properties()
                .map(|names| format!(" There are: {}.", names.join(", ")));
            let message = format!(
                "$_ needs a property here, such as $_.Identity.{}",
                names.unwrap_or_default()
            );
            return Err(Fault::at(text, *at, message));
        }
        Expression::Property(property) => {
            if *shape == Shape::Values
                && let Ok(member) = property.name.parse()
            {
                let it = Expression::It(property.at);
                *condition = Expression::Member(Box::new(it), member, property.at);
                return Ok(());
            }
            return check_property(text, property, shape);
        }
        Expression::LookUp(_, of, at) if matches!(**of, Expression::It(_)) => {
            return takes_users("This cmdlet", shape).map_err(|why| Fault::at(text, *at, why));
        }
        _ => {}
    }
    condition
        .parts_mut()
        .into_iter()
        .try_for_each(|part| check_condition(text, part, shape))
}

/// Checks columns, and puts the properties that it means for a name with a wildcard.
fn check_columns(text: &str, columns: &mut Vec<NamedValue>, shape: &Shape) -> Result<(), Fault> {
    for mut column in std::mem::take(columns) {
        let is_pattern = column.is_plain() && column.name.contains(['*', '?', '[']);
        let Some(names) = shape
            .properties()
            .filter(|names| is_pattern && !names.is_empty())
        else {
            check_column(text, &mut column, shape)?;
            columns.push(column);
            continue;
        };
        let pattern = wildcard(text, &column)?;
        let before = columns.len();
        let found = names
            .iter()
            .filter(|name| pattern.matches(name).unwrap_or(false));
        columns.extend(found.map(|name| NamedValue {
            descending: column.descending,
            ..NamedValue::property((*name).to_owned(), column.at)
        }));
        if columns.len() == before {
            let message = format!(
                "No property is like {}. There are: {}.",
                column.name,
                names.join(", ")
            );
            return Err(Fault::at(text, column.at, message));
        }
    }
    Ok(())
}

fn check_column(text: &str, column: &mut NamedValue, shape: &Shape) -> Result<(), Fault> {
    check_condition(text, &mut column.value, shape)?;
    if let Expression::Property(property) = &column.value
        && property.name.eq_ignore_ascii_case(&column.name)
    {
        column.name.clone_from(&property.name);
    }
    Ok(())
}

/// Refuses a property that does not exist. PowerShell would take it for `$null`.
fn check_property(text: &str, property: &mut Property, shape: &Shape) -> Result<(), Fault> {
    let Some(names) = shape.properties() else {
        return Ok(());
    };
    if let Some(name) = names
        .iter()
        .find(|name| name.eq_ignore_ascii_case(&property.name))
    {
        property.name = (*name).to_owned();
        return Ok(());
    }
    if *shape == Shape::Users && property.name.eq_ignore_ascii_case(NAME) {
        NAME.clone_into(&mut property.name);
        return Ok(());
    }
    let message = if *shape == Shape::Values {
        "There are no properties here, only values. Write $_ alone.".to_owned()
    } else {
        format!(
            "There is no property {} here. There are: {}.",
            property.name,
            names.join(", ")
        )
    };
    Err(Fault::at(text, property.at, message))
}
