"""PinDesk's window as a screen reader has it: found, read and pressed through AT-SPI, typed into through X.

Nothing here knows how the window is painted. Everything waits by looking again until it is so, and gives up after
LIMIT seconds with a sentence that says what was expected and what was there.
"""

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pyatspi
from gi.repository import Atspi, GLib

DROP = Path(__file__).with_name("drop.py")
LIMIT = 20.0
PAUSE = 0.05
CONTROLS = ("push button", "toggle button", "check box", "radio button", "entry", "list item", "list box", "combo box")

# Kept answers would be old ones: libatspi learns of changes only while a main loop runs, and here none does.
Atspi.get_desktop(0).set_cache_mask(Atspi.Cache.NONE)


class Missing(AssertionError):
    """Something did not come about in time."""


def wait_for(what, look, limit=LIMIT):
    """Calls `look` until it gives something true, and returns that. What goes wrong while looking counts as no."""
    end = time.monotonic() + limit
    trouble = None
    while True:
        try:
            found = look()
            if found:
                return found
            trouble = None
        except (GLib.Error, Missing, LookupError, NotImplementedError, sqlite3.OperationalError) as error:
            trouble = error
        if time.monotonic() > end:
            raise Missing(f"not within {limit:g} s: {what}" + (f" ({trouble})" if trouble else ""))
        time.sleep(PAUSE)


def act(what, look, action, limit=LIMIT):
    """Waits for a thing and does something with it; looks again where it went away in between."""
    def found_and_done():
        found = look()
        if found:
            action(found)
        return found
    return wait_for(what, found_and_done, limit)


def xdotool(*arguments):
    subprocess.run(["xdotool", *arguments], check=True, timeout=LIMIT, stdout=subprocess.DEVNULL)


def windows(*question):
    """The windows that xdotool names as the answer."""
    answer = subprocess.run(["xdotool", *question], capture_output=True, text=True, timeout=LIMIT)
    return answer.stdout.split()


class Node:
    """One thing in the window, with the name and the role that are read out."""

    def __init__(self, accessible, depth):
        self.accessible = accessible
        self.depth = depth
        self.role = accessible.getRoleName()
        self.name = accessible.name or ""

    def has(self, state):
        return self.accessible.getState().contains(state)

    def can_be_pressed(self):
        return self.has(pyatspi.STATE_SENSITIVE) and "Action" in self.accessible.get_interfaces()

    def text(self):
        """What stands in a text box."""
        return self.accessible.queryText().getText(0, -1)

    def value(self):
        """What is chosen in a list of choices, as it is read out behind its name."""
        return self.accessible.description

    def press(self):
        self.accessible.queryAction().doAction(0)

    def focus(self):
        self.accessible.queryComponent().grabFocus()

    def middle(self):
        """Its middle on the screen."""
        box = self.accessible.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
        return box.x + box.width // 2, box.y + box.height // 2

    def __str__(self):
        return f"{'  ' * self.depth}{self.role} '{self.name}'"


def nodes_below(accessible, depth=0):
    yield Node(accessible, depth)
    for place in range(accessible.childCount):
        child = accessible.getChildAtIndex(place)
        if child is not None:
            yield from nodes_below(child, depth + 1)


def applications():
    """The programs on the accessibility bus."""
    desktop = pyatspi.Registry.getDesktop(0)
    # By number: the desktop's own iterator does not end when there is no cache.
    programs = [desktop.getChildAtIndex(place) for place in range(desktop.childCount)]
    return [program for program in programs if program is not None]


def application(pid):
    """The program of a process, as it reports itself to the accessibility bus."""
    for program in applications():
        if program.get_process_id() == pid:
            return program
    raise LookupError(f"process {pid} is not on the accessibility bus")


