-- Entries are checked together, and a change reads nothing that earlier ones have left behind.

-- The entries of a statement follow the last one and each other, and belong to batches of this transaction.
DROP TRIGGER of_operators ON history;
DROP FUNCTION check_entry();
DROP FUNCTION line_of(history);

CREATE FUNCTION check_entries() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    last history%ROWTYPE;
    one TEXT;
BEGIN
    IF is_owner() THEN
        RETURN NULL;
    END IF;
    SELECT * INTO last FROM history h WHERE h.seq < (SELECT min(a.seq) FROM added a) ORDER BY h.seq DESC LIMIT 1;
    IF (SELECT max(a.seq) FROM added a) <> (SELECT max(h.seq) FROM history h) OR EXISTS (
        SELECT 1 FROM (SELECT a.*, lag(a.seq, 1, last.seq) OVER by_number AS last_seq,
                encode(lag(a.hash, 1, last.hash) OVER by_number, 'hex') AS last_hash
            FROM added a WINDOW by_number AS (ORDER BY a.seq)) e
        -- The line of JSON that the hash covers, behind the hash of the entry before it.
        WHERE (e.seq = e.last_seq + 1 AND encode(e.prev_hash, 'hex') = e.last_hash AND e.hash = sha256(convert_to(concat(
            e.last_hash, E'\n[', e.seq, ',', e.batch_id, ',', to_json(e.kind), ',', coalesce(e.user_id::TEXT, 'null'), ',',
            to_json(e.target), ',', coalesce(to_json(e.before)::TEXT, 'null'), ',', coalesce(to_json(e.after)::TEXT, 'null'),
            CASE WHEN e.note IS NOT NULL THEN concat(',', to_json(e.note)) END, E']\n'), 'UTF8'))) IS NOT TRUE) THEN
        PERFORM refuse('this entry does not follow the last one');
    END IF;
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT a.batch_id FROM added a) b WHERE NOT is_new_batch(b.batch_id)) THEN
        PERFORM refuse('this entry is of a batch that was closed before');
    END IF;
    -- What the entries say is compared with what has changed, at the end of the transaction.
    FOR one IN SELECT DISTINCT a.kind FROM added a LOOP
        IF (CASE
            WHEN one IN ('batch', 'denied', 'drifted', 'pin') THEN true
            WHEN one IN ('names', 'removed') THEN may('Import-PinDesk')
            WHEN one IN ('hash', 'logon') THEN may('Test-PinDeskPin')
            WHEN one IN ('role', 'grant') THEN may('Set-PinDeskRole')
            WHEN one IN ('policy', 'policy-grant') THEN may('Set-CsPinPolicy')
            WHEN one = 'protection' THEN may('Set-PinDeskApproval')
            WHEN one = 'value' THEN may('Set-PinDeskApproval', 'Set-CsPinPolicy')
            ELSE false
        END) IS NOT TRUE THEN
            PERFORM refuse(format('no role of %s permits an entry about %s', session_user, one));
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER of_operators AFTER INSERT ON history REFERENCING NEW TABLE AS added FOR EACH STATEMENT
EXECUTE FUNCTION check_entries();

-- States that were judged are deleted, and stay in the pages of their table until the server tidies up, which takes a minute or
-- more after a large change. They lie before the first state of this transaction, so the index passes them over.
ALTER TABLE unjudged ADD COLUMN first_change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pin_changes ADD PRIMARY KEY (change);

CREATE OR REPLACE FUNCTION begin_judging() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF is_owner() OR EXISTS (SELECT FROM unjudged) THEN
        RETURN NULL;
    END IF;
    -- At other levels the rules would be read as they were when the transaction began.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM refuse('changes are made in READ COMMITTED only');
    END IF;
    INSERT INTO unjudged (id, first_change, last_batch, last_entry, last_plan, version) SELECT 1, nextval('pin_change_numbers'),
        (SELECT coalesce(max(b.id), 0) FROM batches b), (SELECT coalesce(max(h.seq), 0) FROM history h),
        (SELECT coalesce(max(p.id), 0) FROM plans p), (SELECT c.value FROM counters c WHERE c.name = 'version')
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION judged_pins() RETURNS TABLE (user_id BIGINT, was pin_changes, becomes pin_changes, entry history)
LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY
    WITH changes AS MATERIALIZED (
        SELECT c, row_number() OVER (PARTITION BY c.user_id, c.is_after ORDER BY c.change) AS nth FROM pin_changes c
        WHERE c.change > (SELECT j.first_change FROM unjudged j)
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

-- No second process is started for a few rows: the server expects a third of the history to be new, and starting one takes longer
-- than the whole change.
--
-- Version 13 had lost two rules of version 12 here. An entry about a logon says nothing but whose it was. Reasons and tickets are
-- there where the rules want them: those of a row stand in its entry. The program decides what a ticket looks like.
CREATE OR REPLACE FUNCTION judge() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET jit = off
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 AS $$
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
        IF EXISTS (SELECT 1 FROM history h WHERE h.batch_id = b.id AND h.kind = 'logon' AND (
            b.action <> 'authenticate' OR num_nonnulls(h.before, h.after, h.note) > 0
            OR h.target IS DISTINCT FROM (SELECT identity_of(u) FROM users u WHERE u.id = h.user_id)
            OR NOT is_covered(session_user::TEXT, ARRAY[h.user_id], ARRAY['Test-PinDeskPin']))) THEN
            PERFORM refuse('an entry about a logon is not one of PinDesk');
        END IF;
        IF EXISTS (SELECT 1 FROM meta m WHERE m.key IN ('reason_required', 'ticket_required')) AND EXISTS (
            SELECT 1 FROM history h JOIN meta m ON m.key IN ('reason_required', 'ticket_required') AND CASE
                WHEN b.action <> 'change' THEN b.action WHEN h.after::jsonb -> 'lock' = 'null' THEN 'unlock'
                ELSE 'lock' END = ANY (string_to_array(m.value, ','))
            WHERE h.batch_id = b.id AND h.kind = 'pin' AND btrim(coalesce(
                h.note::jsonb ->> CASE m.key WHEN 'reason_required' THEN 'reason' ELSE 'ticket' END,
                CASE m.key WHEN 'reason_required' THEN b.reason ELSE b.ticket END)) = '') THEN
            PERFORM refuse('this needs a reason or a ticket');
        END IF;
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
    DELETE FROM pin_changes c WHERE c.change > j.first_change;
    DELETE FROM unjudged;
    RETURN NULL;
END
$$;
