"""PinDesk in a real window, from the first start on: what somebody at a desk does, told as one story.

Started by scripts/check-window, which gives it a desktop: test_window.py FOLDER. Pictures and what was read out go into
FOLDER when a step fails; the steps after it are then left out, because each builds on the ones before.
"""

import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import review
import workspace
from harness import Desk, wait_for, xdotool
from lists import read_utf16_results, write_utf16
from story import PROGRAM, Story, row_of

SAMPLE = Path(__file__).resolve().parents[2] / "assets" / "sample"
STEPS = []


def step(what):
    """Makes a function a step of the story; they run in the order in which they stand here."""
    def keep(function):
        STEPS.append((what, function))
        return function
    return keep


@step("the first start says how to begin")
def first_start(story):
    story.desk.find("Search", "entry")
    story.desk.find("Import users or PINs…", "push button")
    story.desk.find("Open the sample directory", "push button")
    assert story.store.one("SELECT count(*) FROM users") == 0
    story.all_named()


@step("importing users shows what is new, and imports it only then")
def import_users(story):
    story.import_file(SAMPLE / "users.csv", "Import users from users.csv", "new 250")
    assert story.store.one("SELECT count(*) FROM users") == 250
    story.desk.find("All 250")


@step("importing PIN states locks those whom the file says are locked")
def import_pins(story):
    story.import_file(SAMPLE / "pins.csv", "Import PIN states from pins.csv", "changed 230")
    assert story.store.one("SELECT count(*) FROM pins WHERE lock_cause = 'unknown'") == 20
    story.desk.find("Locked 20")


@step("a search without the umlaut finds the name with it, and clearing it shows everybody again")
def search(story):
    story.desk.type_into("Search", "muller")
    found = story.row("Jörg Müller")
    assert "litwareinc\\" in found, found
    story.desk.press("Clear search", "push button")
    story.desk.read("250 of 250 shown")


@step("the preview of an unlock says what would happen, and changes nothing")
def preview_unlock(story):
    story.search("Ken Myer", "Ken Myer")
    sentence = story.row("Ken Myer")
    assert sentence.startswith("Ken Myer, litwareinc\\kenmyer, locked"), sentence
    before = story.store.everything()
    story.select("Ken Myer")
    story.desk.press("Unlock", "push button")
    story.desk.find("What if", "landmark")
    story.desk.read('What if: Performing the operation "Unlock-CsClientPin" on target "sip:kenmyer@litwareinc.com".')
    story.desk.find("1 will change")
    story.all_named()
    story.desk.press("Apply", "push button")
    story.desk.find("Confirm", "push button")
    story.all_named()
    story.desk.press("Cancel", "push button")
    story.desk.wait_no_dialog()
    assert story.store.everything() == before, "a preview has changed the store"


@step("Apply and Confirm unlock the PIN, and the history says who did it")
def unlock(story):
    before = story.batches()
    story.apply()
    story.desk.read("1 user unlocked")
    cause, by, reason = story.store.pin("kenmyer@litwareinc.com")
    assert (cause, by, reason) == (None, None, ""), (cause, by, reason)
    assert story.batches() == before + 1
    action, operator = story.store.one("SELECT action, operator FROM batches ORDER BY id DESC LIMIT 1")
    assert action == "unlock", action
    assert operator == story.store.one("SELECT account FROM operator_roles"), operator
    assert operator.split("\\")[-1] == pwd.getpwuid(os.getuid()).pw_name, operator
    target, = story.store.rows("SELECT target FROM history WHERE kind = 'pin' ORDER BY seq DESC LIMIT 1")[0]
    assert "kenmyer@litwareinc.com" in target, target
    wait_for("an unlocked row", lambda: ", unlocked, " in story.row("Ken Myer"))
    story.close_preview()


@step("a lock keeps the administrator and the reason")
def lock(story):
    story.search("Jeff Smith", "Jeff Smith")
    story.select("Jeff Smith")
    story.desk.press("Lock", "push button")
    story.desk.type_into("Reason", "Lost phone, asked by his manager")
    story.apply()
    story.desk.read("1 user locked")
    cause, by, reason = story.store.pin("jsmith@litwareinc.com")
    operator = story.store.one("SELECT operator FROM batches ORDER BY id DESC LIMIT 1")
    assert (cause, by, reason) == ("administrator", operator, "Lost phone, asked by his manager"), (cause, by, reason)
    wait_for("a locked row", lambda: ", locked by administrator" in story.row("Jeff Smith"))
    story.close_preview()


