"""Uses the window at random, as somebody does who tries everything: with mouse and keyboard, and through the interface that
screen readers use. Each step draws from a generator of its own, so that the seed and the number of a step say what it does."""

import contextlib
import random
import re
import time
from pathlib import Path

from gi.repository import GLib
from harness import Missing, nodes_below, wait_for, windows, xdotool

# The interface says in these ways that a thing has gone since it was looked at.
GONE = (GLib.Error, LookupError, NotImplementedError)
MENUS = ("File", "Actions", "View", "Help")
# What is never pressed: it ends the program, puts another store in the place of this one, or changes what may be done.
NEVER = re.compile(r"Quit|Restore$|Open the sample directory|Accept this history|Save rules|Save role|Give role|Take |Remove|Protect|"
                   r"Stop protecting|Cancel: ")
TEXTS = ("a", "an", "anna", "muller", "smith", "ken myer", "litwareinc", "emea", "ou=finance", "* Smith", "Ma*", "*z*", "sip:", "@",
         "cn=", "zzzzz", "o'", "%_", "x" * 60, "1")
PIPELINES = ("Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.IsLockedOut -eq $True}",
             "Get-CsUser | Select-Object DisplayName, SipAddress | Sort-Object DisplayName", "Get-CsUser | Measure-Object",
             "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.IsLockedOut -eq $True} | Unlock-CsClientPin", "Get-Csuser | nonsense")
STEPS = []


def step(often):
    """Makes a function a step that comes so often, in proportion to the others."""
    def keep(function):
        STEPS.extend([function] * often)
        return function
    return keep


