"""A list of users as a file, and what becomes of it: written, and read again, without the program's own code."""

import csv
import io
from collections import namedtuple

# What is appended to each row of the results, in this order.
RESULT_COLUMNS = ["PinDeskVerdict", "PinDeskReason", "MatchedIdentity", "Before", "After"]

# A row of a list, and of its results: its fields as they stood in the file, and the answer.
Result = namedtuple("Result", "fields verdict reason identity before after")


def write_utf16(path, text):
    """Writes a text as Excel's "Unicode Text" has it: UTF-16, little-endian, with a byte-order mark."""
    path.write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))


def read_utf16_results(path, header):
    """The rows of results that are in UTF-16 with a mark and semicolons, as the list was."""
    raw = path.read_bytes()
    assert raw[:2] == b"\xff\xfe", f"{path.name} begins with {raw[:8]!r}, not with the mark of UTF-16"
    text = raw[2:].decode("utf-16-le")
    assert text.count("\n") == text.count("\r\n"), "not all lines end as they did in the list"
    first, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert first == header + RESULT_COLUMNS, first
    width = len(header)
    answers = len(RESULT_COLUMNS)
    # Fields that a row has too many stand behind the answer, so that everything else is in its column.
    return [Result(row[:width] + row[width + answers:], *row[width:width + answers]) for row in rows]
