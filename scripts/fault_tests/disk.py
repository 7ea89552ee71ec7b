"""Fails each write of a command in turn: an input/output error, and a full disk. Nothing is lost, the words say what happened,
and the command works as soon as there is room."""

import re

from kill import changed_pins, content, everybody
from tools import Fault, remove

ERRORS = {"an input/output error": 5, "a full disk": 28}
# Words of SQLite and of Rust that mean nothing to an administrator.
RAW = re.compile(r"SQLITE_|SELECT |INSERT |UPDATE |os error|panicked|ErrorCode|\bPRAGMA\b")
# Of each command, in the quick run, about so many writes fail.
FEW = 8


def test(tester):
    store = tester.prepared()
    users = "".join(f"{sip}\n" for sip in sorted(everybody(store)))
    commands = {
        "import": (["import", "pins", changed_pins(tester)], None),
        "lock": (["lock", "-", "--reason", "audit"], users),
        "undo": (["undo"], None),
        "backup": (["backup", "{folder}/copy.db"], None),
        "export": (["export", "pins", "{folder}/pins.csv"], None),
        "evidence": (["history", "evidence", "1", "{folder}/batch.zip"], None),
    }
    failed = 0
    for arguments, stdin in commands.values():
        for words, number in ERRORS.items():
            failed += each_write(tester, store, arguments, stdin, words, number)
    return f"{failed} failed writes of {len(commands)} commands, nothing lost"


def each_write(tester, store, arguments, stdin, words, number):
    """Fails the first write, then the second, until none is left. Returns how many there were."""
    step = 1
    if tester.is_quick:
        step = max(1, attempt(tester, store, arguments, stdin, words, number, 0) // FEW)
    at = 1
    tried = 0
    while attempt(tester, store, arguments, stdin, words, number, at):
        at += step
        tried += 1
    return tried


def attempt(tester, original, arguments, stdin, words, number, at):
    """Runs a command whose write `at` fails, and all after it. Returns the number of writes if `at` is 0, else whether one failed."""
    store = tester.copy(original)
    folder = store.parent
    arguments = [str(argument).replace("{folder}", str(folder)) for argument in arguments]
    name = f"{' '.join(arguments[:2])}, write {at} with {words}"
    before = content(store)
    count = tester.folder / "count"
    count.unlink(missing_ok=True)
    failing = {"LD_PRELOAD": str(tester.folder.parent / "failing_writes.so"), "FAIL_BELOW": str(folder), "FAIL_AT": str(at),
               "FAIL_ERRNO": str(number), "FAIL_COUNT": str(count)}
    done = tester.run(store, *arguments, stdin=stdin, environment=failing)
    writes = int(count.read_text())
    if at == 0:
        remove(folder)
        return writes
    has_failed = writes >= at
    is_done = done.returncode in (0, 1)
    if RAW.search(done.stderr):
        raise Fault(f"{name}: its words are for programmers: {done.stderr}")
    if not is_done and not done.stderr.strip():
        raise Fault(f"{name}: it ended with {done.returncode} and said nothing")
    changes = arguments[0] in ("import", "lock", "undo")
    if changes and is_done != (content(store) != before):
        raise Fault(f"{name}: it ended with {done.returncode}, but the store holds something else")
    verified = tester.run(store, "history", "verify")
    if verified.returncode != 0:
        raise Fault(f"{name}: history verify says {verified.stderr or verified.stdout}")
    if not is_done:
        again = tester.run(store, *arguments, stdin=stdin)
        if again.returncode not in (0, 1):
            raise Fault(f"{name}: with room again it ended with {again.returncode}: {again.stderr}")
    remove(folder)
    return has_failed
