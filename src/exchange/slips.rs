//! Slips of drawn PINs for printing: a page with one slip for each user, to be cut apart.

use std::io::{self, BufWriter, Write};

use super::atomic_write::{cannot_write, write_whole};
use super::error::ReadError;
use super::html::escaped;
use super::output_file::OutputFile;
use crate::domain::Time;
use crate::domain::pin_digits::Pin;
use crate::time_format::date;
use crate::zone::Zone;

/// A drawn PIN and the user it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinSlip {
    pub display_name: String,
    pub identity: String,
    pub pin: Pin,
}

const STYLE: &str = "body{font:14px/1.45 system-ui,sans-serif;margin:0;color:#1a1f26}\
    section{break-inside:avoid;border:1px dashed #55606e;margin:8mm;padding:6mm}\
    h1{font-size:16px;margin:0}p{margin:2mm 0 0}.pin{font:bold 24px monospace;letter-spacing:.15em}\
    .secondary{color:#55606e}";

/// Saves the slips as one HTML page that loads nothing and runs nothing. The file has PINs in clear,
/// and is for its owner alone.
///
/// # Errors
/// The file cannot be written.
pub fn save_slips<'a>(
    slips: &[PinSlip],
    set_at: Time,
    zone: Zone,
    to: impl Into<OutputFile<'a>>,
) -> Result<(), ReadError> {
    write_whole(to, |file| {
        let mut out = BufWriter::new(file);
        write(&mut out, slips, &date(set_at, zone)).map_err(cannot_write)
    })
}

fn write(out: &mut dyn Write, slips: &[PinSlip], day: &str) -> io::Result<()> {
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>PIN slips</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    )?;
    for PinSlip {
        display_name,
        identity,
        pin,
    } in slips
    {
        writeln!(
            out,
            "<section>\n<h1>{}</h1>\n<p class=\"secondary\">{}</p>\n<p>Your new PIN, set on {day}:</p>\n\
             <p class=\"pin\">{}</p>\n<p class=\"secondary\">Tell it to nobody, and destroy this slip.</p>\n</section>",
            escaped(display_name),
            escaped(identity),
            pin.digits()
        )?;
    }
    writeln!(out, "</body>\n</html>")?;
    out.flush()
}
