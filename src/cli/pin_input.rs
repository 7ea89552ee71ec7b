//! Reading a PIN: the first line of standard input, or typed without being shown.

use std::io::BufRead;

use zeroize::Zeroizing;

use super::CommandEnvironment;
use super::failure::Failure;
use super::targets::STANDARD_INPUT;
use crate::domain::pin_digits::Pin;
use crate::io_words::cause;

/// The longest line that is read, in bytes. A longer one cannot be a PIN.
const LONGEST_LINE: u64 = 1024;

/// Refuses to read both the identity and the PIN from standard input.
pub(super) fn check_named(identity: &str) -> Result<(), Failure> {
    if identity == STANDARD_INPUT {
        let text =
            "Standard input brings the PIN, so the user must be named here. Nothing was done.";
        return Err(Failure::Input(text.to_owned()));
    }
    Ok(())
}

/// Reads a PIN. At a terminal, a new PIN is asked for twice.
pub(super) fn read_pin(
    twice: bool,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
) -> Result<Pin, Failure> {
    let text = if environment.is_typed {
        let first = typed("PIN: ")?;
        if twice && typed("The same once more: ")? != first {
            return Err(Failure::Input(
                "The two are not the same. Nothing was done.".to_owned(),
            ));
        }
        first
    } else {
        // The whole capacity is reserved at once, because a growing string leaves copies in memory.
        let mut line = Zeroizing::new(String::with_capacity(LONGEST_LINE as usize));
        std::io::Read::take(stdin, LONGEST_LINE)
            .read_line(&mut line)
            .map_err(|error| unreadable(&error))?;
        line
    };
    if text.trim().is_empty() {
        let text = "No PIN came on standard input: it is read from there, and never from the command line. \
                    Nothing was done.";
        return Err(Failure::Input(text.to_owned()));
    }
    Pin::parse(&text).map_err(|fault| Failure::Input(format!("{fault} Nothing was done.")))
}

fn typed(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    let typed = rpassword::prompt_password(prompt).map(Zeroizing::new);
    typed.map_err(|error| unreadable(&error))
}

fn unreadable(error: &std::io::Error) -> Failure {
    Failure::Input(format!(
        "The PIN cannot be read: {}. Nothing was done.",
        cause(error)
    ))
}