class Hand:
    """The hand that uses one window."""

    def __init__(self, desk, tester, store, people, folder):
        self.desk, self.tester, self.store, self.people, self.folder = desk, tester, store, people, folder
        self.random = random.Random(0)

    def name_of(self, seed, number):
        return self._drawn(seed, number).__name__.replace("_", " ")

    def use(self, seed, number):
        """Takes the step of this number."""
        function = self._drawn(seed, number)
        self.clear()
        function(self)

    def _drawn(self, seed, number):
        self.random = random.Random(f"{seed}/{number}")
        return self.random.choice(STEPS)

    # --- what the steps have in common

    def nodes(self, among=None):
        """All things, or those in one of them, which may have gone."""
        if among is None:
            return wait_for("the window", self.desk.nodes)
        try:
            return list(nodes_below(among.accessible))
        except GONE:
            return []

    def look(self, name, role=None):
        return next((node for node in self.nodes() if node.name == name and role in (None, node.role)), None)

    def pressable(self, among=None, role=None):
        """The things that can be pressed, except those that are never."""
        nodes = self.nodes(among)
        return [node for node in nodes if node.name and role in (None, node.role) and node.can_be_pressed() and not NEVER.match(node.name)]

    def press(self, node):
        """Presses, unless it has gone meanwhile, and answers a file dialog with Esc."""
        try_to(node.press)
        self.pause()
        self.close_file_dialogs()

    def press_one(self, fits, among=None):
        """Presses one of the things that fit. Returns its name, or nothing if there is none."""
        fitting = [node for node in self.pressable(among) if fits(node)]
        if not fitting:
            return None
        node = self.random.choice(fitting)
        self.press(node)
        return node.name

    def pause(self, longest=0.3):
        time.sleep(self.random.random() * longest)

    def key(self, *keys):
        self.desk.key(*keys)

    def type(self, text):
        xdotool("type", "--delay", str(self.random.choice([1, 15, 40])), text)

    def dialog(self):
        return next((node for node in self.nodes() if node.role == "dialog" and node.name), None)

    def close_file_dialogs(self):
        """File dialogs are processes of their own, which the window has started."""
        end = time.monotonic() + 20
        while self.file_dialogs() and time.monotonic() < end:
            front = windows("getactivewindow")
            if front and front[0] in windows("search", "--onlyvisible", "--class", "zenity"):
                self.key("Escape")
            time.sleep(0.2)

    def file_dialogs(self):
        tasks = Path(f"/proc/{self.desk.process.pid}/task").glob("*/children")
        return [child for task in tasks for child in read(task).split()]

    def clear(self):
        """Closes menus and dialogs, one after the other."""
        self.close_file_dialogs()
        for _ in range(20):
            nodes = self.nodes()
            menus = [node for node in nodes if node.role == "push button" and node.name in MENUS and node.accessible.childCount]
            if not menus and not [node for node in nodes if node.role == "dialog"]:
                return
            self.key("Escape")
            time.sleep(0.2)
        raise Missing(f"a dialog that stays: {self.dialog()}")

    def rest(self):
        """Brings the window back to how it was at the start: nothing is selected, searched for or open."""
        self.clear()
        self.key("ctrl+1")
        if self.look("Sample directory"):
            self.desk.menu("File", "Leave the sample directory")
            wait_for("the store", lambda: not self.look("Sample directory"))
        for name in ("Close preview", "Close details", "Clear search"):
            if self.look(name):
                self.desk.press(name)
        # "1 selected, not shown" stands there when the search or a filter hides it.
        if not self.desk.read(" selected").startswith("0 "):
            self.desk.menu("Actions", "Clear selection")
        self.press_one(lambda node: node.role == "toggle button" and node.name.startswith("All "))
        self.resize(1280, 800)
        self.key("ctrl+0")
        self.press_one(lambda node: node.name.startswith("Sort by Display name"))
        wait_for("no work", lambda: not [node for node in self.nodes() if node.name.startswith("Cancel: ")], 120)
        xdotool("mousemove", "1500", "950")
        time.sleep(2)

    def resize(self, width, height):
        for window in windows("search", "--onlyvisible", "--pid", str(self.desk.process.pid)):
            xdotool("windowsize", window, str(width), str(height))

    def explore(self, presses):
        """Presses things of the dialog in front, turns the wheel over it, and types into its boxes."""
        for _ in range(presses):
            dialog = self.dialog()
            if dialog is None:
                return
            kind = self.random.random()
            if kind < 0.2:
                self.wheel(dialog)
            elif kind < 0.35:
                boxes = [node for node in self.nodes(dialog) if node.role == "entry"]
                if boxes:
                    try_to(self.random.choice(boxes).focus)
                    self.type(self.random.choice(TEXTS))
            elif not self.press_one(lambda node: node.name not in ("Close", "Cancel", "Confirm", "Close file"), dialog):
                return

    def wheel(self, node):
        try_to(lambda: xdotool("mousemove", *map(str, node.middle())))
        xdotool("click", "--repeat", str(self.random.randint(1, 30)), "--delay", "8", self.random.choice(["4", "5"]))

    def drag(self, node):
        """Drags a thing up and down."""
        x, y = map(str, node.middle())
        there, back = (str(self.random.randint(200, 700)) for _ in range(2))
        xdotool("mousemove", x, y, "mousedown", "1", "mousemove", x, there, "mousemove", x, back, "mouseup", "1")

    def rows(self):
        return [node for node in self.nodes() if node.role == "list item" and ", row " in node.name]

    def select_some(self):
        """Selects a few rows, or all."""
        rows = self.rows()
        if not rows:
            return False
        try_to(lambda: self.click(self.random.choice(rows)))
        kind = self.random.random()
        if kind < 0.15:
            self.key("ctrl+a")
        elif kind < 0.6:
            self.key(*["shift+Down"] * self.random.randint(1, 12))
        return True

    def click(self, node, *modifiers):
        x, y = node.middle()
        xdotool("mousemove", str(x), str(y), *(part for key in modifiers for part in ("keydown", key)), "click", "1",
                *(part for key in modifiers for part in ("keyup", key)))

    def decide(self):
        """A preview is applied, looked at, or put away."""
        self.press_one(lambda node: node.role == "toggle button")
        if self.random.random() < 0.5:
            self.apply()
        elif self.random.random() < 0.5:
            self.press_one(lambda node: node.name == "Close preview")

    def apply(self):
        if not self.press_one(lambda node: node.name in ("Apply", "Apply undo")):
            return
        dialog = self.dialog()
        if dialog is None or not dialog.name.startswith("Confirm"):
            return
        for box in self.nodes(dialog):
            number = re.search(r"Type the number of users, ([\d,]+),", box.name)
            if box.role == "entry" and number:
                box.focus()
                self.type(number[1].replace(",", ""))
        self.pause()
        self.press_one(lambda node: node.name == "Confirm", self.dialog() or dialog)


def try_to(action):
    """Does something with a thing that may have gone meanwhile."""
    with contextlib.suppress(*GONE):
        action()


def read(path):
    try:
        return path.read_text()
    except OSError:
        return ""


# --- the list

@step(8)
def search(hand):
    hand.key("ctrl+f", "ctrl+a")
    hand.type(hand.random.choice(TEXTS))
    for _ in range(hand.random.randint(0, 4)):
        hand.key("BackSpace")


@step(4)
def clear_search(hand):
    hand.key("ctrl+f", "ctrl+a", "BackSpace")


@step(4)
def filter_users(hand):
    hand.press_one(lambda node: node.role == "toggle button")


@step(4)
def sort(hand):
    hand.press_one(lambda node: node.name.startswith("Sort by "))


@step(8)
def scroll(hand):
    rows = hand.rows()
    if not rows:
        return
    node = hand.random.choice(rows)
    kind = hand.random.random()
    if kind < 0.4:
        hand.wheel(node)
    elif kind < 0.8:
        try_to(lambda: hand.click(node))
        hand.key(*[hand.random.choice(["Next", "Prior", "Home", "End", "Down", "Up"]) for _ in range(hand.random.randint(1, 15))])
    else:
        bar = hand.look("Scroll", "scroll bar")
        if bar:
            try_to(lambda: hand.drag(bar))


