"""The window under test with its store, and what the steps of a story have in common."""

import os
import subprocess

from harness import Desk, wait_for
from store import Store

PROGRAM = os.environ["PINDESK"]


def row_of(name):
    """Picks the row of a user, which is read as one sentence that starts with the display name."""
    return lambda sentence: sentence.startswith(f"{name}, ") and ", row " in sentence


class Story:
    """The window under test, its store, and another program on the same store."""

    def __init__(self, folder):
        self.folder = folder
        self.store = Store(folder / "pindesk.db")
        self.desk = Desk(PROGRAM, ["--store", str(self.store.path)], folder / "pindesk.log")

    def command(self, *arguments):
        """Runs a command on the same store, as a colleague does who does not use the window."""
        done = subprocess.run([PROGRAM, "--store", str(self.store.path), *arguments], capture_output=True, text=True,
                              timeout=60, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}"

    def import_file(self, path, *pieces):
        """Imports a file through the dialog, once the preview says all these pieces and the store is still untouched."""
        before = self.store.everything()
        self.desk.menu("File", "Import users or PINs…")
        self.desk.choose_file(path)
        self.desk.find("Import", "push button")
        for piece in pieces:
            self.desk.read(piece)
        self.all_named()
        assert self.store.everything() == before, "the preview of an import has changed the store"
        self.desk.press("Import", "push button")
        # "Close file" is there before the import, too.
        self.desk.read("Recorded as batch")
        self.desk.press("Close file", "push button")
        self.desk.wait_gone("Close file")

    def search(self, text, *rows):
        """Searches, and waits until exactly these people are listed."""
        self.desk.type_into("Search", text)
        wait_for(f"only {rows} listed for {text!r}", lambda: self.listed() == sorted(rows))

    def listed(self):
        return sorted(name.split(",")[0] for name in self.desk.names("list item") if ", row " in name)

    def select(self, name):
        """Selects one row, by the action that a screen reader has for it."""
        self.desk.press(row_of(name), "list item")
        self.desk.read("1 selected")

    def row(self, name):
        return self.desk.find(row_of(name), "list item").name

    def apply(self):
        """From the preview to the outcome."""
        self.desk.press("Apply", "push button")
        self.desk.press("Confirm", "push button")
        self.desk.wait_no_dialog()

    def close_preview(self):
        self.desk.press("Close preview", "push button")
        self.desk.wait_gone("Close preview")

    def batches(self):
        return self.store.one("SELECT count(*) FROM batches")

    def all_named(self):
        nameless = self.desk.nameless()
        assert not nameless, f"controls without an accessible name: {nameless}"
