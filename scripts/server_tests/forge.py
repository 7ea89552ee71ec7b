"""Changes as somebody makes them with psql who knows exactly how PinDesk writes: numbers, texts and hashes are right, so that
only the rules of the server are left to refuse them."""

import json

# Functions of the login's own. {at} in a text is the time of the batch.
FUNCTIONS = r"""
CREATE FUNCTION pg_temp.json_time(at bigint) RETURNS text LANGUAGE sql AS $f$
    SELECT coalesce('"' || to_char(to_timestamp(at / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')
        || CASE WHEN at % 1000 > 0 THEN '.' || lpad((at % 1000)::text, 3, '0') ELSE '' END || 'Z"', 'null') $f$;
CREATE FUNCTION pg_temp.state(id bigint) RETURNS text LANGUAGE sql AS $f$
    SELECT concat('{"is_set":', (p.is_set = 1)::text, ',"last_change":', pg_temp.json_time(p.last_change), ',"expires":',
        pg_temp.json_time(p.expires), ',"lock":', CASE WHEN p.lock_cause IS NULL THEN 'null' ELSE concat('{"cause":"',
        p.lock_cause, '","since":', pg_temp.json_time(p.lock_since), ',"until":', pg_temp.json_time(p.lock_until), ',"by":',
        coalesce(to_json(p.lock_by)::text, 'null'), ',"reason":' || to_json(nullif(p.lock_reason, '')),
        ',"ticket":' || to_json(nullif(p.lock_ticket, '')), '}') END,
        CASE WHEN p.local_failures + p.global_failures > 0 OR p.window_started IS NOT NULL THEN concat(',"failures":{"local":',
        p.local_failures, ',"global":', p.global_failures, ',"window_started":', pg_temp.json_time(p.window_started), '}') END,
        '}') FROM pindesk.pins p WHERE p.user_id = id $f$;
CREATE FUNCTION pg_temp.identity(of bigint) RETURNS text LANGUAGE sql AS $f$
    SELECT coalesce('sip:' || sip, upn, domain || E'\\' || logon, dn, display_name) FROM pindesk.users WHERE id = of $f$;
CREATE FUNCTION pg_temp.entry(batch bigint, kind text, of_user bigint, target text, before text, after text, note text)
RETURNS void LANGUAGE plpgsql AS $f$
#variable_conflict use_variable
DECLARE last pindesk.history; line text;
BEGIN
    SELECT * INTO last FROM pindesk.history ORDER BY seq DESC LIMIT 1;
    line := concat('[', last.seq + 1, ',', batch, ',', to_json(kind), ',', coalesce(of_user::text, 'null'), ',', to_json(target), ',',
        coalesce(to_json(before)::text, 'null'), ',', coalesce(to_json(after)::text, 'null'),
        CASE WHEN note IS NOT NULL THEN concat(',', to_json(note)) END, ']');
    INSERT INTO pindesk.history (seq, batch_id, kind, user_id, target, before, after, prev_hash, hash, note) VALUES (
        last.seq + 1, batch, kind, of_user, target, before, after, last.hash,
        sha256(convert_to(encode(last.hash, 'hex') || E'\n' || line || E'\n', 'UTF8')), note);
END $f$;
CREATE FUNCTION pg_temp.batch(action text, reason text, plan bigint, undoes bigint) RETURNS bigint LANGUAGE plpgsql AS $f$
#variable_conflict use_variable
DECLARE b pindesk.batches;
BEGIN
    INSERT INTO pindesk.batches (id, action, at, operator, machine, reason, ticket, program, undoes, plan, plan_sha256)
    SELECT max(l.id) + 1, action, greatest(max(l.at), floor(extract(epoch FROM clock_timestamp()) * 1000)), session_user, 'm', reason,
        '', '0', undoes, plan, (SELECT encode(sha256(convert_to(content, 'UTF8')), 'hex') FROM pindesk.plans WHERE id = plan)
    FROM pindesk.batches l RETURNING * INTO b;
    PERFORM pg_temp.entry(b.id, 'batch', NULL, action, NULL, concat('[', b.id, ',', to_json(b.action), ',', b.at, ',',
        to_json(b.operator), ',"m",', to_json(b.reason), ',"",null,null,"0"', CASE WHEN plan IS NOT NULL
        THEN concat(',', coalesce(undoes::text, 'null'), ',', plan, ',', to_json(b.plan_sha256))
        WHEN undoes IS NOT NULL THEN concat(',', undoes) END, ']'), NULL);
    RETURN b.id;
END $f$;
CREATE FUNCTION pg_temp.change(action text, ids bigint[], sets text, plan bigint DEFAULT NULL, undoes bigint DEFAULT NULL,
    reason text DEFAULT '', note text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $f$
#variable_conflict use_variable
DECLARE batch bigint; id bigint; before text; at text;
BEGIN
    UPDATE pindesk.store_head SET writes = writes + 1;
    UPDATE pindesk.counters SET value = value + 1 WHERE name = 'version';
    batch := pg_temp.batch(action, reason, plan, undoes);
    at := (SELECT b.at FROM pindesk.batches b WHERE b.id = batch);
    FOREACH id IN ARRAY ids LOOP
        before := pg_temp.state(id);
        EXECUTE 'UPDATE pindesk.pins SET version = (SELECT value FROM pindesk.counters WHERE name = ''version''), '
            || replace(sets, '{at}', at) || ' WHERE user_id = ' || id;
        PERFORM pg_temp.entry(batch, 'pin', id, pg_temp.identity(id), before, pg_temp.state(id), note);
    END LOOP;
END $f$;
CREATE FUNCTION pg_temp.setting(action text, statement text, entries text, plan bigint DEFAULT NULL, reason text DEFAULT '')
RETURNS void LANGUAGE plpgsql AS $f$
#variable_conflict use_variable
DECLARE batch bigint; e jsonb;
BEGIN
    UPDATE pindesk.store_head SET writes = writes + 1;
    batch := pg_temp.batch(action, reason, plan, NULL);
    EXECUTE statement;
    FOR e IN SELECT jsonb_array_elements(entries::jsonb) LOOP
        PERFORM pg_temp.entry(batch, e ->> 'kind', (e ->> 'user')::bigint, e ->> 'target', nullif(e -> 'before', 'null')::text,
            nullif(e -> 'after', 'null')::text, NULL);
    END LOOP;
END $f$;
"""

