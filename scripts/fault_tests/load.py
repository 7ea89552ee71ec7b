"""Lets eight processes work on one store at once. No change is lost, nobody sees that the store was busy, and a single unlock
does not wait long."""

import random
import re
import threading
import time

from kill import changed_pins, everybody
from tools import Fault, reading

PROCESSES = 8
LONG, SHORT = 300, 10  # seconds
# The first words of a result that changed something.
CHANGED = re.compile(r"^(Locked|Unlocked) [1-9]", re.MULTILINE)


def test(tester):
    store = tester.copy(tester.prepared())
    people = sorted(everybody(store))
    batches_before, seconds = count(store), SHORT if tester.is_quick else LONG
    pins = changed_pins(tester)
    workers = [Worker(tester, store, people, pins, seconds, tester.random.random()) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    faults = [worker.fault for worker in workers if worker.fault]
    if faults:
        raise Fault(faults[0])
    changes = sum(worker.changes for worker in workers)
    made = count(store) - batches_before
    if made < changes:
        raise Fault(f"{changes} commands said that they changed something, but the history has {made} batches more")
    verified = tester.run(store, "history", "verify")
    if verified.returncode != 0:
        raise Fault(f"history verify says {verified.stderr or verified.stdout}")
    took = sorted(time for worker in workers for time in worker.unlocks)
    p50, p99 = (took[int(len(took) * share)] * 1000 for share in (0.5, 0.99))
    commands = sum(worker.commands for worker in workers)
    return (f"{PROCESSES} processes for {seconds} s: {commands} commands, {changes} changes, none lost, never busy; "
            f"a single unlock as a whole process p50 {p50:.0f} ms, p99 {p99:.0f} ms")


class Worker(threading.Thread):
    """Runs one command after the other."""

    def __init__(self, tester, store, people, pins, seconds, seed):
        super().__init__()
        self.tester, self.store, self.people, self.pins, self.seconds = tester, store, people, pins, seconds
        self.random = random.Random(seed)
        self.unlocks, self.changes, self.commands, self.fault = [], 0, 0, None

    def run(self):
        until = time.monotonic() + self.seconds
        try:
            while time.monotonic() < until:
                self.one_command()
        except Fault as fault:
            self.fault = str(fault)

    def one_command(self):
        user = self.random.choice(self.people)
        some = "".join(f"{sip}\n" for sip in self.random.sample(self.people, 20))
        arguments, stdin = self.random.choice([
            (["lock", user], None), (["unlock", user], None), (["unlock", user], None), (["lock", "-"], some),
            (["import", "pins", self.pins], None), (["authenticate", user], "1234\n"), (["users", user[4:8]], None)])
        started = time.monotonic()
        done = self.tester.run(self.store, *arguments, stdin=stdin, timeout=300)
        took = time.monotonic() - started
        self.commands += 1
        # 0 is done, and 1 that users were left out or a PIN was wrong.
        if done.returncode not in (0, 1) or "locked by another" in done.stderr or "busy" in done.stderr:
            raise Fault(f"{' '.join(map(str, arguments))} ended with {done.returncode}: {done.stderr[-1000:]}")
        if arguments[0] == "unlock":
            self.unlocks.append(took)
        if CHANGED.search(done.stdout + done.stderr):
            self.changes += 1


def count(store):
    with reading(store) as connection:
        return connection.execute("SELECT count(*) FROM batches").fetchone()[0]
