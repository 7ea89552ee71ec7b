"""Attempts to get around the rights of a store: who tries, and what they send."""

import changes
import settings

# Values of an entry that follows the last one, with a hash that PinDesk would make for it.
CHAINED = """
    SELECT h.seq + 1 AS seq, (SELECT max(id) FROM pindesk.batches) AS batch, h.hash AS prev,
        sha256(convert_to(encode(h.hash, 'hex') || E'\\n' || format('[%s,%s,"pin",1,"x",null,null]', h.seq + 1,
            (SELECT max(id) FROM pindesk.batches)) || E'\\n', 'UTF8')) AS hash
    FROM pindesk.history h ORDER BY h.seq DESC LIMIT 1"""
ENTRY = ("INSERT INTO pindesk.history (seq, batch_id, kind, user_id, target, prev_hash, hash) "
         f"SELECT seq, batch, 'pin', 1, 'x', prev, hash FROM ({CHAINED}) e;")


def batch(operator="session_user", at="floor(extract(epoch FROM clock_timestamp()) * 1000)", number="max(id) + 1",
          action="lock"):
    """A batch, as PinDesk writes it."""
    return ("INSERT INTO pindesk.batches (id, action, at, operator, machine, reason, ticket, program) "
            f"SELECT {number}, '{action}', {at}, {operator}, 'm', '', '', '0' FROM pindesk.batches;")


