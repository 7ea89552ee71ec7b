//! Checks which stages may follow each other and whether the properties exist that they name. All
//! of this is known before anything runs, except the columns of a file: they are checked when its
//! header was read.

use super::fault::Fault;
use super::objects::{IDENTITY, Shape};
use super::syntax::{Expression, Property, Select, Stage, StageKind};

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
        StageKind::Export { .. } => {
            Some("Export-Csv hands nothing on, so it must be the last one.")
        }
        StageKind::Select(select) if select.shows => {
            Some("This cmdlet only shows what it gets, so it must be the last one.")
        }
        StageKind::Measure => Some("Measure-Object must be the last one here."),
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
        StageKind::Import { .. } => match header {
            None => Shape::File,
            Some(columns) => Shape::Columns {
                columns: columns.to_vec(),
                of_roles: false,
            },
        },
        StageKind::Texts(_) => Shape::Values,
        StageKind::Change(change) if change.identity.is_some() => Shape::Values,
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
        StageKind::Users { .. } | StageKind::Roles { .. } | StageKind::Import { .. } => {
            Err("This cmdlet must be the first one: it takes nothing from others.".to_owned())
        }
        StageKind::Pins { identity: Some(_) } => {
            Err("Get-CsClientPinInfo takes its users from the stage before, so it cannot have an -Identity too."
                .to_owned())
        }
        StageKind::Pins { identity: None } => takes_users("Get-CsClientPinInfo", before),
        StageKind::Change(change) => {
            let cmdlet = change.action.cmdlet();
            if change.identity.is_some() {
                return Err(format!(
                    "{cmdlet} takes its users from the stage before, so it cannot have an -Identity too."
                ));
            }
            takes_users(cmdlet, before)
        }
        StageKind::Export { .. } if *before == Shape::Values => {
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
        StageKind::Pins { .. } => return Ok(Shape::Pins),
        StageKind::Where(condition) => check_condition(text, condition, &before)?,
        StageKind::Sort { properties, .. } => {
            check_all(text, properties, &before)?;
            if let ([], Some(names), false) = (
                properties.as_slice(),
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
        StageKind::Select(select) => return selected(text, select, before),
        _ => {}
    }
    Ok(before)
}

fn selected(text: &str, select: &mut Select, before: Shape) -> Result<Shape, Fault> {
    let of_roles = matches!(before, Shape::Roles | Shape::Columns { of_roles: true, .. });
    // `*` alone means all properties.
    if let ([Property { name, at }], Some(names)) =
        (select.properties.as_slice(), before.properties())
        && name == "*"
        && !names.is_empty()
    {
        let at = *at;
        select.properties = names
            .into_iter()
            .map(|name| Property {
                name: name.to_owned(),
                at,
            })
            .collect();
    }
    check_all(text, &mut select.properties, &before)?;
    for (index, property) in select.properties.iter().enumerate() {
        if select.properties[..index]
            .iter()
            .any(|other| other.name == property.name)
        {
            return Err(Fault::at(
                text,
                property.at,
                format!("{} is named twice.", property.name),
            ));
        }
    }
    if let Some(expand) = &mut select.expand {
        check_property(text, expand, &before)?;
        return Ok(Shape::Values);
    }
    if select.properties.is_empty() || before == Shape::File {
        return Ok(before);
    }
    let columns = select
        .properties
        .iter()
        .map(|property| property.name.clone())
        .collect();
    Ok(Shape::Columns { columns, of_roles })
}

fn check_condition(text: &str, condition: &mut Expression, shape: &Shape) -> Result<(), Fault> {
    match condition {
        Expression::Literal(_) | Expression::Now(_) => Ok(()),
        Expression::It(_) if matches!(shape, Shape::Values) => Ok(()),
        Expression::It(at) => {
            let names = shape
                .properties()
                .map(|names| format!(" There are: {}.", names.join(", ")));
            let message = format!(
                "$_ needs a property here, such as $_.Identity.{}",
                names.unwrap_or_default()
            );
            Err(Fault::at(text, *at, message))
        }
        Expression::Property(property) => {
            if *shape == Shape::Values
                && let Ok(member) = property.name.parse()
            {
                let it = Expression::It(property.at);
                *condition = Expression::Member(Box::new(it), member, property.at);
                return Ok(());
            }
            check_property(text, property, shape)
        }
        Expression::Not(inner) => check_condition(text, inner, shape),
        Expression::Logic(_, left, right) => {
            check_condition(text, left, shape)?;
            check_condition(text, right, shape)
        }
        Expression::Compare(compare) => {
            check_condition(text, &mut compare.left, shape)?;
            check_condition(text, &mut compare.right, shape)
        }
        Expression::Parts(items) | Expression::List(items) => items
            .iter_mut()
            .try_for_each(|item| check_condition(text, item, shape)),
        Expression::Member(of, ..) | Expression::Cast(_, of, _) | Expression::Is(of, _) => {
            check_condition(text, of, shape)
        }
        Expression::Index(of, index, _) => {
            check_condition(text, of, shape)?;
            check_condition(text, index, shape)
        }
        Expression::Call(call) => {
            check_condition(text, &mut call.of, shape)?;
            call.arguments
                .iter_mut()
                .try_for_each(|item| check_condition(text, item, shape))
        }
        Expression::Calculate(calculation) => {
            check_condition(text, &mut calculation.left, shape)?;
            check_condition(text, &mut calculation.right, shape)
        }
        Expression::Choice(parts) => parts
            .iter_mut()
            .try_for_each(|part| check_condition(text, part, shape)),
    }
}

fn check_all(text: &str, properties: &mut [Property], shape: &Shape) -> Result<(), Fault> {
    properties
        .iter_mut()
        .try_for_each(|property| check_property(text, property, shape))
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
