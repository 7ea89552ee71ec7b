//! Code pages of DOS and of the Mac that the WHATWG Encoding Standard lacks. Consoles, `Export-Csv
//! -Encoding Oem` and the CSV formats "MS-DOS" and "Macintosh" of Excel write them.
//!
//! Each table has the characters of the bytes from 0x80 on, in rows of 32, by the tables of Unicode
//! (<https://www.unicode.org/Public/MAPPINGS/VENDORS/>). U+FFFD stands for a byte without a meaning.

/// A code page whose bytes below 0x80 are ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CodeTable {
    characters: [char; 128],
}

impl CodeTable {
    /// Decodes bytes and appends their text. Bytes without a meaning become U+FFFD, and the position of
    /// the first one is returned.
    pub fn decode(&self, bytes: &[u8], text: &mut String) -> Option<usize> {
        let mut problem = None;
        text.reserve(bytes.len());
        for (at, &byte) in bytes.iter().enumerate() {
            let c = match byte.checked_sub(0x80) {
                Some(index) => self.characters[usize::from(index)],
                None => char::from(byte),
            };
            if c == char::REPLACEMENT_CHARACTER {
                problem.get_or_insert(at);
            }
            text.push(c);
        }
        problem
    }

    /// The bytes of a text. None if the code page lacks one of its characters.
    pub fn encode(&self, text: &str) -> Option<Vec<u8>> {
        let byte = |c: char| {
            if c.is_ascii() {
                return u8::try_from(c).ok();
            }
            let known = c != char::REPLACEMENT_CHARACTER;
            let index = self.characters.iter().position(|own| *own == c && known)?;
            u8::try_from(index + 0x80).ok()
        };
        text.chars().map(byte).collect()
    }

    /// A table from the characters in their order.
    const fn of(text: &str) -> Self {
        let (bytes, mut characters) = (text.as_bytes(), ['\0'; 128]);
        let (mut at, mut index) = (0, 0);
        while index < characters.len() {
            let (length, first) = match bytes[at] {
                byte @ 0..0x80 => (1, byte),
                byte @ 0x80..0xE0 => (2, byte & 0x1F),
                byte => (3, byte & 0x0F),
            };
            let (mut code, mut after) = (first as u32, 1);
            while after < length {
                code = code << 6 | (bytes[at + after] & 0x3F) as u32;
                after += 1;
            }
            characters[index] = match char::from_u32(code) {
                Some(c) => c,
                None => char::REPLACEMENT_CHARACTER,
            };
            at += length;
            index += 1;
        }
        assert!(at == bytes.len(), "a table has 128 characters");
        Self { characters }
    }
}

/// The United States (MICSFT/PC/CP437.TXT).
pub(super) static IBM437: CodeTable = CodeTable::of(concat!(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ",
    "áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
    "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}",
));
/// Greek (MICSFT/PC/CP737.TXT).
pub(super) static IBM737: CodeTable = CodeTable::of(concat!(
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθ",
    "ικλμνξοπρσςτυφχψ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
    "ωάέήϊίόύϋώΆΈΉΊΌΎΏ±≥≤ΪΫ÷≈°∙·√ⁿ²■\u{A0}",
));
/// Baltic (MICSFT/PC/CP775.TXT).
pub(super) static IBM775: CodeTable = CodeTable::of(concat!(
    "ĆüéāäģåćłēŖŗīŹÄÅÉæÆōöĢ¢ŚśÖÜø£Ø×¤",
    "ĀĪóŻżź”¦©®¬½¼Ł«»░▒▓│┤ĄČĘĖ╣║╗╝ĮŠ┐",
    "└┴┬├─┼ŲŪ╚╔╩╦╠═╬Žąčęėįšųūž┘┌█▄▌▐▀",
    "ÓßŌŃõÕµńĶķĻļņĒŅ’\u{AD}±“¾¶§÷„°∙·¹³²■\u{A0}",
));
/// Western Europe (MICSFT/PC/CP850.TXT).
pub(super) static IBM850: CodeTable = CodeTable::of(concat!(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ",
    "áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐",
    "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀",
    "ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}",
));
/// Central Europe (MICSFT/PC/CP852.TXT).
pub(super) static IBM852: CodeTable = CodeTable::of(concat!(
    "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×č",
    "áíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐",
    "└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀",
    "ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{AD}˝˛ˇ˘§÷¸°¨˙űŘř■\u{A0}",
));
/// Turkish (MICSFT/PC/CP857.TXT).
pub(super) static IBM857: CodeTable = CodeTable::of(concat!(
    "ÇüéâäàåçêëèïîıÄÅÉæÆôöòûùİÖÜø£ØŞş",
    "áíóúñÑĞğ¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐",
    "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ºªÊËÈ\u{FFFD}ÍÎÏ┘┌█▄¦Ì▀",
    "ÓßÔÒõÕµ\u{FFFD}×ÚÛÙìÿ¯´\u{AD}±\u{FFFD}¾¶§÷¸°¨·¹³²■\u{A0}",
));
/// Central Europe on a Mac (MICSFT/MAC/LATIN2.TXT).
pub(super) static MAC_CENTRAL_EUROPE: CodeTable = CodeTable::of(concat!(
    "ÄĀāÉĄÖÜáąČäčĆćéŹźĎíďĒēĖóėôöõúĚěü",
    "†°Ę£§•¶ß®©™ę¨≠ģĮįĪ≤≥īĶ∂∑łĻļĽľĹĺŅ",
    "ņŃ¬√ńŇ∆«»…\u{A0}ňŐÕőŌ–—“”‘’÷◊ōŔŕŘ‹›řŖ",
    "ŗŠ‚„šŚśÁŤťÍŽžŪÓÔūŮÚůŰűŲųÝýķŻŁżĢˇ",
));