LOCK = "UPDATE pindesk.pins SET lock_cause = 'administrator', lock_since = 1, version = version + 1 WHERE user_id = 1;"
SETTINGS = {
    "operator_roles": "INSERT INTO pindesk.operator_roles (account_key, account, role) VALUES ('{0}', '{0}', 'CsAdministrator');",
    "roles": "INSERT INTO pindesk.roles VALUES ('Mine');",
    "role_cmdlets": "INSERT INTO pindesk.role_cmdlets VALUES ('CsHelpDesk', 'Set-PinDeskRole');",
    "role_units": "DELETE FROM pindesk.role_units;",
    "approval": "INSERT INTO pindesk.meta VALUES ('approval_above', '9') ON CONFLICT (key) DO UPDATE SET value = '9999';",
    "no approval": "DELETE FROM pindesk.meta WHERE key LIKE 'approval%';",
    "policies": "UPDATE pindesk.pin_policies SET min_length = 4;",
    "protection": "UPDATE pindesk.users SET is_protected = 0;",
    "a filter for all": "INSERT INTO pindesk.kept_filters VALUES ('', 'x', 'x', 'locked');",
    "a filter of somebody else": "INSERT INTO pindesk.kept_filters VALUES ('ann', 'x', 'x', 'locked');",
    "a reset without an entry": "UPDATE pindesk.pins SET global_failures = global_failures + 1; "
                                "UPDATE pindesk.pins SET global_failures = 0;",
    "a use of a PIN": "UPDATE pindesk.pins SET inactivity_days = 999, last_use = 1 WHERE user_id = 1;",
}
HISTORY = {
    "update an entry": "UPDATE pindesk.history SET target = 'x' WHERE seq = 2;",
    "delete an entry": "DELETE FROM pindesk.history WHERE seq = 2;",
    "cut the history": "DELETE FROM pindesk.history WHERE seq > 3;",
    "truncate the history": "TRUNCATE pindesk.history;",
    "update a batch": "UPDATE pindesk.batches SET operator = 'carol';",
    "delete a batch": "DELETE FROM pindesk.batches WHERE id = 2;",
    "truncate all": "TRUNCATE pindesk.batches CASCADE;",
    "update a plan": "UPDATE pindesk.plans SET content = '';",
    "delete a plan": "DELETE FROM pindesk.plan_users; DELETE FROM pindesk.plans;",
    "another head": "UPDATE pindesk.meta SET value = '1 00' WHERE key = 'history_head';",
    "no head": "DELETE FROM pindesk.meta WHERE key = 'history_head';",
    "another ID of the store": "UPDATE pindesk.meta SET value = 'x' WHERE key = 'store_id';",
    "a counter back": "UPDATE pindesk.counters SET value = 0;",
    "a counter far ahead": "UPDATE pindesk.counters SET value = value + 1000000 WHERE name = 'version';",
    "a batch of somebody else": batch("'carol'"),
    "an interrupted attempt of somebody else": batch("'carol'", action="authenticate"),
    "a batch of the past": batch(at="1"),
    "a batch of the future": batch(at="floor(extract(epoch FROM clock_timestamp()) * 1000) + 86400000"),
    "a batch with a gap": batch(number="max(id) + 2"),
    "a batch that is there": batch(number="max(id)"),
    "an entry of a closed batch": ENTRY,
    "an entry with another hash": batch() + ENTRY.replace("prev, hash FROM", "prev, sha256('x') FROM"),
    "an entry after another one": batch() + ENTRY.replace("prev, hash FROM", "sha256('x'), hash FROM"),
    "an entry with a gap": batch() + ENTRY.replace("SELECT seq,", "SELECT seq + 1,"),
}
DEFINITIONS = {
    "drop a trigger": "DROP TRIGGER append_only ON pindesk.history;",
    "switch triggers off": "ALTER TABLE pindesk.history DISABLE TRIGGER ALL;",
    "be a replica": "SET session_replication_role = replica; DELETE FROM pindesk.history;",
    "replace a function": "CREATE OR REPLACE FUNCTION pindesk.is_owner() RETURNS BOOLEAN LANGUAGE sql AS 'SELECT true';",
    "change a function": "ALTER FUNCTION pindesk.is_owner() SET search_path = pg_temp;",
    "drop a policy": "DROP POLICY for_those_who_set_or_test ON pindesk.pin_hashes;",
    "make a table there": "CREATE TABLE pindesk.operator_roles_2 (a INT);",
    "make a function there": "CREATE FUNCTION pindesk.may(TEXT) RETURNS BOOLEAN LANGUAGE sql AS 'SELECT true';",
    "make a table in public": "CREATE TABLE public.operator_roles (a INT);",
    "make a schema": "CREATE SCHEMA mine;",
    "be the owner": "SET ROLE pindesk_owner;",
    "be a superuser": "SET SESSION AUTHORIZATION postgres;",
    "become the owner's member": "GRANT pindesk_owner TO {0};",
    "own a table": "ALTER TABLE pindesk.history OWNER TO {0};",
    "grant a right": "GRANT DELETE ON pindesk.history TO {0};\nDELETE FROM pindesk.history;",
    "call an inner function": "SELECT pindesk.is_new_batch(1);",
    "call a refusal": "SELECT pindesk.refuse('x');",
    "a trigger of one's own": "CREATE FUNCTION pg_temp.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
                              "CREATE TRIGGER mine BEFORE INSERT ON pindesk.history FOR EACH ROW EXECUTE FUNCTION pg_temp.f();",
    "a rule of one's own": "CREATE RULE mine AS ON INSERT TO pindesk.history DO INSTEAD NOTHING;",
    "skip a row of the head": "UPDATE pindesk.store_head SET schema_version = 99;",
    "read a file of the server": "SELECT pg_read_file('PG_VERSION');",
    "run a program": "COPY (SELECT 1) TO PROGRAM 'true';",
}
# A table of one's own that looks like one of the store: functions must not look there.
SHADOW = """CREATE TEMP TABLE operator_roles AS SELECT '{0}'::text AS account_key, '{0}'::text AS account, 'CsAdministrator'::text AS role;
CREATE TEMP TABLE role_cmdlets AS SELECT 'CsAdministrator'::text AS role, c AS cmdlet FROM unnest(ARRAY['Set-PinDeskRole',
    'Lock-CsClientPin', 'Set-CsPinPolicy', 'Set-PinDeskApproval', 'Test-PinDeskPin', 'Set-CsClientPin']) c;
SET search_path = pg_temp, pindesk;
"""
HASHES = {
    "read hashes": "SELECT 1 / count(*) FROM pindesk.pin_hashes;",
    "read hashes in an error": "SELECT 1 / (CASE WHEN count(hash::int) >= 0 THEN count(*) END) FROM pindesk.pin_hashes;",
    "copy hashes": "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pindesk.pin_hashes) THEN RAISE 'none'; END IF; END $$;",
    "hashes by a table of one's own": SHADOW + "SELECT 1 / count(*) FROM pindesk.pin_hashes;",
    "write a hash": "INSERT INTO pindesk.pin_hashes SELECT 1, 99, 1, 4, NULL, NULL, 'x';",
}


