//! Addresses of cells, such as `B3`.

/// The row and column of an address, from 0. None if it is none.
pub(super) fn position(address: &str) -> Option<(u32, u32)> {
    let address = address.trim().as_bytes();
    let letters = address
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let column = address[..letters]
        .iter()
        .try_fold(0_u32, |column, letter| {
            column
                .checked_mul(26)?
                .checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
        })?;
    let row = address[letters..].iter().try_fold(0_u32, |row, digit| {
        let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
        row.checked_mul(10)?.checked_add(digit.into())
    })?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}
