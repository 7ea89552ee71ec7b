"""The window of the program for Windows, under Wine, by keyboard: sample directory, search, preview, apply.

Usage: test_window.py LINUX_PROGRAM FOLDER_OF_PROGRAMS FOLDER PICTURES
The window is started as somebody does who types `pindesk` in a console. Pictures go into PICTURES.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

# A step that needs longer than this many seconds failed. The window is drawn by the processor alone.
PATIENCE = 90
# The button "Open the sample directory" in an empty window of 1280×800, as the picture `first` shows it.
SAMPLE_BUTTON = ("738", "403")


def wait_for(what, look):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError(f"not within {PATIENCE} s: {what}")


class Window:
    def __init__(self, programs, pictures):
        self.programs, self.pictures = Path(programs), Path(pictures)
        users = Path(os.environ["WINEPREFIX"]) / "drive_c" / "users"
        self.folder = next(users.glob("*/AppData/Local")) / "pindesk" / "data"
        self.id = None

    def open(self):
        ran = subprocess.run(["wine", str(self.programs / "pindesk.exe")], timeout=PATIENCE, check=False)
        assert ran.returncode == 0, f"pindesk without arguments ended with {ran.returncode}"
        self.id = wait_for("the window", lambda: self.windows("PinDesk"))[0]
        wait_for("a painted window", self.is_painted)
        self.picture("first")

    def windows(self, title):
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", f"^{title}"], capture_output=True, text=True, check=False
        )
        return found.stdout.split()

    def is_painted(self):
        """Whether the window has more than a few colours."""
        picture = ["import", "-window", self.id, "-format", "%k", "info:-"]
        counted = subprocess.run(picture, capture_output=True, text=True, timeout=PATIENCE, check=False)
        return counted.stdout.strip().isdigit() and int(counted.stdout) > 20

    def picture(self, name):
        subprocess.run(["import", "-window", "root", str(self.pictures / f"{name}.png")], check=True, timeout=PATIENCE)

    def keys(self, *keys, ends=False):
        """Presses keys, one after the other. A window that they end may be gone before the last one is released."""
        subprocess.run(["xdotool", "key", "--window", self.id, "--delay", "200", *keys], check=not ends, timeout=PATIENCE)
        time.sleep(1)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "150", text], check=True, timeout=PATIENCE)
        time.sleep(2)

    def click(self, x, y):
        subprocess.run(["xdotool", "mousemove", "--window", self.id, x, y, "sleep", "0.5", "click", "1"], check=True, timeout=PATIENCE)
        time.sleep(1)

    def command(self, *arguments):
        """Runs the command line of Windows on the sample directory, and returns its JSON."""
        ran = subprocess.run(
            ["wine", str(self.programs / "pindesk.exe"), "--store", str(self.folder / "sample.db"), "--format", "json", *arguments],
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return json.loads(ran.stdout) if ran.returncode == 0 else None


def main():
    linux, programs, _folder, pictures = sys.argv[1:]
    window = Window(programs, pictures)
    try:
        story(window, linux)
    except (AssertionError, subprocess.SubprocessError) as error:
        window.picture("failed")
        print(f"FAILED in the window: {error}")
        sys.exit(1)
    print("The window opened the sample directory, found a user, and locked them.")


def story(window, linux):
    window.open()
    window.click(*SAMPLE_BUTTON)
    sample = window.folder / "sample.db"
    wait_for("the sample directory", lambda: sample.exists() and window.command("users", "Strauß"))
    wait_for("the title of the sample directory", lambda: window.windows("PinDesk – sample directory"))
    before = window.command("info", "gstrauss@litwareinc.com")
    assert not before[0]["IsLockedOut"], before
    window.keys("ctrl+f")
    window.type("gstrauss")
    window.picture("search")
    window.keys("Down", "ctrl+a", "ctrl+l")
    window.picture("preview")
    after = window.command("info", "gstrauss@litwareinc.com")
    assert after == before, f"the preview changed something: {after}"
    window.keys("ctrl+Return")
    window.picture("question")
    window.keys("Return")
    locked = wait_for(
        "the lock in the store",
        lambda: [user for user in window.command("info", "gstrauss@litwareinc.com") or [] if user["IsLockedOut"]],
    )
    assert locked[0]["LockCause"] == "administrator", locked
    window.picture("applied")
    window.keys("ctrl+q", ends=True)
    wait_for("the end of the window", lambda: not window.windows("PinDesk"))
    verified = subprocess.run([linux, "--store", str(sample), "history", "verify"], capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    left = [name for name in ("sample.db-wal", "sample.db-shm") if (window.folder / name).exists()]
    print(f"Beside the closed store: {left or 'nothing'}")


if __name__ == "__main__":
    main()
