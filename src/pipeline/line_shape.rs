//! Telling a line of PowerShell from words that are to be looked for.

use super::cmdlets::Cmdlet;
use super::cursor::is_dash;

/// Characters that names, titles and reasons hardly have, and most lines do.
const MARKS: [char; 5] = ['|', '$', '{', '}', '\n'];

/// The beginnings of a line that is no cmdlet: a text, an array, a type.
const BEGINNINGS: [&str; 4] = ["'", "\"", "@(", "["];

/// Whether a text looks like a line of PowerShell: it begins with a text, an array, a type, or the
/// verb of a cmdlet and a dash, or it has a character of PowerShell. The line need not be complete.
pub fn looks_like_a_line(text: &str) -> bool {
    let text = text.trim_start();
    let is_begun = BEGINNINGS.iter().any(|start| text.starts_with(start)) && !is_particle(text);
    if is_begun || text.contains(MARKS) {
        return true;
    }
    let Some((verb, _)) = text.split_once(is_dash) else {
        return false;
    };
    Cmdlet::all().any(|cmdlet| {
        let known = cmdlet.name().split('-').next();
        known.is_some_and(|known| known.eq_ignore_ascii_case(verb))
    })
}

/// Whether a text begins with a short word of a name, as in `'t Hart`, rather than with a quote.
fn is_particle(text: &str) -> bool {
    let mut rest = text.chars().skip(1);
    rest.next().is_some_and(char::is_alphabetic) && rest.next() == Some(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_commands_are_no_lines() {
        for text in [
            "",
            "smith",
            "Anne-Marie Out",
            "42",
            "lock",
            "sip:a@b.c",
            "d'Arcy",
            "'t Hart",
            "plan 3",
        ] {
            assert!(!looks_like_a_line(text), "{text}");
        }
        for text in [
            "Get-C",
            "unlock-",
            "Get–CsUser",
            "'Ken Myer' | Lock-CsClientPin",
            "'Ken",
            "$x = 1",
            "gc users.txt | measure",
            "  where-object",
        ] {
            assert!(looks_like_a_line(text), "{text}");
        }
    }
}
