//! Lists in the code pages of DOS and of the Mac. The files in `files/` were written by the codecs of
//! Python (<https://docs.python.org/3/library/codecs.html#standard-encodings>).

use pindesk::exchange::{Certainty, ReadOptions, TextEncoding};
use strum::VariantArray as _;

use crate::{encoded, read, read_as};

const WESTERN: [&str; 5] = [
    "Jörg Müller",
    "Françoise Lévêque",
    "Hélène Noël",
    "Grün Größl",
    "Peña Muñoz",
];
const CENTRAL: [&str; 5] = [
    "Łukasz Żak",
    "Zdeněk Dvořák",
    "Šárka Němcová",
    "Grażyna Święcka",
    "Kőrösi Tünde",
];
const RUSSIAN: [&str; 4] = ["Иван Петров", "Ольга Смирнова", "Юрий Щукин", "Пётр Ёлкин"];

fn names(file: &[u8], encoding: Option<TextEncoding>) -> (TextEncoding, Certainty, Vec<String>) {
    let options = ReadOptions {
        encoding,
        ..ReadOptions::default()
    };
    let read = read_as(file, &options).unwrap();
    let (found, certainty, ..) = read.text_form();
    let names = read.fields().into_iter().map(|(_, row)| row[1].to_owned());
    (found, certainty, names.collect())
}

#[test]
fn each_code_page_can_be_chosen() {
    let western = [&WESTERN[..], &["Søren Kjær", "Andréa Romão"]].concat();
    let turkish = ["Şule Yıldız", "Çağrı Öztürk", "İbrahim Güneş", "Işıl Doğan"];
    let greek = ["Γιώργος Παπαδόπουλος", "Άννα Νικολάου", "Κώστας Ράπτης"];
    let baltic = [
        "Jānis Bērziņš",
        "Žydrūnas Šimkus",
        "Līga Ozoliņa",
        "Rūta Kazlauskaitė",
    ];
    let files: [(&[u8], &str, &[&str]); 10] = [
        (include_bytes!("files/ibm437.csv"), "ibm437", &WESTERN),
        (include_bytes!("files/ibm850.csv"), "CP850", &western),
        (include_bytes!("files/macintosh.csv"), "macintosh", &western),
        (include_bytes!("files/ibm852.csv"), "ibm852", &CENTRAL),
        (include_bytes!("files/x-mac-ce.csv"), "x-mac-ce", &CENTRAL),
        (include_bytes!("files/ibm857.csv"), "IBM857", &turkish),
        (include_bytes!("files/ibm866.csv"), "ibm866", &RUSSIAN),
        (include_bytes!("files/ibm737.csv"), "ibm737", &greek),
        (include_bytes!("files/ibm775.csv"), "ibm775", &baltic),
        (
            include_bytes!("files/x-mac-cyrillic.csv"),
            "x-mac-cyrillic",
            &RUSSIAN,
        ),
    ];
    for (file, word, expected) in files {
        let encoding = word.parse().unwrap();
        let (found, certainty, names) = names(file, Some(encoding));
        assert_eq!((found, certainty), (encoding, Certainty::Chosen), "{word}");
        assert_eq!(names, expected, "{word}");
    }
}

#[test]
fn a_code_page_of_dos_or_the_mac_is_found_where_that_of_windows_makes_no_words() {
    let files: [(&[u8], TextEncoding, &[&str]); 6] = [
        (
            include_bytes!("files/ibm437.csv"),
            TextEncoding::Ibm850,
            &WESTERN,
        ),
        (
            include_bytes!("files/ibm850.csv"),
            TextEncoding::Ibm850,
            &WESTERN,
        ),
        (
            include_bytes!("files/macintosh.csv"),
            TextEncoding::Macintosh,
            &WESTERN,
        ),
        (
            include_bytes!("files/ibm852.csv"),
            TextEncoding::Ibm852,
            &CENTRAL,
        ),
        (
            include_bytes!("files/x-mac-ce.csv"),
            TextEncoding::MacCentralEurope,
            &CENTRAL,
        ),
        (
            include_bytes!("files/ibm866.csv"),
            TextEncoding::Ibm866,
            &RUSSIAN,
        ),
    ];
    for (file, encoding, expected) in files {
        let (found, certainty, names) = names(file, None);
        assert_eq!((found, certainty), (encoding, Certainty::Guess));
        assert_eq!(names[..expected.len()], *expected);
    }
}

#[test]
fn one_name_is_enough_where_its_bytes_are_no_letters_in_windows() {
    for name in ["Jürgen Neu", "Müller", "Bäcker", "Hélène"] {
        for encoding in [TextEncoding::Ibm850, TextEncoding::Ibm437] {
            let file = encoded(encoding, &format!("Name,UPN\r\n{name},a@fabrikam.com\r\n"));
            let read = read(file);
            assert_eq!(read.fields()[0].1[0], name, "{encoding:?}");
        }
    }
}

#[test]
fn a_name_that_two_systems_spell_stays_a_guess_of_windows() {
    // Jörg in the code pages of DOS, and Jîrg in those of the Mac.
    let read = read(b"Name,UPN\r\nJ\x94rg Neu,a@fabrikam.com\r\n");
    assert_eq!(read.fields()[0].1[0], "J”rg Neu");
    let guess = "The encoding is a guess, which reads line 2 as \"J”rg Neu,a@fabrikam.com\".";
    assert_eq!(read.how.guess().as_deref(), Some(guess));
}

#[test]
fn names_in_windows_code_pages_keep_their_guess() {
    let names = [
        "Jörg Müller",
        "Seán O’Brien",
        "Anne–Marie Lévêque",
        "„Bäcker“ Groß",
        "Søren Åkesson",
        "GROßMANN",
        "ÖZDEMİR",
        "LÉVÊQUE Françoise",
    ];
    for name in names {
        let text = format!("Name,UPN\r\n{name},a@fabrikam.com\r\nJürgen Weiß,b@fabrikam.com\r\n");
        let page = if name.contains('İ') {
            TextEncoding::Windows1254
        } else {
            TextEncoding::Windows1252
        };
        let read = read(encoded(page, &text));
        assert_eq!(read.fields()[0].1[0], name);
        assert_eq!(read.fields()[1].1[0], "Jürgen Weiß");
    }
}

#[test]
fn a_byte_and_its_character_belong_to_each_other_in_each_code_page() {
    for &encoding in TextEncoding::VARIANTS {
        let is_table = encoding.code_page().is_none() && !encoding.is_unicode();
        for byte in (0x80..=0xFF).filter(|_| is_table) {
            let mut text = String::new();
            match encoding.decode(&[byte], &mut text) {
                None => assert_eq!(encoding.encode(&text).unwrap().as_ref(), [byte]),
                Some(problem) => {
                    assert_eq!((problem.at, text.as_str()), (0, "\u{FFFD}"));
                    assert_eq!(encoding.encode(&text), None);
                }
            }
        }
    }
}
