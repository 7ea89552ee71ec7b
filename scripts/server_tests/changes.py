"""Attempts to change PINs as PinDesk would not: the store of run.py has a limit of 5 users, Ken as a protected user, and dan,
who may unlock in OU=Sales only."""

from forge import LOCK, UNLOCK, change

KEN = "SELECT id FROM pindesk.users WHERE sip = 'kenmyer@litwareinc.com'"


def some(count, condition="p.is_set = 1 AND p.lock_cause IS NULL", unit=None):
    """Users who are not protected, in a state and maybe in a unit."""
    of_unit = f" AND u.dn_key LIKE '%,{unit},dc=litwareinc,dc=com'" if unit else ""
    return ("SELECT u.id FROM pindesk.users u JOIN pindesk.pins p ON p.user_id = u.id WHERE u.is_protected = 0 "
            f"AND u.display_name <> 'Evil' AND {condition}{of_unit} ORDER BY u.id LIMIT {count}")


LOCKED = "p.lock_cause IS NOT NULL AND p.is_set = 1"
EVIL = "SELECT id FROM pindesk.users WHERE display_name = 'Evil'"
CARRIED_OUT = "(SELECT min(id) FROM pindesk.plans)"
# Locks of the plan that waits, and of the one that carol has approved (run.py).
WAITING = "(SELECT id FROM pindesk.plans WHERE content LIKE '%it waits%')"
APPROVED = "(SELECT id FROM pindesk.plans WHERE content LIKE '%it is approved%')"


def of_plan(plan, count=1):
    return f"SELECT user_id FROM pindesk.plan_users WHERE plan_id = {plan} ORDER BY 1 LIMIT {count}"


def tried(sql):
    """Judged, and then undone."""
    return sql.replace("COMMIT;", "SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK;")


def before(statement, sql):
    return sql.replace("BEGIN;", f"BEGIN; {statement}")


def after(statement, sql):
    return sql.replace("COMMIT;", f"{statement} COMMIT;")


CONTROLS = (
    ("hal", "lock", tried(change("lock", some(1), LOCK))),
    ("hal", "lock for a while", tried(change("lock", some(1), LOCK.replace("lock_until = NULL", "lock_until = {at} + 60000")))),
    ("hal", "unlock", tried(change("unlock", some(2, LOCKED), UNLOCK))),
    ("dan", "unlock in the unit", tried(change("unlock", some(1, LOCKED, "ou=sales"), UNLOCK))),
    ("hal", "what is approved", tried(change("lock", of_plan(APPROVED), LOCK.replace("lock_reason = ''", "lock_reason = 'it is approved'"),
                                             plan=Ellipsis, reason="it is approved").replace("Ellipsis", APPROVED))),
)

# What hal, who may lock, unlock, set and test PINs of everybody, sends about users who are free for him.
WRONG_STATES = {
    "a lock by somebody else": ("lock", LOCK.replace("session_user", "'carol'")),
    "a lock by nobody": ("lock", LOCK.replace("session_user", "NULL")),
    "a lock since another time": ("lock", LOCK.replace("{at}", "{at} - 1")),
    "a lock that is over": ("lock", LOCK.replace("lock_until = NULL", "lock_until = {at}")),
    "a lock that forgets failures": ("lock", f"{LOCK}, local_failures = 3"),
    "a lock that takes the PIN": ("lock", f"{LOCK}, is_set = 0"),
    "a lock that lets the PIN expire": ("lock", f"{LOCK}, expires = {{at}}"),
    "a lock of another PIN": ("lock", f"{LOCK}, last_change = 1000"),
    "a lock by the system": ("lock", LOCK.replace("'administrator'", "'system'")),
    "a lock as an unlock": ("unlock", LOCK),
    "a lock as a logon": ("authenticate", LOCK),
    "a lock as a new PIN": ("set-pin", LOCK),
    "a lock as a comment": ("comment-plan", LOCK),
    "a lock as an import": ("import-pins", LOCK),
    "a lock as an undo": ("undo", LOCK),
    "a lock by a failed logon": ("authenticate", "lock_cause = 'system', lock_since = {at}, lock_until = NULL, lock_by = NULL, "
                                                 "global_failures = global_failures + 1"),
    "failures without attempts": ("authenticate", "global_failures = global_failures + 99"),
    "fewer failures": ("authenticate", "global_failures = 0, local_failures = 0, window_started = {at}"),
    "a new PIN without a hash": ("set-pin", "is_set = 1, last_change = {at} - {at} % 1000"),
    "a new PIN for ever": ("set-pin", "is_set = 1, expires = NULL, last_change = {at}"),
    "nothing": ("lock", "is_set = is_set"),
}


