//! Names of months as spreadsheets and .NET write them in dates: English, German, French, Spanish, Italian,
//! Dutch, Portuguese and Polish, from Unicode CLDR (<https://cldr.unicode.org>), in full and short, in
//! small letters and without dots. A name means one month in all of these languages.

/// The names of each month, separated by spaces.
const MONTHS: [&str; 12] = [
    "january jan januar jänner jän janvier janv enero ene gennaio gen januari janeiro stycznia styczeń sty",
    "february feb februar février févr fevrier fevr febrero febbraio februari fevereiro fev lutego luty lut",
    "march mar märz mär mrz mars marzo maart mrt março marca marzec",
    "april apr avril avr abril abr aprile kwietnia kwiecień kwi",
    "may mai mayo maggio mag mei maio maja maj",
    "june jun juni juin junio giugno giu junho czerwca czerwiec cze",
    "july jul juli juillet juil julio luglio lug julho lipca lipiec lip",
    "august aug août aout agosto ago augustus sierpnia sierpień sie",
    "september sep sept septembre septiembre settembre set setembro września wrzesień wrz",
    "october oct oktober okt octobre octubre ottobre ott outubro out października październik paź",
    "november nov novembre noviembre novembro listopada listopad lis",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro grudnia grudzień gru",
];
/// Words around a name: `24 de diciembre de 2026`.
const BETWEEN: [&str; 2] = ["de", "del"];

/// The number of the month between two numbers of a date, as in `-Sep-`, `. Dezember ` and
/// ` de diciembre de `, and the separator around it.
pub(super) fn month_between(gap: &str) -> Option<(u32, char)> {
    let first = gap.chars().next()?;
    let last = gap.chars().next_back()?;
    let separator = match (first, last) {
        ('-' | '/' | '.' | ' ', _) if first == last => first,
        // A dot after the day, or after a short name.
        ('.', ' ') => ' ',
        _ => return None,
    };
    let inside = gap.strip_prefix(first)?.strip_suffix(last)?;
    let words: Vec<String> = inside
        .split(' ')
        .map(|word| word.strip_suffix('.').unwrap_or(word).to_lowercase())
        .filter(|word| !word.is_empty() && !BETWEEN.contains(&word.as_str()))
        .collect();
    let [name] = words.as_slice() else {
        return None;
    };
    let has = |month: &str| month.split(' ').any(|known| known == name);
    let index = MONTHS.iter().position(|month| has(month))?;
    Some((u32::try_from(index).ok()? + 1, separator))
}