@step("what a command changes is in the window within two seconds")
def change_from_outside(story):
    story.desk.find(row_of("Jeff Smith"), "list item")
    story.command("unlock", "sip:jsmith@litwareinc.com")
    done = time.monotonic()
    wait_for("an unlocked row", lambda: ", unlocked, " in story.row("Jeff Smith"), limit=2)
    print(f"      (seen after {time.monotonic() - done:.1f} s)")


@step("a plan leaves out the user whom somebody else changed meanwhile, and only that one")
def drift(story):
    story.search("Pilar Ackerman", "Pilar Ackerman")
    story.select("Pilar Ackerman")
    story.search("Maria Garcia", "Maria Garcia", "Maria Garcia")
    # Two people have this name. One is added to the selection with the mouse; Pilar stays in it, though out of sight.
    with story.desk.holding("ctrl"):
        story.desk.click(lambda name: name.startswith("Maria Garcia, litwareinc\\mgarcia, locked"), "list item")
        story.desk.read("2 selected")
    story.desk.press("Unlock", "push button")
    story.desk.find("2 will change")
    story.command("lock", "litwareinc\\mgarcia", "--reason", "Left the company")
    story.apply()
    story.desk.read("1 user had changed since the preview and was left alone.")
    story.desk.find(lambda name: name.startswith("Maria Garcia, sip:mgarcia@") and "left alone" in name, "list item")
    assert story.store.pin("packerman@litwareinc.com")[0] is None
    cause, _, reason = story.store.pin("mgarcia@litwareinc.com")
    assert (cause, reason) == ("administrator", "Left the company"), (cause, reason)
    entries = story.store.rows("SELECT kind, count(*) FROM history WHERE batch_id = (SELECT max(id) FROM batches) "
                               "GROUP BY kind ORDER BY kind")
    assert entries == [("batch", 1), ("drifted", 1), ("pin", 1)], entries
    story.close_preview()


HEADER = ["Name", "UPN", "Reason"]
# Two users to lock, the first of them once more, one whom nobody knows, and a row that has a field too many.
LIST = [
    ["Jörg Müller", "jmueller@litwareinc.com", "Notebook verloren – bitte sperren"],
    ["Nobody Knows", "nobody.knows@litwareinc.com", "Left the company"],
    ["Aaron Barros", "abarros@litwareinc.com", ""],
    ["Jörg again", "JMUELLER@litwareinc.com", "Asked for twice"],
    ["Carla Eklund", "ceklund@litwareinc.com", "Left the company", "and one more"],
]
VERDICTS = ["changed", "not found", "changed", "duplicate", "unreadable"]


def next_step(story, place, name):
    """Goes on in the sheet of a file, and waits until its next step is the one at hand."""
    story.desk.press("Next", "push button")
    story.desk.wait_here(f"Step {place}: {name}")
    story.all_named()


def save_results(story, path):
    """Saves the results of a list, and gives them back as they were read again."""
    story.desk.press("Save results…", "push button")
    story.desk.choose_file(path)
    wait_for(f"the file {path.name}", path.exists)
    results = read_utf16_results(path, HEADER)
    assert [result.fields for result in results] == LIST, results
    return results