LOCK = "lock_cause = 'administrator', lock_since = {at}, lock_until = NULL, lock_by = session_user, lock_reason = '', lock_ticket = ''"
UNLOCK = ("lock_cause = NULL, lock_since = NULL, lock_until = NULL, lock_by = NULL, lock_reason = '', lock_ticket = '', "
          "local_failures = 0, global_failures = 0, window_started = NULL")


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def change(action, users, sets, **more):
    """One transaction that changes these users; `users` is a query or a list of IDs."""
    ids = f"ARRAY({users})" if isinstance(users, str) else f"ARRAY{list(users)}::bigint[]"
    named = "".join(f", {name} => {literal(value) if isinstance(value, str) else value}" for name, value in more.items())
    return f"{FUNCTIONS} BEGIN; SELECT pg_temp.change('{action}', {ids}, {literal(sets)}{named}); COMMIT;"


def setting(action, statement, *entries, plan="NULL"):
    """One transaction that changes settings, with entries that say so: kind, target, before, after, and maybe a user."""
    said = [dict(zip(("kind", "target", "before", "after", "user"), entry)) for entry in entries]
    return (f"{FUNCTIONS} BEGIN; SELECT pg_temp.setting({literal(action)}, {literal(statement)}, {literal(json.dumps(said))}, "
            f"{plan}); COMMIT;")
