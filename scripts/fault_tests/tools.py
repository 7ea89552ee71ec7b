"""Functions that the parts share: the program, its stores, and what must hold afterwards."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

KEN = "sip:kenmyer@litwareinc.com"
# The exit status of a program that panicked (std::process) or was ended by SIGABRT or SIGSEGV.
CRASHES = (101, -6, -11, -7, -4, 134, 139)


class Fault(Exception):
    """Something that must not happen did."""


class Tester:
    """The program, a folder to work in, random numbers, and how much is tested."""

    def __init__(self, pindesk, root, folder, seed, quick, minutes):
        self.program, self.root, self.folder = pindesk, Path(root), Path(folder)
        self.seed, self.random, self.is_quick, self.minutes = seed, random.Random(seed), quick, minutes
        self.sample = self.root / "assets" / "sample"
        self._made = 0
        self._prepared = None

    def run(self, store, *arguments, stdin=None, environment=None, timeout=120):
        """Runs a command to its end. Raises Fault if it crashes or takes longer than two minutes."""
        try:
            done = subprocess.run([self.program, "--store", str(store), *map(str, arguments)], input=stdin, text=True,
                                  stdin=None if stdin is not None else subprocess.DEVNULL, capture_output=True, timeout=timeout,
                                  env={**self.environment(), **(environment or {})}, errors="replace")
        except subprocess.TimeoutExpired as late:
            raise Fault(f"{' '.join(map(str, arguments))} did not end within {timeout} s") from late
        if done.returncode in CRASHES or "panicked at" in done.stderr:
            raise Fault(f"{' '.join(map(str, arguments))} crashed with {done.returncode}: {done.stderr[-2000:]}")
        return done

    def succeed(self, store, *arguments, allowed=(0,), **more):
        done = self.run(store, *arguments, **more)
        if done.returncode not in allowed:
            raise Fault(f"{' '.join(map(str, arguments))} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done

    def environment(self):
        """The program keeps nothing in the folders of the account that runs the tests."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "XDG_DATA_HOME": str(home / "data"),
                "XDG_CONFIG_HOME": str(home / "config"), "RUST_BACKTRACE": "0"}

    def prepared(self):
        """A store with the sample directory and a batch that can be undone. It must not be changed."""
        if self._prepared is None:
            store = self.new_folder() / "prepared.db"
            self.succeed(store, "import", "users", self.sample / "users.csv")
            self.succeed(store, "import", "pins", self.sample / "pins.csv")
            self.succeed(store, "lock", KEN, "--reason", "left the company")
            self._prepared = store
        return self._prepared

    def copy(self, store, folder=None):
        """A copy of a store that nobody has open, alone in a folder."""
        folder = folder or self.new_folder()
        copy = folder / "pindesk.db"
        for ending in ("", "-wal", "-shm"):
            if Path(f"{store}{ending}").exists():
                shutil.copyfile(f"{store}{ending}", f"{copy}{ending}")
        return copy

    def new_folder(self):
        self._made += 1
        folder = self.folder / f"store-{self._made}"
        folder.mkdir()
        return folder

    def locked(self, store, identities=None):
        """The SIP addresses of the users with a lock, read by SQLite itself."""
        with reading(store) as connection:
            rows = connection.execute("SELECT sip FROM users JOIN pins ON user_id = id WHERE lock_cause IS NOT NULL")
            return {sip for (sip,) in rows}


class reading:
    """A connection of SQLite's own library, closed at the end."""

    def __init__(self, store):
        self.connection = sqlite3.connect(store)

    def __enter__(self):
        return self.connection

    def __exit__(self, *_):
        self.connection.close()


def batches(store):
    with reading(store) as connection:
        return connection.execute("SELECT count(*) FROM batches").fetchone()[0]


def is_sound(store):
    """What SQLite itself says about the file."""
    try:
        with reading(store) as connection:
            return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    except sqlite3.Error:
        return False


def remove(folder):
    shutil.rmtree(folder, ignore_errors=True)


def say(text):
    print(text, flush=True)


def fail(part, seed, fault):
    print(f"FAIL  {part} (--seed {seed}): {fault}", file=sys.stderr, flush=True)
