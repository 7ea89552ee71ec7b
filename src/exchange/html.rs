//! HTML pages for people without PinDesk. A page loads nothing and runs nothing.

use std::io::{self, Write};

use crate::domain::text::shown;

const STYLE: &str = "body{font:14px/1.45 system-ui,sans-serif;margin:2em;color:#1a1f26}h1{font-size:20px}\
    table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:4px 8px;\
    border-bottom:1px solid #d5dae1}th{color:#55606e}dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}\
    dt{color:#55606e}dd{margin:0}.secondary{color:#55606e}thead{display:table-header-group}tr{break-inside:avoid}";

/// Opens a page with its title and the facts about the whole page. Facts without a text are left
/// out.
pub(super) fn begin(out: &mut dyn Write, title: &str, facts: &[(&str, String)]) -> io::Result<()> {
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{0}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{0}</h1>\n<dl>\n",
        escaped(title)
    )?;
    for (name, text) in facts.iter().filter(|(_, text)| !text.is_empty()) {
        writeln!(out, "<dt>{name}</dt><dd>{}</dd>", escaped(text))?;
    }
    writeln!(out, "</dl>")
}

/// Opens the table of the page.
pub(super) fn begin_table(out: &mut dyn Write, columns: &[&str]) -> io::Result<()> {
    writeln!(
        out,
        "<table>\n<thead><tr><th>{}</th></tr></thead>\n<tbody>",
        columns.join("</th><th>")
    )
}

/// Closes the table and the page.
pub(super) fn end(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "</tbody>\n</table>\n</body>\n</html>")
}

/// Escapes a text for HTML and makes invisible characters visible.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in shown(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}
