"""Parts that scripts/make-sample and scripts/make-directory share: dice, invented names, and CSV files as PowerShell writes them.

CSV as Windows PowerShell 5.1 writes it: UTF-8 with a byte order mark, CRLF, a
#TYPE line, every value in double quotes, nothing at all for a null,
True/False, en-US dates without a time zone.
"""

import random
import uuid
from datetime import datetime, timedelta

NOW = datetime(2026, 11, 22, 12, 0, 0)
PIN_LIFE = timedelta(days=180)
ROOT_DC = "DC=litwareinc,DC=com"
SITES = ["Finance", "Sales", "Engineering", "Support", "Human Resources", "Executive",
         "Tokyo", "München", "Kraków", "Research, Advanced"]
USER_TYPE = "Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser"
PIN_TYPE = "Microsoft.Rtc.Management.UserPinService.PinInfoDetails"
PIN_COLUMNS = ["Identity", "IsPinSet", "IsLockedOut", "LastPinChangeTime", "PinExpirationTime"]

FIRST = """Aaron Alice Amir Beatrice Bruno Carla Carol Daniel Dora Edwin Elena Emil Esther Felix Frida
George Greta Hannah Henrik Ines Isaac Jana Jasper Joan Julian Karin Kevin Laura Leon Lidia Marcus
Martha Mila Nadia Nathan Nina Oliver Oscar Paula Peter Quentin Rachel Ravi Rosa Ruben Sara Simon
Stella Tara Theo Ursula Victor Wanda William Yara Yusuf""".split()
LAST = """Abbott Albrecht Alvarez Baker Barros Becker Bennett Bergman Bishop Bradley Calloway Castillo
Chandler Clarke Costa Dalton Delgado Devlin Eklund Ellison Farrow Fischer Foster Galvin Gerber Goodwin
Haddad Hale Hartmann Hollis Ibarra Ivanov Jansen Jarvis Kaminski Keller Kimura Kowalski Langford Larsen
Lindley Lockwood Madsen Marlow Mercer Moreau Nakamura Navarro Nielsen Novak Oakley Okafor Ortega Palmer
Pereira Petersen Quigley Ramsey Reeves Rinaldi Rossi Sandoval Schreiber Sinclair Stanton Takeda Thorne
Underhill Vargas Vasquez Walden Weber Whitaker Winslow Yoder Zeller Ziegler""".split()


class Dice:
    """Random numbers that are equal in every run and every Python: only random() and getrandbits() are guaranteed so."""

    def __init__(self, seed):
        self._rng = random.Random(seed)
        self.random = self._rng.random

    def below(self, n):
        """A number from 0 to n-1."""
        return int(self.random() * n)

    def pick(self, items):
        return items[self.below(len(items))]

    def shuffled(self, items):
        return sorted(items, key=lambda _: self.random())

    def guid(self):
        return uuid.UUID(int=self._rng.getrandbits(128), version=4)

    def office_hours(self, day):
        return day.replace(hour=7 + self.below(12), minute=self.below(60), second=self.below(60))

    def pin_times(self, state):
        """Last change and expiry of a PIN that is "never" (expiring), "expired", "soon", "later", or "none" at all."""
        if state == "none":
            return None, None
        if state == "never":
            return self.office_hours(datetime(2024, 1, 8) + timedelta(days=self.below(1040))), None
        if state == "expired":
            expires = NOW - timedelta(days=1 + self.below(500))
        elif state == "soon":
            expires = NOW + timedelta(days=1 + self.below(13))
        else:
            expires = NOW + timedelta(days=16 + self.below(163))
        expires = self.office_hours(expires)
        return expires - PIN_LIFE, expires


def escape_rdn(text):
    """One value in a distinguished name (RFC 4514); none here begins or ends with a space."""
    text = "".join("\\" + c if c in '\\,+"<>;=' else c for c in text)
    return "\\" + text if text.startswith("#") else text


def date(value):
    hour = value.hour % 12 or 12
    half = "AM" if value.hour < 12 else "PM"
    return f"{value.month}/{value.day}/{value.year} {hour}:{value.minute:02}:{value.second:02} {half}"


def field(value):
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = date(value)
    return '"' + str(value).replace('"', '""') + '"'


class CsvFile:
    """A CSV file, written row after row."""

    def __init__(self, path, type_name, columns):
        self._columns = columns
        self._file = open(path, "w", encoding="utf-8", newline="")
        self._file.write(f"\ufeff#TYPE {type_name}\r\n{','.join(map(field, columns))}\r\n")

    def row(self, values):
        """Writes a row; a column without a value is null."""
        self._file.write(",".join([field(values.get(column)) for column in self._columns]) + "\r\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
