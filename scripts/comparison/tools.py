"""Functions that the parts share: running programs, timing them, and the rows of results."""

import csv
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

# PinDesk's own settings of a store: equally durable, with as much memory for pages.
SETTINGS = """.bail on
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA recursive_triggers = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -32768;
"""


@dataclass
class Row:
    """One kind of work, measured with PinDesk and with another tool. Times are medians in seconds."""

    part: str
    work: str
    pindesk: float | None
    other: str = ""
    seconds: float | None = None
    note: str = ""

    def words(self):
        ratio = self.ratio()
        if ratio is None:
            return ""
        return f"{1 / ratio:.1f} × as fast" if ratio < 1 else f"{ratio:.2f} × as long"

    def ratio(self):
        return None if self.pindesk is None or self.seconds is None else self.pindesk / self.seconds

    def json(self):
        return json.dumps({**asdict(self), "ratio": self.ratio()}, ensure_ascii=False)


class Bench:
    """The programs, the folder to work in, and the number of turns."""

    def __init__(self, pindesk, timings, folder, count, turns):
        self.pindesk_program, self.timings_program = pindesk, timings
        self.folder, self.count, self.turns = Path(folder), count, turns
        self.people = self.folder / "people"
        self._store = None

    def pindesk(self, store, *arguments):
        """Runs PinDesk to its end. Exit code 1 is accepted: some rows were left out, such as users without a PIN."""
        return run([self.pindesk_program, "--store", store, *arguments], allowed=(0, 1))

    def timings(self, *arguments):
        return json.loads(run([self.timings_program, *arguments], keep=True)[1])

    def store(self):
        """A store with all users. It is made once, and must not be changed."""
        if self._store is None:
            say("Importing them, for what is measured on a store")
            self._store = self.folder / "everybody.db"
            self.pindesk(self._store, "import", "users", self.people / "users.csv", "--utc")
            self.pindesk(self._store, "import", "pins", self.people / "pins.csv", "--utc")
        return self._store

    def copy(self, store, name):
        """A copy of a store, written to disk before anything is measured on it."""
        copy = self.folder / name
        for ending in ("", "-wal", "-shm"):
            Path(f"{copy}{ending}").unlink(missing_ok=True)
        shutil.copyfile(store, copy)
        sync(copy)
        return copy

    def file(self, name):
        return self.folder / name


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, stdin=None, allowed=(0,), keep=False):
    """Runs a program. Returns the seconds it took and, if asked for, its output."""
    started = time.perf_counter()
    done = subprocess.run(
        [str(word) for word in command], input=stdin, text=True, stdin=None if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE if keep else subprocess.DEVNULL, stderr=subprocess.PIPE)
    took = time.perf_counter() - started
    if done.returncode not in allowed:
        sys.exit(f"error: {command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return took, done.stdout


def sqlite(store, script, settings=SETTINGS):
    """Runs a script with the sqlite3 command line, without the settings of the current account."""
    return run(["sqlite3", "-batch", "-init", os.devnull, store], stdin=settings + script, keep=True)


def median(times):
    return statistics.median(times)


def sync(path):
    with open(path, "rb") as file:
        os.fsync(file.fileno())


def read_users(people):
    with open(people / "users.csv", encoding="utf-8-sig", newline="") as file:
        file.readline()  # #TYPE
        yield from csv.DictReader(file)


def write_list(path, upns):
    """A list as HR sends it: in an order of its own, and some addresses with capital letters."""
    chance = random.Random(20261122)
    upns = list(upns)
    chance.shuffle(upns)
    with open(path, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["UPN", "Department"])
        for upn in upns:
            rows.writerow([chance.choice([upn] * 8 + [upn.upper(), upn.capitalize()]), chance.choice(["Sales", "Köln, IT"])])
    sync(path)
    return path
