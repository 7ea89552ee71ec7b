-- A single change is judged without reading all users and all batches, and the case of letters is that of Unicode.

-- The changes that are not judged yet, each beside its entry: the nth change of a user belongs to the nth entry. A change
-- without an entry, and an entry without a change, stand alone. They are few compared with the users: PL/pgSQL, because the
-- planner would take them for a third of the history.
CREATE OR REPLACE FUNCTION judged_pins() RETURNS TABLE (user_id BIGINT, was pin_changes, becomes pin_changes, entry history)
LANGUAGE plpgsql STABLE ROWS 100 AS $$
BEGIN
    RETURN QUERY
    WITH changes AS MATERIALIZED (
        SELECT c, row_number() OVER (PARTITION BY c.user_id, c.is_after ORDER BY c.change) AS nth FROM pin_changes c
    ), entries AS MATERIALIZED (
        SELECT h, row_number() OVER (PARTITION BY h.user_id ORDER BY h.seq) AS nth FROM history h
        WHERE h.seq > (SELECT j.last_entry FROM unjudged j) AND h.kind IN ('pin', 'names', 'removed')
    ), both_states AS (
        SELECT coalesce((o.c).user_id, (n.c).user_id) AS id, coalesce(o.nth, n.nth) AS nth, o.c AS old, n.c AS new
        FROM (SELECT * FROM changes WHERE NOT (c).is_after) o
        FULL JOIN (SELECT * FROM changes WHERE (c).is_after) n ON (n.c).user_id = (o.c).user_id AND n.nth = o.nth
    )
    SELECT coalesce(s.id, (e.h).user_id), s.old, s.new, e.h
    FROM both_states s FULL JOIN entries e ON (e.h).user_id = s.id AND e.nth = s.nth;
END
$$;

-- Plans are made once for a connection, since making them takes longer than a single change. The orders keep the planner from
-- reading the history from its beginning: it would expect a third of all entries to be new.
CREATE OR REPLACE FUNCTION judge() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    j unjudged%ROWTYPE;
    b batches%ROWTYPE;
BEGIN
    SELECT * INTO j FROM unjudged;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    FOR b IN SELECT * FROM batches WHERE id > j.last_batch ORDER BY id LOOP
        IF b.action <> 'authenticate' AND (SELECT count(*) FROM batches n WHERE n.id > j.last_batch) > 1 THEN
            PERFORM refuse('a transaction makes one batch');
        END IF;
        IF 1 IS DISTINCT FROM (SELECT count(*) FILTER (WHERE h.target = b.action AND h.after = batch_text(b) AND h.user_id IS NULL
                AND h.before IS NULL) FROM history h WHERE h.batch_id = b.id AND h.kind = 'batch')
            OR 'batch' IS DISTINCT FROM (SELECT h.kind FROM history h WHERE h.batch_id = b.id ORDER BY h.seq + 0 LIMIT 1) THEN
            PERFORM refuse(format('batch %s does not begin with an entry about itself', b.id));
        END IF;
        PERFORM check_plan(b);
    END LOOP;
    IF EXISTS (SELECT 1 FROM plans p WHERE p.id > j.last_plan AND NOT EXISTS (SELECT 1 FROM batches n
        WHERE n.plan = p.id AND n.action = 'submit-plan')) THEN
        PERFORM refuse('a plan was written without being submitted');
    END IF;
    PERFORM judge_pins(j);
    IF j.settings IS NOT NULL THEN
        PERFORM judge_settings(j);
    ELSIF EXISTS (SELECT 1 FROM (SELECT h.kind FROM history h WHERE h.seq > j.last_entry ORDER BY h.seq) n
        WHERE n.kind IN ('role', 'grant', 'value', 'policy', 'policy-grant', 'protection')) THEN
        PERFORM refuse('the history does not say which settings were changed');
    END IF;
    DELETE FROM pin_changes;
    DELETE FROM unjudged;
    RETURN NULL;
END
$$;

-- The name of a unit as users.dn_key has it. Unicode folds a few letters that lower() leaves: the final sigma, the iota below a
-- letter, and Greek letters that serve as signs.
CREATE OR REPLACE FUNCTION unit_key(dn TEXT) RETURNS TEXT LANGUAGE sql STABLE AS $$
    SELECT normalize(translate(lower(normalize(dn, NFD) COLLATE "default"),
        U&'\03C2\00B5\017F\0345\03D0\03D1\03D5\03D6\03F0\03F1\03F5', U&'\03C3\03BC\0073\03B9\03B2\03B8\03C6\03C0\03BA\03C1\03B5'))
$$;