def attempts():
    for name, (action, sets) in WRONG_STATES.items():
        yield "hal", name, change(action, some(1), sets)
    yield "hal", "an unlock that keeps failures", change("unlock", some(1, LOCKED), UNLOCK.replace("local_failures = 0", "local_failures = 1"))
    yield "hal", "an unlock that keeps a reason", change("unlock", some(1, LOCKED), UNLOCK.replace("lock_reason = ''", "lock_reason = 'x'"))
    yield "hal", "an unlock that renews the PIN", change("unlock", some(1, LOCKED), f"{UNLOCK}, expires = NULL, last_change = {{at}}")
    yield "hal", "lock without a PIN", change("lock", some(1, "p.is_set = 0"), LOCK)
    yield "hal", "an undo of another batch", change("undo", some(1, LOCKED), UNLOCK, undoes=1)
    for login in ("eve", "dan", "vera", "stan"):
        yield login, "lock", change("lock", some(1), LOCK)
    # Units.
    yield "dan", "unlock outside of the unit", change("unlock", f"SELECT u.id FROM pindesk.users u JOIN pindesk.pins p ON p.user_id = u.id "
                                                      f"WHERE {LOCKED} AND u.is_protected = 0 AND u.dn_key NOT LIKE '%ou=sales%' LIMIT 1", UNLOCK)
    yield "dan", "unlock behind an escaped comma", change("unlock", EVIL, UNLOCK)
    yield "dan", "move somebody into the unit", "UPDATE pindesk.users SET dn_key = 'cn=x,ou=sales,dc=litwareinc,dc=com' WHERE id = 1;"
    # Approval.
    yield "hal", "a protected user", change("lock", KEN, LOCK)
    yield "hal", "more than the limit", change("lock", some(6), LOCK)
    yield "hal", "the limit after another change", change("lock", some(5), LOCK)
    yield "hal", "a part of a plan that waits", change("lock", of_plan(WAITING), LOCK.replace("lock_reason = ''", "lock_reason = 'it waits'"),
                                                    plan=Ellipsis, reason="it waits").replace("Ellipsis", WAITING)
    yield "hal", "a plan that was applied", change("lock", some(1), LOCK, plan=1)
    for name, users, sets, reason in (
            ("another user than was approved", some(1, "u.id NOT IN (SELECT user_id FROM pindesk.plan_users)"), LOCK, "it is approved"),
            ("another end than was approved", of_plan(APPROVED), LOCK.replace("lock_until = NULL", "lock_until = {at} + 60000"), "it is approved"),
            ("another reason than was approved", of_plan(APPROVED), LOCK, "mine")):
        yield "hal", name, change("lock", users, sets.replace("lock_reason = ''", f"lock_reason = '{reason}'"),
                                  plan=Ellipsis, reason=reason).replace("Ellipsis", APPROVED)
    for login, action, plan in (("hal", "approve-plan", WAITING), ("dan", "approve-plan", WAITING), ("eve", "approve-plan", WAITING),
                                ("eve", "reject-plan", WAITING), ("eve", "comment-plan", WAITING), ("carol", "withdraw-plan", WAITING),
                                ("carol", "approve-plan", CARRIED_OUT), ("carol", "submit-plan", WAITING)):
        yield login, f"{action} without the right", change(action, [], "", plan=Ellipsis, reason="x").replace("Ellipsis", plan)
    yield "hal", "a plan that nobody submits", "INSERT INTO pindesk.plans SELECT max(id) + 1, '{}', 'lock', NULL, 0 FROM pindesk.plans;"
    yield "hal", "more users for a plan", f"INSERT INTO pindesk.plan_users SELECT {APPROVED}, max(id), 1 FROM pindesk.users;"
    # Entries and changes that do not belong together, one after the other or checked early.
    lock = change("lock", some(1), LOCK)
    again = f"UPDATE pindesk.pins SET expires = NULL, last_change = 1000 WHERE user_id = ({some(1)});"
    yield "hal", "another change behind", after("UPDATE pindesk.pins SET is_set = 0 WHERE user_id = 1;", lock)
    yield "hal", "a second change of the user", before(again, lock)
    yield "hal", "checked too early", before("SET CONSTRAINTS ALL IMMEDIATE;", lock)
    yield "hal", "behind a check", after("SET CONSTRAINTS ALL IMMEDIATE; UPDATE pindesk.pins SET is_set = 0;", lock)
    yield "hal", "behind a check of one change", after(
        "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; UPDATE pindesk.counters SET value = value + 1 WHERE name = 'version'; "
        "SELECT pg_temp.entry((SELECT max(id) FROM pindesk.batches), 'pin', 1, pg_temp.identity(1), pg_temp.state(1), pg_temp.state(1), NULL);", lock)
    yield "hal", "two batches", lock.replace("COMMIT;", f"SELECT pg_temp.change('unlock', ARRAY({some(1, LOCKED)}), 'lock_cause = NULL'); COMMIT;")
    yield "hal", "an older version", after("UPDATE pindesk.pins SET version = 1 WHERE version = (SELECT value FROM pindesk.counters WHERE name = 'version');", lock)
    yield "hal", "in a savepoint", before("SAVEPOINT s;", lock.replace("COMMIT;", "RELEASE s; COMMIT;"))
    yield "hal", "in REPEATABLE READ", lock.replace("BEGIN;", "BEGIN ISOLATION LEVEL REPEATABLE READ;")
    yield "hal", "an entry about nothing", change("lock", [], "").replace(
        "COMMIT;", "SELECT pg_temp.entry((SELECT max(id) FROM pindesk.batches), 'pin', 1, pg_temp.identity(1), pg_temp.state(1), pg_temp.state(1), NULL); COMMIT;")
    yield "hal", "an entry about a role", change("lock", [], "").replace(
        "COMMIT;", "SELECT pg_temp.entry((SELECT max(id) FROM pindesk.batches), 'grant', NULL, 'x', NULL, '{}', NULL); COMMIT;")
    logon = "SELECT pg_temp.entry((SELECT max(id) FROM pindesk.batches), 'logon', 1, {}, NULL, {}, {}); COMMIT;"
    for name, action, parts in (
            ("a logon of another name", "authenticate", ("'x'", "NULL", "NULL")),
            ("a logon that says more", "authenticate", ("pg_temp.identity(1)", "'{}'", "NULL")),
            ("a logon with a note", "authenticate", ("pg_temp.identity(1)", "NULL", "'x'")),
            ("a logon in another batch", "comment-plan", ("pg_temp.identity(1)", "NULL", "NULL"))):
        yield "hal", name, change(action, [], "").replace("COMMIT;", logon.format(*parts))
    yield "hal", "another name in the entry", lock.replace("pg_temp.identity(id), before", "'x', before")
    yield "hal", "another state in the entry", lock.replace("before, pg_temp.state(id), note", "before, before, note")
    yield "hal", "a batch that says something else", lock.replace("to_json(b.reason)", "to_json('x'::text)")
    yield "hal", "a row for a user", "INSERT INTO pindesk.pins (user_id, version) VALUES (999999, 1);"
    yield "hal", "take a row away", "DELETE FROM pindesk.pins WHERE user_id = 1;"
    yield "hal", "another user's row", "UPDATE pindesk.pins SET user_id = -user_id WHERE user_id = 1;"
    # Hashes.
    yield "hal", "a hash without an entry", "INSERT INTO pindesk.pin_hashes SELECT user_id, number + 1, set_at, 4, NULL, NULL, 'x' FROM pindesk.pin_hashes;"
    yield "hal", "another hash", "UPDATE pindesk.pin_hashes SET hash = 'x';"
    yield "hal", "no hash", "DELETE FROM pindesk.pin_hashes;"
    yield "hal", "begin to judge", "INSERT INTO pindesk.unjudged VALUES (1, 999, 999, 999, 999);"
    yield "hal", "forget a change", lock.replace("COMMIT;", "DELETE FROM pindesk.pin_changes; COMMIT;")


ATTEMPTS = tuple(attempts())

# With a rule of the store that locks need a reason.
WITH_REASONS = (("hal", "lock with a reason", tried(change("lock", some(1), LOCK.replace("lock_reason = ''", "lock_reason = 'lost'"),
                                                           reason="lost"))),)
WITHOUT_REASONS = (
    ("hal", "lock without a reason", change("lock", some(1), LOCK)),
    ("hal", "lock with spaces as a reason", change("lock", some(1), LOCK.replace("lock_reason = ''", "lock_reason = '  '"), reason="  ")),
)
