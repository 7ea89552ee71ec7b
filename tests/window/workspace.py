"""The ways through the window that are not about one list: the palette, saved lists, ends of locks, typed PINs, charts."""

import csv
import subprocess

from harness import wait_for, xdotool
from story import PROGRAM, row_of


def find_anything(story, text, row):
    """Opens the palette, types, and takes the row."""
    story.desk.key("ctrl+k")
    wait_for("the palette", lambda: story.desk.focused("Words or PowerShell", "entry"))
    xdotool("type", "--delay", "20", text)
    story.desk.find(row)
    story.desk.key("Return")
    story.desk.wait_no_dialog()


def palette(story):
    """A user and a command are found by their words."""
    story.desk.key("ctrl+4")
    story.desk.find("History view")
    find_anything(story, "aaron barros", lambda name: name.startswith("Aaron Barros"))
    story.desk.find("Users view")
    story.desk.find(row_of("Aaron Barros"), "list item")
    find_anything(story, "plans", lambda name: name.startswith("Plans"))
    story.desk.find("Plans view")
    story.desk.key("ctrl+1")
    story.desk.find("Users view")


def save_list(story):
    """The list of the view is saved as it is shown."""
    story.search("* Smith", *names_like(story, "% Smith"))
    path = story.folder / "smiths.csv"
    story.desk.menu("File", "Export", "List as CSV…")
    story.desk.choose_file(path)
    story.desk.read("saved: ")
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["Display name"] for row in rows) == story.listed(), rows
    story.desk.press("Clear search", "push button")
    story.desk.read("250 of 250 shown")


def names_like(story, pattern):
    found = story.store.rows("SELECT display_name FROM users WHERE display_name LIKE ?", pattern)
    return [name for name, in found]


def choose(story, name, choice):
    """Chooses in a list of choices, as a screen reader does."""
    story.desk.press(name, "combo box")
    story.desk.press(choice)
    story.desk.wait_choice(name, choice)


def lock_until(story):
    """A lock gets the end that is typed."""
    story.search("Alice Gerber", "Alice Gerber")
    story.select("Alice Gerber")
    story.desk.press("Lock", "push button")
    choose(story, "Locked until", "Date and time")
    story.desk.type_into("End of the locks", "2031-05-17 18:30")
    story.desk.read("locked until 2031-05-17 18:30")
    story.apply()
    story.desk.read("1 user locked")
    until = story.store.one("SELECT lock_until FROM pins JOIN users ON id = user_id WHERE display_name = 'Alice Gerber'")
    assert until is not None
    story.close_preview()


def typed_pin(story):
    """A PIN that is typed twice is the one that is then accepted."""
    digits = "80527"
    story.search("Carla Okafor", "Carla Okafor")
    story.select("Carla Okafor")
    story.desk.menu("Actions", "Set new PIN…")
    choose(story, "New PIN", "Typed")
    for name in ("Digits", "Once more"):
        story.desk.find(name, "password text").focus()
        wait_for(f"the focus in {name!r}", lambda name=name: story.desk.focused(name, "password text"))
        xdotool("type", "--delay", "20", digits)
    assert digits not in story.desk.tree(), "a PIN is read aloud"
    story.apply()
    story.desk.read("1 user given a new PIN")
    story.close_preview()
    tried = subprocess.run([PROGRAM, "--store", str(story.store.path), "authenticate", "cokafor@litwareinc.com"],
                           input=digits + "\n", capture_output=True, text=True, timeout=60)
    assert tried.returncode == 0, f"{tried.stdout}{tried.stderr}"


def chart(story):
    """A bar of a chart leads to its users."""
    story.desk.key("ctrl+5")
    story.desk.find("Insights view")
    bar = story.desk.find(lambda name: name.startswith("Expired: "), "list item")
    count = bar.name.removeprefix("Expired: ").split()[0].rstrip(",.")
    story.desk.press(bar.name, "list item")
    story.desk.find("Users view")
    story.desk.read(f"{count} of 250 shown")
    story.desk.press("Show everybody", "push button")
    story.desk.read("250 of 250 shown")
