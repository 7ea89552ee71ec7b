"""Locking and unlocking a list of users, from the file to the disk."""

import random

from tools import Row, median, read_users, say, sqlite, write_list

MOST = 100_000

# By hand: the list becomes a table in memory, and one statement changes the PINs of those in it. No preview, no check of who
# changed in between, and no history.
BY_HAND = """CREATE TEMP TABLE list (upn TEXT, department TEXT);
.import --csv --skip 1 --schema temp "{list}" list
BEGIN IMMEDIATE;
UPDATE counters SET value = value + 1 WHERE name = 'version';
UPDATE pins SET {change}, version = (SELECT value FROM counters WHERE name = 'version')
WHERE is_set = 1 AND user_id IN (SELECT users.id FROM list JOIN users ON users.upn_key = lower(list.upn));
SELECT changes();
COMMIT;
"""

# The same by hand with a batch and a row of history for each user, in the tables that PinDesk has. The rows have the size of
# PinDesk's, but no hashes are computed: the blobs are empty.
STATE = """json_object('is_set', is_set = 1, 'last_change', strftime('%Y-%m-%dT%H:%M:%SZ', last_change / 1000, 'unixepoch'),
    'expires', strftime('%Y-%m-%dT%H:%M:%SZ', expires / 1000, 'unixepoch'), 'lock', CASE WHEN lock_cause IS NOT NULL THEN
    json_object('cause', lock_cause, 'since', strftime('%Y-%m-%dT%H:%M:%SZ', lock_since / 1000, 'unixepoch'), 'until', NULL,
        'by', lock_by, 'reason', lock_reason) END)"""
WITH_HISTORY = """CREATE TEMP TABLE list (upn TEXT, department TEXT);
.import --csv --skip 1 --schema temp "{list}" list
BEGIN IMMEDIATE;
CREATE TEMP TABLE changed AS SELECT users.id AS id, 'sip:' || users.sip AS target, {state} AS state
FROM list JOIN users ON users.upn_key = lower(list.upn) JOIN pins ON pins.user_id = users.id WHERE is_set = 1;
UPDATE counters SET value = value + 1 WHERE name = 'version';
UPDATE pins SET {change}, version = (SELECT value FROM counters WHERE name = 'version')
WHERE user_id IN (SELECT id FROM changed);
SELECT changes();
INSERT INTO batches (id, action, at, operator, machine, reason, ticket, program)
SELECT max(id) + 1, '{action}', 1795348800000, 'litwareinc\\ann', 'WS-01', 'left the company', '', 'sqlite3' FROM batches;
INSERT INTO history (seq, batch_id, kind, user_id, target, before, after, prev_hash, hash)
SELECT (SELECT max(seq) FROM history) + row_number() OVER (), (SELECT max(id) FROM batches), 'pin', id, target, state, {state},
    zeroblob(32), zeroblob(32)
FROM changed JOIN pins ON pins.user_id = changed.id;
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
        names = ("ours", "program", "theirs", "history")
        ours, program, theirs, history = (bench.copy(store, f"{name}.db") for name in names)
        for action in ("lock", "unlock"):
            timed = bench.timings("list", ours, action, file)
            memory = max(memory, timed["peakKiB"])
            took(f"{action} preview", timed["previewMs"] / 1000)
            took(f"{action} apply", timed["applyMs"] / 1000)
            took(f"{action} program", bench.pindesk(program, action, "--csv", file, "--force")[0])
            seconds, printed = sqlite(theirs, BY_HAND.format(list=file, change=CHANGES[action]))
            took(f"{action} by hand", seconds)
            by_hand = int(printed.split()[-1])
            script = WITH_HISTORY.format(list=file, change=CHANGES[action], action=action, state=STATE)
            seconds, printed = sqlite(history, script)
            took(f"{action} with history", seconds)
            if int(printed.split()[-1]) != by_hand:
                raise SystemExit(f"error: with history sqlite3 did {action} {printed.split()[-1]} users, without {by_hand}")
            # By hand, users who are locked already are locked again. PinDesk leaves them alone.
            if not 0 < timed["changed"] <= by_hand:
                raise SystemExit(f"error: PinDesk did {action} {timed['changed']} users, sqlite3 {by_hand}")
    for copy in (ours, program):
        bench.pindesk(copy, "history", "verify")
    yield Row("bulk", f"{rows}: file to preview", median(times["lock preview"]), note=f"{memory // 1024} MiB at most")
    for action in ("lock", "unlock"):
        by_hand, with_history = median(times[f"{action} by hand"]), median(times[f"{action} with history"])
        for what, words in (("apply", "preview to disk, checked, with history"), ("program", "file to disk, whole program")):
            ours = median(times[f"{action} {what}"])
            yield Row("bulk", f"{rows}: {action}, {words}", ours, "sqlite3, .import and UPDATE, without history", by_hand)
            yield Row("bulk", f"{rows}: {action}, {words}", ours, "sqlite3, the same tables and a row of history each", with_history)