@step("a list is opened, its encoding, its layout and its columns are recognised, and its preview changes nothing")
def open_list(story):
    story.desk.press("Clear search", "push button")
    story.list = story.folder / "left in march.csv"
    write_utf16(story.list, "".join(";".join(row) + "\r\n" for row in [HEADER, *LIST]))
    story.before = story.store.everything()
    story.desk.menu("Actions", "Lock or unlock from a file…")
    story.desk.choose_file(story.list)
    story.desk.read("UTF-16 (little-endian)")
    story.desk.read("fields separated by semicolon")
    story.desk.read("It has 3 columns: Name, UPN, Reason.")
    story.all_named()
    story.desk.press("Lock the PINs of the users in it", "radio button")
    story.desk.find(f"Lock PINs from {story.list.name}")
    next_step(story, 2, "How it is read")
    story.desk.read("The file says so itself (byte-order mark).")
    story.desk.wait_choice("Encoding", "UTF-16 (little-endian)")
    story.desk.wait_choice("Separated by", "semicolon")
    story.desk.find("2: Jörg Müller, jmueller@litwareinc.com, Notebook verloren – bitte sperren")
    next_step(story, 3, "Columns")
    story.desk.wait_choice("Users are named by", "UPN")
    story.desk.wait_choice("Reason", "Reason")
    story.desk.read("The first row names: jmueller@litwareinc.com")
    next_step(story, 4, "Preview")
    for chip in ("will change 2", "duplicate 1", "not found 1", "unreadable 1", "no change needed 0"):
        story.desk.find(chip, "toggle button")
    story.desk.press(lambda name: name.startswith("Line 3, not found: nobody.knows@litwareinc.com"), "list item")
    story.desk.find("Line 3 as it stands in the file", "label")
    story.desk.find("Nobody Knows;nobody.knows@litwareinc.com;Left the company", "label")
    wait_for("a button Apply", lambda: story.desk.look("Apply", "push button").can_be_pressed())
    planned = save_results(story, story.folder / "planned.csv")
    assert [result.verdict for result in planned] == ["will change" if verdict == "changed" else verdict
                                                      for verdict in VERDICTS], planned
    assert story.store.everything() == story.before, "the preview of a list has changed the store"


@step("a list is applied after one question, and its results and the store agree row by row")
def apply_list(story):
    before = story.store.locks()
    story.desk.press("Apply", "push button")
    story.desk.find("Confirm Lock the PINs of 2 users?", "dialog")
    story.all_named()
    story.desk.press("Confirm", "push button")
    story.desk.read("2 users locked.")
    story.all_named()
    results = save_results(story, story.folder / "results.csv")
    assert [result.verdict for result in results] == VERDICTS, results
    assert results[3].reason == "The same user as on line 2.", results[3]
    assert results[1].identity == "" and results[1].reason and results[4].reason, results
    story.desk.press("Close file", "push button")
    story.search("jmueller", "Jörg Müller")
    wait_for("a locked row", lambda: ", locked by administrator" in story.row("Jörg Müller"))

    locked = {result.identity: ("administrator", result.fields[2]) for result in results if result.verdict == "changed"}
    assert len(locked) == 2, locked
    after = story.store.locks()
    assert {sip: lock for sip, lock in after.items() if lock != before[sip]} == {
        identity.removeprefix("sip:"): lock for identity, lock in locked.items()}, after
    for result in results:
        if result.verdict == "changed":
            assert (result.before, result.after) == ("unlocked", "locked by administrator"), result
    source, changed = story.store.last_source()
    assert source == story.list.name, source
    assert [f"sip:{sip}" for sip in changed] == sorted(locked), changed


@step("a file that is dropped on the window opens in its view, and Esc closes it without a change")
def drop_file(story):
    before = story.store.everything()
    # A name that has to be written otherwise in the address of a file, which is what the window is told.
    dropped = story.folder / "Ausgeschieden März 100%.csv"
    dropped.write_bytes((story.folder / "results.csv").read_bytes())
    story.desk.drop(dropped)
    story.desk.find("Lists view")
    story.desk.find(dropped.name, "label")
    story.desk.read("UTF-16 (little-endian)")
    story.desk.read("PinDeskVerdict")
    story.all_named()
    story.desk.key("Escape")
    story.desk.find("Users view")
    assert story.store.everything() == before, "a file that was only dropped has changed the store"


@step("a plan that needs approval is submitted, and changes nobody")
def submit_plan(story):
    review.submit(story)


@step("another operator sees in a window of their own who has changed since, and approves")
def approve_plan(story):
    review.approve(story)


@step("the first operator applies what was approved, and who has changed since is left alone")
def apply_plan(story):
    review.apply(story)


@step("undoing gives back exactly those whom nobody has touched since")
def undo_plan(story):
    review.undo(story)


@step("the palette finds a user and a view by their words")
def find_in_palette(story):
    workspace.palette(story)


