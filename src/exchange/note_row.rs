//! Rows of a list that name nobody on purpose: totals, and notes below the table.

use std::sync::LazyLock;

use super::headings::is_label_of_another;
use super::records::FileRow;
use crate::domain::cell_text::trim_hidden;
use crate::domain::text::search_key;
use crate::domain::wrapped::{is_exact, people};

/// Words with which totals and notes begin, in ten languages.
const WORDS: &str = "total totals subtotal sum count note notes generated exported printed created page report source confidential end \
    summe gesamt gesamtsumme insgesamt anzahl hinweis erstellt exportiert gedruckt seite quelle stand vertraulich \
    totaux somme nombre remarque cree genere exporte imprime confidentiel suma recuento nota generado exportado pagina \
    totale totali somma conteggio generato esportato stampato totaal aantal opmerking gemaakt afgedrukt \
    soma contagem observacao gerado razem lacznie liczba uwaga wygenerowano strona \
    合計 総計 件数 注 総数 总计 合计 总数 共计 备注 說明";

static WORD_KEYS: LazyLock<Vec<String>> =
    LazyLock::new(|| WORDS.split_whitespace().map(search_key).collect());

/// The text of a total or a note. None for a row that may name somebody. `user` is the column that
/// names the users, and `is_known` says whether another column has a meaning.
pub(super) fn note(row: &FileRow, user: usize, is_known: impl Fn(usize) -> bool) -> Option<&str> {
    let mut filled = row
        .fields
        .iter()
        .enumerate()
        .map(|(column, field)| (column, trim_hidden(field)))
        .filter(|(_, field)| !field.is_empty());
    let (column, first) = filled.next()?;
    // Most rows name somebody in their first field, or have no such word there.
    let is_one = filled.clone().next().is_none();
    let is_beside = column != user && !is_known(column);
    let is_alone = is_one && is_beside && row.fields.len() > 1;
    if is_about_another(first, is_one) {
        return Some(first);
    }
    if !is_alone && !begins_like_note(first) {
        return None;
    }
    let is_number = |text: &str| text.chars().all(|c| !c.is_alphabetic());
    let are_numbers = filled.all(|(_, field)| is_number(field));
    let names_somebody = || {
        people(first, false)
            .iter()
            .any(|one| is_exact(&one.identity))
    };
    let is_marked =
        row.fields.len() > 1 || first.contains(|c: char| c == ':' || c.is_ascii_digit());
    (is_alone || are_numbers && is_marked && !names_somebody()).then_some(first)
}

/// Whether the first field of a row is a label that says that the row is about somebody else, or is an
/// example: `Contact: asmith@litwareinc.com`, `Prepared by` before a name. `is_one` says that it stands
/// alone.
fn is_about_another(first: &str, is_one: bool) -> bool {
    // The row of an example in the templates of Entra.
    const EXAMPLES: [&str; 11] = [
        "example",
        "beispiel",
        "exemple",
        "ejemplo",
        "esempio",
        "voorbeeld",
        "exemplo",
        "przykład",
        "例",
        "示例",
        "範例",
    ];
    let Some((label, rest)) = first.split_once([':', '：']) else {
        return !is_one && first.len() < 60 && is_label_of_another(first);
    };
    if label.len() > 60 || label.contains(['@', '\\', '=']) {
        return false;
    }
    is_label_of_another(label)
        || EXAMPLES.contains(&label.trim().to_lowercase().as_str())
        || !is_one && rest.trim().is_empty()
}

/// Whether a text begins with such a word, or with a sign of a remark.
fn begins_like_note(text: &str) -> bool {
    if text.starts_with(['*', '†', '©']) || text.starts_with("--") {
        return true;
    }
    if let Some(rest) = text.strip_prefix('(') {
        return rest.starts_with(|c: char| c.is_ascii_digit());
    }
    let end = text
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(text.len());
    let word = search_key(&text[..end]);
    WORD_KEYS.contains(&word)
}
