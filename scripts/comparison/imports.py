"""Importing the directory into an empty store, and PIN states after it."""

from pathlib import Path

from tools import Row, median, say, sqlite, sync

MOST_TURNS = 3

# By hand: rows go into PinDesk's tables and indexes from files that already hold the values that PinDesk computes: keys in
# lower case and normal form, numbers, times in milliseconds. Nothing is checked, and no history is written.
USERS = """.import --csv "{users}" users
INSERT INTO pins (user_id, version) SELECT id, 1 FROM users;
SELECT count(*) FROM pins;
"""
PINS = """CREATE TEMP TABLE list (sip TEXT, is_set INTEGER, is_locked INTEGER, last_change INTEGER, expires INTEGER);
.import --csv "{pins}" list
BEGIN IMMEDIATE;
UPDATE pins SET is_set = list.is_set, last_change = nullif(list.last_change, ''), expires = nullif(list.expires, ''),
    lock_cause = iif(list.is_locked, 'unknown', NULL), version = 2
FROM list JOIN users ON users.sip_key = lower(list.sip) WHERE pins.user_id = users.id;
SELECT changes();
COMMIT;
"""


def measure(bench):
    prepared = prepare(bench)
    times = {}
    say("Importing")
    for _ in range(min(bench.turns, MOST_TURNS)):
        ours = empty_store(bench, "imported.db")
        theirs = empty_store(bench, "imported-by-hand.db")
        for kind, script in (("users", USERS), ("pins", PINS)):
            seconds, _ = bench.pindesk(ours, "import", kind, bench.people / f"{kind}.csv", "--utc")
            times.setdefault(kind, []).append(seconds)
            seconds, printed = sqlite(theirs, script.format(**prepared))
            times.setdefault(f"{kind} by hand", []).append(seconds)
            if int(printed.split()[-1]) != bench.count:
                raise SystemExit(f"error: sqlite3 imported {printed} of {bench.count} {kind}")
    bench.pindesk(ours, "history", "verify")
    for kind, words, other in (
            ("users", "users from CSV, whole program", "sqlite3, .import of prepared rows"),
            ("pins", "PIN states from CSV, with history", "sqlite3, .import of prepared rows and UPDATE")):
        yield Row("import", f"{bench.count:,} {words}", median(times[kind]), other, median(times[f"{kind} by hand"]))


def empty_store(bench, name):
    """A store of PinDesk without users."""
    store = bench.file(name)
    for ending in ("", "-wal", "-shm"):
        Path(f"{store}{ending}").unlink(missing_ok=True)
    header = bench.file("nobody.csv")
    header.write_text("DisplayName,SipAddress,DistinguishedName\r\n")
    bench.pindesk(store, "import", "users", header)
    sync(store)
    return store


def prepare(bench):
    """Files of the rows as PinDesk stored them. The batch that made the store stands in for the one that added the users."""
    files = {name: bench.file(f"{name}.prepared.csv") for name in ("users", "pins")}
    sqlite(bench.store(), f""".mode csv
.once "{files['users']}"
SELECT id, display_name, sip, upn, domain, logon, dn, guid, display_key, sip_key, upn_key, account_key, dn_key, 1, 0
FROM users ORDER BY id;
.once "{files['pins']}"
SELECT sip, is_set, lock_cause IS NOT NULL, last_change, expires FROM users JOIN pins ON user_id = id ORDER BY id;
""")
    return files
