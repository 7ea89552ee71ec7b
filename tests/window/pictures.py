"""Takes the README's pictures: pictures.py FOLDER. Started by scripts/screenshots, which gives it a desktop."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import Desk, wait_for, xdotool

PROGRAM = os.environ["PINDESK"]
# What a colleague has locked on purpose. The other locks come with the sample.
LOCKED = [("litwareinc\\kenmyer", "Notebook stolen"), ("litwareinc\\jsmith", "Left the company")]
CHOSEN = ["Ken Myer", "Maria Garcia", "Pilar Ackerman", "Jeff Smith"]
# Other views: a part of what is read there once they are complete, and their theme.
VIEWS = [("Insights", "Expired: ", "Light"), ("Policies", "It would hold for ", "Dark")]


def is_row(name):
    return lambda sentence: sentence.startswith(f"{name}, ") and ", row " in sentence and "locked" in sentence


def settled(desk, picture):
    """Takes pictures until two in a row are the same: what fades or blinks is over, or shows the same."""
    last = None
    for _ in range(20):
        desk.screenshot(picture)
        now = picture.read_bytes()
        if now == last:
            return
        last = now
        time.sleep(0.3)


def main():
    folder = Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pindesk-pictures-") as scratch:
        xdotool("mousemove", "500", "15")
        desk = Desk(PROGRAM, [], Path(scratch) / "pindesk.log")
        try:
            desk.press("Open the sample directory", "push button")
            desk.find("Locked 20", "toggle button")
            sample = Path(os.environ["XDG_DATA_HOME"]) / "pindesk" / "sample.db"
            for account, reason in LOCKED:
                subprocess.run([PROGRAM, "--store", sample, "lock", account, "--reason", reason], check=True,
                               stdout=subprocess.DEVNULL)
            desk.find("By administrator 2", "toggle button")
            desk.press("Locked 21", "toggle button")
            wait_for("only the locked ones", lambda: desk.read("21 of 250 shown"))
            for place, name in enumerate(CHOSEN):
                with desk.holding("ctrl"):
                    desk.click(is_row(name), "list item")
                    desk.read(f"{place + 1} selected")
            xdotool("mousemove", "500", "15")
            desk.press("Unlock", "push button")
            desk.type_into("Reason", "Asked for by phone")
            desk.type_into("Ticket", "HD-20417")
            # From here on no text cursor blinks.
            desk.find("Apply", "push button").focus()
            for theme in ("Light", "Dark"):
                desk.menu("View", "Theme", theme)
                settled(desk, folder / f"{theme.lower()}.png")
            for view, ready, theme in VIEWS:
                desk.menu("View", "Theme", theme)
                desk.press(view, "page tab")
                desk.read(ready)
                settled(desk, folder / f"{view.lower()}.png")
        finally:
            desk.close()


if __name__ == "__main__":
    main()