# What must succeed, so that the attempts fail for their reasons and not for a slip in their SQL.
CONTROLS = (
    ("bob", "read hashes", HASHES["read hashes"]),
    ("ann", "operator_roles", f"BEGIN; {SETTINGS['operator_roles'].replace('{0}', 'eve')} ROLLBACK;"),
    ("ann", "approval", f"BEGIN; {SETTINGS['approval']} ROLLBACK;"),
    ("ann", "policies", f"BEGIN; {SETTINGS['policies']} ROLLBACK;"),
    ("ann", "a filter for all", f"BEGIN; {SETTINGS['a filter for all']} ROLLBACK;"),
    ("eve", "a filter of one's own", "BEGIN; INSERT INTO pindesk.kept_filters VALUES ('eve', 'x', 'x', 'locked'); ROLLBACK;"),
    ("ann", "protection", f"BEGIN; {SETTINGS['protection']} ROLLBACK;"),
    ("postgres", "update an entry", f"BEGIN; SET session_replication_role = replica; {HISTORY['update an entry']} ROLLBACK;"),
    ("eve", "a batch of one's own", f"BEGIN; {batch()} ROLLBACK;"),
    *changes.CONTROLS,
    *settings.CONTROLS,
    ("vera", "read", "SELECT 1 / count(*) FROM pindesk.history;"),
)


def all_attempts():
    """Each attempt: the login, its name, and the statements."""
    for login in ("eve", "bob", "vera", "stan"):
        for group in (SETTINGS, HISTORY, DEFINITIONS):
            for name, sql in group.items():
                yield login, name, f"BEGIN; {sql.replace('{0}', login)} COMMIT;"
        yield login, "lock without an entry", f"BEGIN; {LOCK} COMMIT;"
        yield login, "role by a table of one's own", SHADOW.replace("{0}", login) + SETTINGS["roles"]
        yield login, "in REPEATABLE READ", f"BEGIN ISOLATION LEVEL REPEATABLE READ; {batch(chr(39) + 'carol' + chr(39))} COMMIT;"
        yield login, "with strange settings", (
            "SET standard_conforming_strings = off; SET transform_null_equals = on; SET bytea_output = escape; "
            f"SET timezone = 'Asia/Tokyo'; SET plpgsql.check_asserts = off; {SETTINGS['operator_roles'].replace('{0}', login)}")
    for login in ("eve", "vera", "stan"):
        for name, sql in HASHES.items():
            yield login, name, sql.replace("{0}", login)
        yield login, "lock with an entry", f"BEGIN; {batch()} {ENTRY} {LOCK} COMMIT;"
    # An administrator has all rights of PinDesk, and none over the history and the definitions.
    for group in (HISTORY, DEFINITIONS):
        for name, sql in group.items():
            yield "ann", name, f"BEGIN; {sql.replace('{0}', 'ann')} COMMIT;"
    yield "ann", "lock without an entry", f"BEGIN; {LOCK} COMMIT;"
    # Triggers are put off to the end of the transaction, and no setting keeps them from being run.
    yield "bob", "put off for ever", f"BEGIN; SET CONSTRAINTS ALL DEFERRED; {LOCK} COMMIT;"
    yield "bob", "an entry of another user", f"BEGIN; {batch()} {ENTRY.replace(chr(39) + 'pin' + chr(39) + ', 1,', chr(39) + 'pin' + chr(39) + ', 2,')} {LOCK} COMMIT;"
    yield "bob", "import without the right", f"BEGIN; {batch(action='import-pins')} {ENTRY} {LOCK} COMMIT;"
    yield "bob", "an action that there is not", f"BEGIN; {batch(action='nothing')} {ENTRY} {LOCK} COMMIT;"
    yield from changes.ATTEMPTS
    yield from settings.ATTEMPTS