@step("the list of a view is saved as it is shown")
def save_list(story):
    workspace.save_list(story)


@step("a lock gets the end that is typed")
def lock_until(story):
    workspace.lock_until(story)


@step("a PIN that is typed twice is set and accepted, and is never read aloud")
def typed_pin(story):
    workspace.typed_pin(story)


@step("a bar of a chart leads to its users")
def follow_chart(story):
    workspace.chart(story)


@step("the keyboard alone goes to the search box, and opens and closes the list of shortcuts")
def keyboard(story):
    wait_for("the focus outside the search box", lambda: not story.desk.focused("Search", "entry"))
    story.desk.key("ctrl+f")
    wait_for("the focus in the search box", lambda: story.desk.focused("Search", "entry"))
    story.desk.key("F1")
    story.desk.find("Keyboard shortcuts", "dialog")
    story.all_named()
    story.desk.key("Escape")
    story.desk.wait_no_dialog()


@step("the program ends by itself when it is told to, and never complained")
def quit_program(story):
    story.desk.key("ctrl+q")
    wait_for("the end of the program", lambda: story.desk.process.poll() is not None)
    assert story.desk.process.returncode == 0, story.desk.process.returncode
    log = (story.folder / "pindesk.log").read_text(errors="replace")
    assert "panicked" not in log, log


# What takes Vulkan away, and then OpenGL, too.
NO_VULKAN = {"WGPU_BACKEND": "vulkan", "VK_DRIVER_FILES": "/dev/null", "VK_ICD_FILENAMES": "/dev/null"}
NO_OPENGL = {"LIBGL_DRIVERS_PATH": "/nowhere", "__EGL_VENDOR_LIBRARY_FILENAMES": "/dev/null", "GALLIUM_DRIVER": "none",
             "LIBGL_ALWAYS_INDIRECT": "1"}


@step("where the first renderer cannot start, the window is painted by the second")
def second_renderer(story):
    story.desk.close()
    story.desk = Desk(PROGRAM, ["--store", str(story.store.path)], story.folder / "pindesk.log", NO_VULKAN)
    story.desk.menu("Help", "About PinDesk")
    story.desk.read("OpenGL")


@step("where neither can start, the program says so and what to do")
def no_renderer(story):
    done = subprocess.run([PROGRAM, "--store", str(story.store.path)], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, env={**os.environ, **NO_VULKAN, **NO_OPENGL})
    assert done.returncode == 3, f"{done.returncode}: {done.stderr}"
    assert "neither of its two renderers can start" in done.stderr and "mesa-vulkan-drivers" in done.stderr, done.stderr


def keep_failure(story, kept):
    """What was on the screen and what was read out, for whoever looks into it."""
    kept.mkdir(parents=True, exist_ok=True)
    try:
        story.desk.screenshot(kept / "screen.png")
        (kept / "read-out.txt").write_text(story.desk.tree())
    except (Exception, SystemExit) as error:
        print(f"      (not all could be kept: {error})")
    log = story.folder / "pindesk.log"
    (kept / log.name).write_bytes(log.read_bytes())
    print(f"      kept in {kept}: screen.png, read-out.txt, {log.name}")


def main():
    kept = Path(sys.argv[1])
    # Ended from outside, the program under test must still be ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="pindesk-window-") as folder:
        # Out of the way: a pointer over the list would open hints.
        xdotool("mousemove", "900", "15")
        story = Story(Path(folder))
        try:
            for what, function in STEPS:
                start = time.monotonic()
                try:
                    function(story)
                except (Exception, SystemExit) as error:
                    failed += 1
                    print(f"FAIL  {what}", flush=True)
                    if not isinstance(error, SystemExit):
                        traceback.print_exc(file=sys.stdout)
                    print(f"      {error}")
                    keep_failure(story, kept)
                    break
                passed += 1
                print(f"ok    {what} ({time.monotonic() - start:.1f} s)", flush=True)
        finally:
            story.desk.close()
    left_out = len(STEPS) - passed - failed
    print(f"{passed} passed, {failed} failed" + (f", {left_out} skipped" if left_out else ""))
    return 1 if failed or left_out else 0


if __name__ == "__main__":
    sys.exit(main())
