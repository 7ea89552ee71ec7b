//! Prompts of a console and numbers of lines that were copied along with a command.

/// The text with a blank in place of each byte of what was copied along from a console: its prompt,
/// such as `PS C:\>` or `>>`, or the number of a line before a command. Returns whether there was
/// any.
pub(super) fn without_prompts(text: &str) -> (String, bool) {
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let begun = line.trim_start();
        let has_path = begun
            .get(..3)
            .is_some_and(|word| word.eq_ignore_ascii_case("ps "));
        let prompt = begun.find('>').filter(|end| {
            has_path && *end > 4 && !begun[..*end].contains(['|', '{', '\'', '"', '$', ';'])
        });
        let digits = begun.bytes().take_while(u8::is_ascii_digit).count();
        let rest = begun[digits..].trim_start_matches([':', '.']);
        let command = rest.trim_start();
        let taken = if let Some(end) = prompt {
            end + 1
        } else if begun.starts_with(">>") {
            2
        } else if digits > 0
            && rest.len() > command.len()
            && command.starts_with(char::is_alphabetic)
        {
            begun.len() - command.len()
        } else {
            0
        };
        let start = line.len() - begun.len();
        plain.push_str(&line[..start]);
        plain.push_str(&" ".repeat(taken));
        plain.push_str(&begun[taken..]);
    }
    let has_any = plain != text;
    (plain, has_any)
}
