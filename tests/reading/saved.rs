//! One list, saved in all usual ways, has equal rows, line numbers and headers.

use pindesk::exchange::{Certainty, Delimiter, LineEnd, ReadOptions, TextEncoding};

use crate::{assert_bytes, encoded, marked, read, read_as};

/// Code pages, each with names that its people have.
pub const PAGES: [(TextEncoding, [&str; 4]); 14] = [
    (
        TextEncoding::Windows1252,
        [
            "Jörg Müller",
            "José Nuñez",
            "Zoë Åkesson",
            "Françoise Lévêque",
        ],
    ),
    (
        TextEncoding::Windows1250,
        [
            "Łukasz Żak",
            "Zdeněk Dvořák",
            "Šárka Němcová",
            "Grażyna Święcka",
        ],
    ),
    (
        TextEncoding::Windows1251,
        ["Иван Петров", "Ольга Смирнова", "Юрий Щукин", "Пётр Ёлкин"],
    ),
    (
        TextEncoding::Windows1253,
        [
            "Γιώργος Παπαδόπουλος",
            "Άννα Νικολάου",
            "Κώστας Ράπτης",
            "Ελένη Φωτίου",
        ],
    ),
    (
        TextEncoding::Windows1254,
        ["Şule Yıldız", "Çağrı Öztürk", "İbrahim Güneş", "Işıl Doğan"],
    ),
    (
        TextEncoding::Windows1255,
        ["דוד כהן", "שרה לוי", "יוסף מזרחי", "רחל פרץ"],
    ),
    (
        TextEncoding::Windows1256,
        ["محمد أحمد", "فاطمة علي", "يوسف حسن", "مريم خالد"],
    ),
    (
        TextEncoding::Windows1257,
        [
            "Jānis Bērziņš",
            "Žydrūnas Šimkus",
            "Līga Ozoliņa",
            "Rūta Kazlauskaitė",
        ],
    ),
    (
        TextEncoding::Windows1258,
        ["Đ\u{103}\u{323}ng", "Lê", "Phan", "H\u{f4}\u{300}"],
    ),
    (
        TextEncoding::Windows874,
        ["สมชาย ใจดี", "สมหญิง รักไทย", "วิชัย สุขใจ", "มาลี ทองดี"],
    ),
    (
        TextEncoding::ShiftJis,
        ["山田太郎", "鈴木花子", "佐藤ソニー", "表十能"],
    ),
    (TextEncoding::Gbk, ["王小明", "李华", "张伟丽", "陈晓东"]),
    (
        TextEncoding::EucKr,
        ["김철수", "이영희", "박지성", "최민수"],
    ),
    (TextEncoding::Big5, ["陳大文", "林志玲", "黃曉明", "許功蓋"]),
];

const DELIMITERS: [(Delimiter, &str); 4] = [
    (Delimiter::Comma, ","),
    (Delimiter::Semicolon, ";"),
    (Delimiter::Tab, "\t"),
    (Delimiter::Pipe, "|"),
];
const ENDS: [(LineEnd, &str); 3] = [
    (LineEnd::CrLf, "\r\n"),
    (LineEnd::Lf, "\n"),
    (LineEnd::Cr, "\r"),
];

/// Rows of a list of PINs to lock, with fields that need quotes, and the line on which each row
/// starts.
fn rows(names: &[&str; 4], end: &str) -> [(u64, [String; 4]); 5] {
    let row = |fields: [&str; 4]| fields.map(str::to_owned);
    [
        (
            2,
            row(["Identity", "DisplayName", "Reason", "PSComputerName"]),
        ),
        (
            3,
            row([
                "CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com",
                names[0],
                "lost phone; or a|b\tc",
                "lync01",
            ]),
        ),
        (
            4,
            row([
                "sip:packerman@litwareinc.com",
                names[1],
                &format!("left{end}{end}on \"Friday\""),
                "lync01",
            ]),
        ),
        (7, row([r"litwareinc\rmyer", names[2], "", ""])),
        (
            9,
            row([
                "asmith@litwareinc.com",
                names[3],
                " kept as it is ",
                "lync01",
            ]),
        ),
    ]
}

fn written(rows: &[(u64, [String; 4])], delimiter: &str, end: &str, always: bool) -> String {
    let quoted = |field: &String| {
        let needed = field.contains(['"', '\r', '\n']) || field.contains(delimiter);
        if always || needed {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field.clone()
        }
    };
    let line = |fields: &[String; 4]| {
        fields
            .iter()
            .map(quoted)
            .collect::<Vec<_>>()
            .join(delimiter)
    };
    let mut lines: Vec<String> = rows.iter().map(|(_, fields)| line(fields)).collect();
    // A blank line before the header, and one before the last row.
    lines.insert(0, String::new());
    lines.insert(5, String::new());
    lines.join(end)
}