@step(4)
def hover(hand):
    for _ in range(8):
        xdotool("mousemove", str(hand.random.randint(0, 1280)), str(hand.random.randint(0, 800)))
        hand.pause()


@step(5)
def select(hand):
    hand.select_some()
    rows = hand.rows()
    for node in hand.random.sample(rows, min(4, len(rows))):
        try_to(lambda node=node: hand.click(node, "ctrl"))


@step(4)
def details(hand):
    if hand.select_some():
        hand.key("Return")
        hand.pause()
        hand.key(*["Down"] * hand.random.randint(1, 8))
        panel = hand.look("Details")
        if panel:
            hand.wheel(panel)


# --- changes

@step(8)
def preview(hand):
    if not hand.select_some():
        return
    name = hand.random.choice(["Lock", "Unlock", "Lock", "Unlock", "Set new PIN…"])
    if name.startswith("Set"):
        if hand.random.random() < 0.5:
            return
        try_to(lambda: hand.desk.menu("Actions", name))
    else:
        hand.press_one(lambda node: node.name == name)
    hand.pause()
    hand.decide()


@step(2)
def undo(hand):
    hand.desk.menu("Actions", "Undo last batch…")
    hand.pause(1)
    hand.decide()


@step(3)
def a_list(hand):
    """A file with users who are there, who are not, and who come twice."""
    some = hand.random.sample(hand.people, hand.random.choice([5, 300, 2000]))
    lines = [f"{sip};Left the company" for sip in some] + ["nobody@nowhere.test;", f"{some[0]};again", "half a row"]
    path = hand.folder / "list of users.csv"
    path.write_text("Identity;Reason\n" + "\n".join(lines) + "\n")
    hand.desk.drop(path)
    hand.desk.find("Lists view")
    hand.desk.press(lambda name: re.match("(Lock|Unlock) the PINs of the users in it", name), "radio button")
    for _ in range(3):
        hand.desk.press("Next", "push button")
        hand.explore(hand.random.randint(0, 2))
        if hand.random.random() < 0.15 or hand.dialog() is None:
            return
    hand.explore(2)
    hand.apply()
    hand.pause(1)


@step(2)
def change_from_outside(hand):
    some = "".join(f"{sip}\n" for sip in hand.random.sample(hand.people, hand.random.choice([1, 40])))
    hand.tester.run(hand.store, hand.random.choice(["lock", "unlock"]), "-", "--reason", "audit", stdin=some)


# --- views and dialogs

@step(7)
def menu(hand):
    """Any entry of any menu that can be pressed."""
    top = hand.random.choice(MENUS)
    hand.desk.press(top, "push button")
    for _ in range(2):
        above = hand.look(top, "push button")
        entries = [node for node in hand.pressable(above) if node.name != top] if above else []
        if not entries:
            break
        hand.press(hand.random.choice(entries))
    hand.explore(3)


@step(4)
def history(hand):
    hand.key("ctrl+4")
    hand.desk.find("History view")
    hand.explore(hand.random.randint(2, 6))


@step(2)
def plans(hand):
    hand.key("ctrl+3")
    hand.desk.find("Plans view")
    hand.explore(4)


@step(2)
def operators(hand):
    hand.desk.menu("View", "Operators")
    hand.explore(5)


@step(3)
def pipeline(hand):
    hand.key("ctrl+k")
    hand.desk.find("Pipeline", "entry").focus()
    hand.key("ctrl+a")
    hand.type(hand.random.choice(PIPELINES))
    hand.press_one(lambda node: node.name in ("Run", "Explain"))
    hand.pause(1)
    hand.explore(2)


@step(2)
def help_pages(hand):
    hand.desk.menu("Help", hand.random.choice(["User guide", "Keyboard shortcuts", "About PinDesk"]))
    for _ in range(3):
        dialog = hand.dialog()
        if dialog:
            hand.wheel(dialog)


@step(1)
def backups(hand):
    hand.desk.menu("File", "Restore from backup…")
    hand.explore(2)
    hand.pause(2)


@step(1)
def sample_directory(hand):
    hand.desk.menu("File", "Open the sample directory")
    hand.desk.find("All 250", "toggle button")
    search(hand)
    scroll(hand)
    hand.clear()
    hand.desk.menu("File", "Leave the sample directory")
    hand.desk.find(lambda name: re.match(r"All [\d,]+$", name) and name != "All 250", "toggle button")


@step(2)
def theme(hand):
    hand.press_one(lambda node: node.name == "Theme")


@step(2)
def size(hand):
    hand.resize(hand.random.randint(760, 1580), hand.random.randint(480, 980))
    hand.pause()
    hand.key(*[hand.random.choice(["ctrl+plus", "ctrl+minus", "ctrl+0"]) for _ in range(3)], "ctrl+0")


@step(1)
def refresh(hand):
    hand.key("F5")
