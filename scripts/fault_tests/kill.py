"""Ends the program at random moments. A command is done as a whole or not at all, and the next start works."""

import os
import signal
import subprocess
import time

from tools import Fault, reading, remove, say

# The numbers of kills.
MANY, FEW = 504, 24
# Stands for the folder of the copy of the store in the arguments of a command.
FOLDER = "FOLDER"


def test(tester):
    store = tester.prepared()
    old = tester.root / "tests" / "stores" / "v5.db"
    users = "".join(f"{sip}\n" for sip in sorted(everybody(store)))
    backup = tester.folder / "backup.db"
    tester.succeed(store, "backup", backup)
    commands = {
        "import users": (store, ["import", "users", changed_users(tester)], None),
        "import pins": (store, ["import", "pins", changed_pins(tester)], None),
        "lock a list": (store, ["lock", "-", "--reason", "audit"], users),
        "undo": (store, ["undo"], None),
        "migration": (old, ["info", "--where", "locked"], None),
    }
    if knows(tester, "restore"):
        commands["restore"] = (store, ["restore", backup, "--reason", "test"], None)
    if knows(tester, "key"):
        commands["key"] = (store, ["key", "new", "--key-file", f"{FOLDER}/pins.key"], None)
    kills = FEW if tester.is_quick else MANY
    tried = done = 0
    for name, (original, arguments, stdin) in commands.items():
        takes, after = whole(tester, original, arguments, stdin)
        outcomes = Outcomes(tester, original, arguments, stdin, after)
        for _ in range(-(-kills // len(commands))):
            done += outcomes.kill_after(takes * tester.random.random() * 1.1)
            tried += 1
        say(f"      {name}: {outcomes}")
    return f"{tried} kills, {done} of them after the command was done, none half done"


class Outcomes:
    """One command on copies of one store, ended at random moments."""

    def __init__(self, tester, original, arguments, stdin, complete):
        self.tester, self.original, self.arguments, self.stdin = tester, original, arguments, stdin
        self.complete = complete
        self.before = self.after = 0

    def kill_after(self, seconds):
        """Ends the command after that time. Returns whether it was done."""
        tester = self.tester
        store = tester.copy(self.original)
        before = content(store)
        arguments = on(store, self.arguments)
        process = subprocess.Popen([tester.program, "--store", str(store), *arguments], stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=tester.environment())
        try:
            process.stdin.write((self.stdin or "").encode())
            process.stdin.close()
        except BrokenPipeError:
            pass
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        words = f"{' '.join(map(str, self.arguments))}, ended after {seconds * 1000:.1f} ms"
        verified = tester.run(store, "history", "verify")
        if verified.returncode != 0:
            raise Fault(f"{words}: history verify says {verified.stderr or verified.stdout}")
        found = content(store)
        if found not in (before, self.complete):
            raise Fault(f"{words}: the store holds neither what it held before nor what it holds after")
        changed = found != before
        # The next command works, and does the rest.
        again = tester.run(store, *arguments, stdin=self.stdin)
        # Once it is done, there may be nothing left to undo.
        if again.returncode not in ((0, 1, 2) if changed else (0, 1)):
            raise Fault(f"{words}: once more it ended with {again.returncode}: {again.stderr}")
        if tester.run(store, "history", "verify").returncode != 0:
            raise Fault(f"{words}: history verify fails after the command was repeated")
        left = {name for name in os.listdir(store.parent) if name not in ("pindesk.db", "pindesk.db-wal", "pindesk.db-shm", "backups")}
        if any(name.endswith((".part", ".tmp")) for name in left):
            raise Fault(f"{words}: it left {', '.join(sorted(left))}")
        remove(store.parent)
        if changed:
            self.after += 1
        else:
            self.before += 1
        return changed

    def __str__(self):
        return f"{self.before} before, {self.after} after"


def on(store, arguments):
    """The arguments of a command on this copy of a store."""
    return [str(argument).replace(FOLDER, str(store.parent)) for argument in arguments]


def content(store):
    """What a command changes, without times: a text that is either that of before or that of after."""
    with reading(store) as connection:
        def column(sql):
            return repr(connection.execute(sql).fetchall())
        return "\n".join((
            column("SELECT count(*) FROM batches"),
            column("SELECT user_id, is_set, last_change, expires, lock_cause, lock_reason FROM pins ORDER BY user_id"),
            column("SELECT id, display_name, sip, upn, domain, logon, dn, guid FROM users ORDER BY id")))


def whole(tester, original, arguments, stdin):
    """The seconds that a command takes, and what the store holds after it."""
    store = tester.copy(original)
    started = time.monotonic()
    tester.succeed(store, *on(store, arguments), stdin=stdin, allowed=(0, 1))
    took = time.monotonic() - started
    after = content(store)
    remove(store.parent)
    return took, after


def everybody(store):
    """The SIP addresses of all users."""
    with reading(store) as connection:
        return [f"sip:{sip}" for (sip,) in connection.execute("SELECT sip FROM users WHERE sip IS NOT NULL")]


def knows(tester, command):
    return tester.run(tester.folder / "none.db", command, "--help").returncode == 0


def changed_users(tester):
    return rewritten(tester, "users.csv", lambda text: text.replace("Finance", "Treasury"))


def changed_pins(tester):
    return rewritten(tester, "pins.csv", lambda text: text.replace('"11/', '"10/'))


def rewritten(tester, name, change):
    text = (tester.sample / name).read_text(encoding="utf-8-sig")
    path = tester.folder / name
    path.write_text(change(text), encoding="utf-8")
    return path
