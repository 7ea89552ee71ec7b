"""Two operators and one plan: one submits it, the other opens it in a window of their own and approves it, the first
applies it and undoes it."""

from harness import Desk, wait_for, windows, xdotool
from story import PROGRAM

REVIEWER = "litwareinc\\reviewer"
THREE = ("Aaron Barros", "Bruno Abbott", "Carla Eklund")
SIP = {"Aaron Barros": "abarros@litwareinc.com", "Bruno Abbott": "babbott@litwareinc.com",
       "Carla Eklund": "ceklund@litwareinc.com"}
CHANGED_MEANWHILE = "Bruno Abbott"


def locks(story):
    return {name: story.store.pin(SIP[name])[0] for name in THREE}


def in_front(desk):
    """Brings a window in front of the other one, as a click on it does."""
    window, = windows("search", "--onlyvisible", "--pid", str(desk.process.pid))
    xdotool("windowactivate", "--sync", window)
    wait_for("the window in front", desk.is_in_front)


def reviewers_window(story):
    """The same store, somebody else at the keyboard."""
    return Desk(PROGRAM, ["--store", str(story.store.path)], story.folder / "reviewer.log",
                {"PINDESK_TEST_ACCOUNT": REVIEWER, "XDG_DATA_HOME": str(story.folder / "reviewer")})


def open_plan(desk, title):
    """Opens the newest plan in the list of plans."""
    desk.menu("View", "Plans")
    desk.press("Open plan", "push button")
    desk.read(title)
    desk.wait_no_dialog()


def submit(story):
    # Those whom earlier steps have locked are given back, so that three would change.
    for name in THREE:
        if story.store.pin(SIP[name])[0]:
            story.command("unlock", f"sip:{SIP[name]}")
    story.command("roles", "grant", "CsHelpDesk", REVIEWER)
    # Each plan counts by itself: earlier steps have changed more than two people today.
    story.command("approval", "--above", "2", "--hours", "0")
    story.desk.type_into("Search", "")
    for place, name in enumerate(THREE):
        story.search(name, name)
        with story.desk.holding("ctrl"):
            story.desk.click(lambda sentence, name=name: sentence.startswith(f"{name}, ") and ", row " in sentence,
                             "list item")
            story.desk.read(f"{place + 1} selected")
    story.desk.press("Lock", "push button")
    story.desk.read("Needs the approval of somebody else: it changes 3 users, more than 2.")
    story.all_named()
    assert not story.desk.all("Apply", "push button"), "what needs approval cannot be applied"
    story.desk.type_into("Reason", "Left the company")
    before = story.store.locks()
    story.desk.press("Submit for review", "push button")
    story.desk.read("Plan 1: lock 3 PINs")
    assert story.store.locks() == before, "submitting has changed somebody"
    story.all_named()


def approve(story):
    # Somebody changes one of the three meanwhile.
    story.command("lock", f"sip:{SIP[CHANGED_MEANWHILE]}", "--reason", "Asked by phone")
    desk = reviewers_window(story)
    try:
        desk.find(lambda name: name.startswith("Users, "))
        in_front(desk)
        open_plan(desk, "Plan 1: lock 3 PINs")
        drifted = desk.find(lambda name: name.startswith(f"{CHANGED_MEANWHILE}, ") and "was unlocked, now" in name,
                            "list item").name
        assert "locked by administrator" in drifted and "Changed by" in drifted, drifted
        desk.find("2 will change")
        nameless = desk.nameless()
        assert not nameless, f"controls without an accessible name: {nameless}"
        desk.type_into("Comment on the plan", "Two of them are on the list of HR")
        desk.press("Approve", "push button")
        wait_for("the approval in the store", lambda: story.store.rows(
            "SELECT operator FROM batches WHERE action = 'approve-plan'") == [(REVIEWER,)])
        desk.read("Approved by")
        desk.screenshot(story.folder / "review.png")
    finally:
        desk.close()
    log = (story.folder / "reviewer.log").read_text(errors="replace")
    assert "panicked" not in log, log


def apply(story):
    in_front(story.desk)
    open_plan(story.desk, "Plan 1: lock 3 PINs")
    story.desk.read("Two of them are on the list of HR")
    story.apply()
    story.desk.read("2 users locked")
    states = locks(story)
    assert states == dict.fromkeys(THREE, "administrator"), states
    reasons = {name: story.store.pin(SIP[name])[2] for name in THREE}
    assert reasons == {**dict.fromkeys(THREE, "Left the company"), CHANGED_MEANWHILE: "Asked by phone"}, reasons
    steps = [action for action, in story.store.rows("SELECT action FROM batches WHERE plan = 1 ORDER BY id")]
    assert steps == ["submit-plan", "approve-plan", "lock"], steps


def undo(story):
    """Exactly the one whom nobody has touched since is given back."""
    touched, untouched = "Aaron Barros", "Carla Eklund"
    story.command("unlock", f"sip:{SIP[touched]}")
    story.command("lock", f"sip:{SIP[touched]}", "--reason", "Once more")
    story.desk.press("Undo this batch", "push button")
    story.desk.find("1 will change")
    story.desk.find(lambda name: name.startswith(f"{touched}, ") and "Changed since by" in name, "list item")
    story.apply()
    story.desk.read("1 user changed back")
    states = locks(story)
    assert states == {touched: "administrator", untouched: None, CHANGED_MEANWHILE: "administrator"}, states
    batch, undoes = story.store.rows("SELECT id, undoes FROM batches ORDER BY id DESC LIMIT 1")[0]
    lock = story.store.one("SELECT id FROM batches WHERE plan = 1 AND action = 'lock'")
    assert undoes == lock, (batch, undoes)
    story.close_preview()
    story.command("history", "verify")