class Desk:
    """A running program with its window."""

    def __init__(self, program, arguments, log, environment=None):
        self.log = open(log, "ab")
        self.process = subprocess.Popen([program, *arguments], stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log, env={**os.environ, **(environment or {})})

    def close(self):
        """Ends the program, however it is."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    # --- reading

    def nodes(self):
        if self.process.poll() is not None:
            raise SystemExit(f"the program has ended by itself with {self.process.returncode}")
        return list(nodes_below(application(self.process.pid)))

    def names(self, role=None):
        return [node.name for node in self.nodes() if role in (None, node.role)]

    def tree(self):
        """Everything that is read out, as text."""
        return "\n".join(map(str, self.nodes()))

    def all(self, name, role=None):
        """The things of this name, or with a name that fits the function given."""
        fits = name if callable(name) else lambda other: other == name
        return [node for node in self.nodes() if fits(node.name) and role in (None, node.role)]

    def look(self, name, role=None):
        return next(iter(self.all(name, role)), None)

    def find(self, name, role=None, limit=LIMIT):
        what = f"{role or 'anything'} named {name!r}" if isinstance(name, str) else f"{role or 'anything'} as wanted"
        return wait_for(what, lambda: self.look(name, role), limit)

    def read(self, part, limit=LIMIT):
        """Waits for a name that has this part, and returns it whole."""
        return wait_for(f"something that says {part!r}",
                        lambda: next((name for name in self.names() if part in name), None), limit)

    def wait_gone(self, name, role=None):
        wait_for(f"{name!r} gone", lambda: self.look(name, role) is None)

    def wait_here(self, name):
        """Waits until a step of a sheet is the one at hand, which is the only one that cannot be gone to from here."""
        wait_for(f"{name!r} at hand", lambda: self.look(name, "push button").has(pyatspi.STATE_SELECTED))

    def wait_choice(self, name, chosen):
        """Waits until a list of choices says that this one is chosen."""
        wait_for(f"{chosen!r} chosen as {name!r}", lambda: self.look(name, "combo box").value() == chosen)

    def nameless(self):
        """What can be used and has no name: somebody who listens would not know what it is."""
        return [str(node).strip() for node in self.nodes() if not node.name and node.role in CONTROLS]

    def wait_no_dialog(self):
        """Waits until no dialog lies over the window. Until then, whatever is pressed under it is lost."""
        def gone():
            return not self.names("dialog")
        # Twice in a row: what is read while the window changes can lack a part.
        wait_for("no dialog", lambda: gone() and not time.sleep(4 * PAUSE) and gone())

    # --- acting

    def press(self, name, role=None, limit=LIMIT):
        """Presses a button, a menu entry or a row once it can be pressed."""
        def pressable():
            fitting = (node for node in self.all(name, role) if node.can_be_pressed())
            return next(fitting, None)
        act(f"{role or 'something'} named {name!r} that can be pressed", pressable, Node.press, limit)

    def menu(self, *path):
        """Opens menus one in the other and presses the last entry. An entry is looked for in its menu only: there may be a
        button of the same name elsewhere."""
        self.press(path[0], "push button")
        for above, entry in zip(path, path[1:]):
            def in_menu(above=above, entry=entry):
                menu = self.look(above, "push button")
                return next((node for node in nodes_below(menu.accessible) if node.name == entry), None)
            act(f"{entry!r} in the menu {above!r}", in_menu, Node.press)

    def focused(self, name, role=None):
        node = self.look(name, role)
        return node if node and node.has(pyatspi.STATE_FOCUSED) else None

    def type_into(self, name, text):
        """Puts the focus into a text box and types, over what stands there."""
        def holds(wanted):
            found = self.find(name, "entry").text()
            if found != wanted:
                raise Missing(f"it holds {found!r}")
            return True

        def focus():
            """Asks for the focus, and asks again when the window has just moved it elsewhere."""
            act(f"a box {name!r}", lambda: self.look(name, "entry"), Node.focus)
            return wait_for(f"the focus in {name!r}", lambda: self.focused(name, "entry"), LIMIT / 5)
        wait_for("the window in front", self.is_in_front)
        wait_for(f"the focus in {name!r}", focus)
        self.key("ctrl+a", "BackSpace")
        wait_for(f"{name!r} empty", lambda: holds(""))
        if text:
            xdotool("type", "--delay", "20", text)
        wait_for(f"{text!r} in {name!r}", lambda: holds(text))

    def is_in_front(self):
        """Do keys that are typed reach this window?"""
        return windows("getactivewindow", "getwindowpid") == [str(self.process.pid)]

    def key(self, *keys):
        xdotool("key", *keys)

    def click(self, name, role=None):
        """Clicks with the mouse."""
        def click(node):
            x, y = node.middle()
            xdotool("mousemove", str(x), str(y), "click", "1")
        act(f"{role or 'something'} to click", lambda: self.look(name, role), click)

    @contextlib.contextmanager
    def holding(self, key):
        """Holds a key down. For as long as it takes: what is pressed and let go again within one frame is not seen."""
        xdotool("keydown", key)
        try:
            yield
        finally:
            xdotool("keyup", key)

    def choose_file(self, path):
        """Answers the file dialog, which is zenity's where the desktop has no portal: by keyboard, as somebody does who
        knows the path."""
        def dialog():
            return windows("search", "--onlyvisible", "--class", "zenity")

        def is_in_front():
            return windows("getactivewindow")[0] in dialog()
        wait_for("the file dialog in front", is_in_front)
        # All of the name that a dialog for saving proposes: it selects only what stands before the extension.
        self.key("ctrl+l", "ctrl+a")
        xdotool("type", "--delay", "10", str(path))
        # The dialog ignores Enter until it has read the folder, and does not tell when it has.
        for _ in range(5):
            time.sleep(1)
            wait_for("the file dialog in front", is_in_front)
            self.key("Return")
            try:
                wait_for("the file dialog closed", lambda: not dialog(), limit=2)
                return
            except Missing:
                pass
        raise Missing(f"the file dialog stays open with {path}")

    def drop(self, path):
        """Drops a file on the window with the mouse, as a file manager does."""
        window, = windows("search", "--onlyvisible", "--pid", str(self.process.pid))
        done = subprocess.run([sys.executable, "-B", DROP, window, str(path)], capture_output=True, text=True,
                              timeout=3 * LIMIT)
        if done.returncode:
            raise Missing(f"{path} cannot be dropped: {done.stdout}{done.stderr}")

    def screenshot(self, path):
        subprocess.run(["import", "-window", "root", str(path)], check=True, timeout=60)
