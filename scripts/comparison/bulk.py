"""Locking and unlocking a list of users, from the file to the disk."""

import random

from tools import Row, median, read_users, say, sqlite, write_list

MOST = 100_000

# By hand: the list becomes a table in memory, and one statement changes the PINs of its users. There is no preview, no
# check for changes in between, and no history.
BY_HAND = """CREATE TEMP TABLE list (upn TEXT, department TEXT);
.import --csv --skip 1 --schema temp "{list}" list
BEGIN IMMEDIATE;
UPDATE counters SET value = value + 1 WHERE name = 'version';
UPDATE pins SET {change}, version = (SELECT value FROM counters WHERE name = 'version')
WHERE is_set = 1 AND user_id IN (SELECT users.id FROM list JOIN users ON users.upn_key = lower(list.upn));
SELECT changes();
COMMIT;
"""
CHANGES = {
    "lock": "lock_cause = 'administrator', lock_since = 1795348800000, lock_until = NULL, lock_by = 'litwareinc\\ann', "
            "lock_reason = 'left the company', lock_ticket = ''",
    "unlock": "lock_cause = NULL, lock_since = NULL, lock_until = NULL, lock_by = NULL, lock_reason = '', lock_ticket = '', "
              "local_failures = 0, global_failures = 0, window_started = NULL",
}


def measure(bench):
    store = bench.store()
    upns = [user["UserPrincipalName"] for user in read_users(bench.people)]
    upns = random.Random(1).sample(upns, min(MOST, len(upns)))
    file = write_list(bench.file("list.csv"), upns)
    rows = f"{len(upns):,} of {bench.count:,}"
    times, memory = {}, 0

    def took(what, seconds):
        times.setdefault(what, []).append(seconds)

    say(f"Locking and unlocking {rows}")
    for _ in range(bench.turns):
        ours, program, theirs = (bench.copy(store, f"{name}.db") for name in ("ours", "program", "theirs"))
        for action in ("lock", "unlock"):
            timed = bench.timings("list", ours, action, file)
            memory = max(memory, timed["peakKiB"])
            took(f"{action} preview", timed["previewMs"] / 1000)
            took(f"{action} apply", timed["applyMs"] / 1000)
            took(f"{action} program", bench.pindesk(program, action, "--csv", file, "--force")[0])
            seconds, printed = sqlite(theirs, BY_HAND.format(list=file, change=CHANGES[action]))
            took(f"{action} by hand", seconds)
            by_hand = int(printed.split()[-1])
            # By hand, users who are locked already are locked again. PinDesk leaves them alone.
            if not 0 < timed["changed"] <= by_hand:
                raise SystemExit(f"error: PinDesk did {action} {timed['changed']} users, sqlite3 {by_hand}")
    for copy in (ours, program):
        bench.pindesk(copy, "history", "verify")
    yield Row("bulk", f"{rows}: file to preview", median(times["lock preview"]), note=f"{memory // 1024} MiB at most")
    for action in ("lock", "unlock"):
        by_hand = median(times[f"{action} by hand"])
        for what, words in (("apply", "preview to disk, checked, with history"), ("program", "file to disk, whole program")):
            yield Row("bulk", f"{rows}: {action}, {words}", median(times[f"{action} {what}"]),
                      "sqlite3, .import and UPDATE, without history", by_hand)