#[test]
fn every_encoding_delimiter_line_end_and_quoting_gives_the_same_rows() {
    use TextEncoding::{Utf8, Utf16Be, Utf16Le};
    // Export-Csv -Encoding UTF8 of PowerShell 7 and of Windows PowerShell, Unicode,
    // BigEndianUnicode, editors that leave the mark away, and Default of Windows PowerShell, which
    // is the code page of the country.
    let mut ways = Vec::new();
    for (_, names) in PAGES {
        ways.push((Utf8, false, Certainty::Valid, names));
        ways.push((Utf8, true, Certainty::Mark, names));
        for encoding in [Utf16Le, Utf16Be] {
            ways.push((encoding, false, Certainty::Guess, names));
            ways.push((encoding, true, Certainty::Mark, names));
        }
    }
    ways.extend(PAGES.map(|(page, names)| (page, false, Certainty::Guess, names)));
    // Export-Csv of Windows PowerShell without -Encoding writes only ASCII.
    ways.push((
        Utf8,
        false,
        Certainty::Ascii,
        ["Ken Myer", "Pilar Ackerman", "Rob Myer", "Anna Smith"],
    ));
    for (encoding, has_mark, certainty, names) in ways {
        for ((delimiter, separator), (line_end, end)) in DELIMITERS
            .into_iter()
            .flat_map(|delimiter| ENDS.map(|end| (delimiter, end)))
        {
            for (always, ends) in [(true, true), (true, false), (false, true), (false, false)] {
                let rows = rows(&names, end);
                let text = written(&rows, separator, end, always) + if ends { end } else { "" };
                let file = if has_mark {
                    marked(encoding, &text)
                } else {
                    encoded(encoding, &text)
                };
                let mut options = ReadOptions::default();
                let mut certainty = certainty;
                // Nearly all of its letters are also in the western code page, so the two cannot be
                // told apart.
                if encoding == TextEncoding::Windows1258 {
                    options.encoding = Some(encoding);
                    certainty = Certainty::Chosen;
                }
                let found = read_as(&file, &options)
                    .unwrap_or_else(|error| panic!("{error}: {encoding:?} {text:?}"));
                assert_eq!(
                    found.text_form(),
                    (encoding, certainty, delimiter, line_end),
                    "{text:?}"
                );
                assert!(found.how.has_header, "{text:?}");
                assert_eq!(
                    (&found.headers[..], found.lines_before),
                    (&rows[0].1[..], 1),
                    "{text:?}"
                );
                let read: Vec<_> = found
                    .rows
                    .iter()
                    .map(|row| (row.line, row.fields.clone()))
                    .collect();
                let expected: Vec<_> = rows[1..]
                    .iter()
                    .map(|(line, fields)| (*line, fields.to_vec()))
                    .collect();
                assert_eq!(
                    (read, found.problems()),
                    (expected, vec![]),
                    "{encoding:?} {text:?}"
                );
                assert_bytes(&file, encoding, &found.rows);
            }
        }
    }
}

#[test]
fn a_list_without_a_header_in_another_script_is_utf_16_too() {
    // Out-File of a list of names in Windows PowerShell, without its mark. Few of its bytes are
    // NUL.
    for (names, encoding) in [
        ("Иван Петров\r\nОльга Смирнова\r\n", TextEncoding::Utf16Le),
        ("山田太郎\r\n鈴木花子\r\n", TextEncoding::Utf16Be),
    ] {
        let found = read(encoded(encoding, names));
        assert_eq!(
            found.text_form(),
            (encoding, Certainty::Guess, Delimiter::None, LineEnd::CrLf)
        );
        assert_eq!(
            found
                .rows
                .iter()
                .map(|row| row.fields[0].as_str())
                .collect::<Vec<_>>()
                .join("\r\n"),
            names.trim()
        );
    }
}

#[test]
fn a_choice_takes_precedence_over_the_file() {
    let western = encoded(
        TextEncoding::Windows1252,
        "Identity;Reason\r\nJörg Müller;a,b\r\n",
    );
    // A confirmed guess counts as a choice.
    for page in [TextEncoding::Windows1252, TextEncoding::Windows1250] {
        let encoding = Some(page);
        let found = read_as(
            &western,
            &ReadOptions {
                encoding,
                ..ReadOptions::default()
            },
        )
        .unwrap();
        assert_eq!(found.text_form().1, Certainty::Chosen);
        assert_eq!(found.fields(), [(2, vec!["Jörg Müller", "a,b"])]);
    }
    // The choices are a delimiter that fits less well, and no header although there is one.
    let options = ReadOptions {
        delimiter: Some(Delimiter::Comma),
        has_header: Some(false),
        ..ReadOptions::default()
    };
    let found = read_as("Identity;Reason\r\nKen Myer;a,b\r\n", &options).unwrap();
    assert_eq!(
        (found.headers, found.how.has_header),
        (vec!["Column 1".to_owned()], false)
    );
    assert_eq!(found.rows[0].fields, ["Identity;Reason"]);
    assert_eq!(
        found.rows[1].problem.as_deref(),
        Some("It has 2 fields; the first row has 1.")
    );
    // UTF-16 that its NULs do not reveal.
    let text = "Identity\r\n\u{100}\u{200}\u{300}\r\n";
    let options = ReadOptions {
        encoding: Some(TextEncoding::Utf16Le),
        ..ReadOptions::default()
    };
    let found = read_as(encoded(TextEncoding::Utf16Le, text), &options).unwrap();
    assert_eq!(found.fields(), [(2, vec!["\u{100}\u{200}\u{300}"])]);
}

#[test]
fn line_ends_may_be_mixed() {
    // A file to which several programs have added. The first line end is reported.
    let text = "Identity,Reason\nken,\"a\r\nb\rc\nd\"\r\npilar,x\ranna,\"\r\"\n\r\n\rrob,\r";
    let found = read(text);
    let expected = [
        (2, vec!["ken", "a\r\nb\rc\nd"]),
        (6, vec!["pilar", "x"]),
        (7, vec!["anna", "\r"]),
        (11, vec!["rob", ""]),
    ];
    assert_eq!(found.fields(), expected);
    assert_eq!(found.text_form().3, LineEnd::Lf);
    assert_bytes(text.as_bytes(), TextEncoding::Utf8, &found.rows);
}
