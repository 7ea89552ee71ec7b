-- The verdict about a transaction: one batch, what it changed, and whether somebody else had to approve it.

CREATE FUNCTION judge() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET jit = off AS $$
DECLARE
    j unjudged%ROWTYPE;
    b batches%ROWTYPE;
    batch_count BIGINT;
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
            OR 'batch' IS DISTINCT FROM (SELECT h.kind FROM history h WHERE h.batch_id = b.id ORDER BY h.seq LIMIT 1) THEN
            PERFORM refuse(format('batch %s does not begin with an entry about itself', b.id));
        END IF;
        PERFORM check_plan(b);
    END LOOP;
    IF EXISTS (SELECT 1 FROM plans p WHERE p.id > j.last_plan AND NOT EXISTS (SELECT 1 FROM batches n
        WHERE n.plan = p.id AND n.action = 'submit-plan')) THEN
        PERFORM refuse('a plan was written without being submitted');
    END IF;
    PERFORM judge_pins(j);
    PERFORM judge_settings(j);
    DELETE FROM pin_changes;
    DELETE FROM unjudged;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER judged AFTER INSERT ON unjudged DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION judge();

-- A batch as its first entry repeats it.
CREATE FUNCTION batch_text(b batches) RETURNS TEXT LANGUAGE sql STABLE AS $$
    SELECT concat('[', b.id, ',', to_json(b.action), ',', b.at, ',', to_json(b.operator), ',', to_json(b.machine), ',',
        to_json(b.reason), ',', to_json(b.ticket), ',', coalesce(to_json(b.source)::TEXT, 'null'), ',',
        coalesce(to_json(b.source_sha256)::TEXT, 'null'), ',', to_json(b.program),
        CASE WHEN num_nonnulls(b.plan, b.plan_sha256) > 0 THEN concat(',', coalesce(b.undoes::TEXT, 'null'), ',',
                coalesce(b.plan::TEXT, 'null'), ',', coalesce(to_json(b.plan_sha256)::TEXT, 'null'))
            WHEN b.undoes IS NOT NULL THEN concat(',', b.undoes) END, ']')
$$;

CREATE FUNCTION judge_pins(j unjudged) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    version BIGINT := (SELECT c.value FROM counters c WHERE c.name = 'version');
    fault TEXT;
    users BIGINT[];
    cmdlets TEXT[];
    counted BIGINT[];
    undoes_others BOOLEAN;
    has_protected BOOLEAN;
    b batches%ROWTYPE;
BEGIN
    SELECT min(x.fault), array_agg(x.user_id), array_agg(x.cmdlet), array_agg(x.user_id) FILTER (WHERE x.counts),
        bool_or(x.undoes_another), bool_or(x.is_protected)
    INTO fault, users, cmdlets, counted, undoes_others, has_protected
    FROM (
        SELECT p.user_id, c.cmdlet, u.is_protected = 1 AND n.action <> 'authenticate' AS is_protected,
            n.action <> 'authenticate' AND CASE (p.entry).kind WHEN 'pin' THEN
                n.action <> 'import-pins' OR is_locking(p.was, p.becomes, n.at) ELSE (p.entry).kind = 'removed' END AS counts,
            n.action <> 'authenticate' AND (p.entry).kind = 'pin' AND undoes_lock_of_another(p.was, p.becomes, n.at)
                AS undoes_another,
            CASE
                WHEN (p.entry).seq IS NULL THEN format('the PIN of user %s was changed without an entry', p.user_id)
                WHEN n.id IS NULL OR n.id <= j.last_batch OR c.cmdlet IS NULL THEN format('%s does not make this change of user %s', n.action, p.user_id)
                WHEN (p.entry).kind = 'removed' THEN NULL
                WHEN (p.becomes).version <= j.version OR (p.becomes).version > version OR NOT is_whole(p.becomes)
                    OR (p.entry).target <> coalesce('sip:' || u.sip, u.upn, u.domain || E'\\' || u.logon, u.dn, u.display_name)
                    OR (p.entry).kind = 'pin' AND ((p.entry).before IS DISTINCT FROM state_text(p.was)
                        OR (p.entry).after IS DISTINCT FROM state_text(p.becomes))
                    THEN format('the entry about user %s says something else than what was changed', p.user_id)
            END AS fault
        FROM judged_pins() p
        LEFT JOIN batches n ON n.id = (p.entry).batch_id
        LEFT JOIN users u ON u.id = p.user_id
        CROSS JOIN LATERAL (SELECT cmdlet_of(p.was, p.becomes, p.entry, n) AS cmdlet) c
    ) x;
    IF fault IS NOT NULL THEN
        PERFORM refuse(fault);
    END IF;
    IF users IS NULL THEN
        RETURN;
    END IF;
    SELECT * INTO b FROM batches WHERE id > j.last_batch ORDER BY id DESC LIMIT 1;
    -- Giving back a PIN that an import replaced is an import, too.
    IF b.action = 'undo' AND EXISTS (SELECT 1 FROM judged_pins() p WHERE NOT is_same_pin(p.was, p.becomes)) THEN
        users := users || NULL::BIGINT;
        cmdlets := cmdlets || 'Import-PinDesk'::TEXT;
    END IF;
    IF NOT is_covered(session_user::TEXT, users, cmdlets) THEN
        PERFORM refuse(format('the roles of %s do not permit %s for each of these users', session_user, b.action));
    END IF;
    IF b.plan IS NOT NULL AND EXISTS (SELECT 1 FROM plans p WHERE p.id = b.plan AND p.content::jsonb ? 'items') THEN
        PERFORM check_part(b);
    END IF;
    IF needs_approval(j, b, counted, undoes_others, has_protected)
        AND (b.plan IS NULL OR NOT is_approved(b.plan, b.plan_sha256, users, cmdlets)) THEN
        PERFORM refuse('this needs the approval of another operator');
    END IF;
END
$$;

-- What is applied of a submitted plan is part of it.
CREATE FUNCTION check_part(b batches) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    document JSONB := (SELECT p.content::jsonb FROM plans p WHERE p.id = b.plan);
BEGIN
    IF (b.reason, b.ticket) IS DISTINCT FROM (document ->> 'reason', document ->> 'ticket')
        OR b.undoes IS DISTINCT FROM (document ->> 'undoes')::BIGINT
        OR EXISTS (
            SELECT 1 FROM judged_pins() p
            LEFT JOIN plan_needs(document::TEXT) n ON n.user_id = p.user_id AND n.version = (p.was).version
                AND n.cmdlet = cmdlet_of(p.was, p.becomes, p.entry, b) AND is_planned(n.own, document, p.was, p.becomes, p.entry)
            WHERE n.user_id IS NULL) THEN
        PERFORM refuse(format('this is not part of plan %s', b.plan));
    END IF;
END
$$;

-- Whether somebody else must approve these changes. A part of a submitted plan about PINs needs what the whole of it needs.
CREATE FUNCTION needs_approval(j unjudged, b batches, counted BIGINT[], undoes_others BOOLEAN, has_protected BOOLEAN)
RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
    most BIGINT := (SELECT CASE WHEN m.value ~ '^[0-9]{1,18}$' THEN m.value::BIGINT ELSE 0 END FROM meta m
        WHERE m.key = 'approval_above');
    is_about_locks BOOLEAN := EXISTS (SELECT 1 FROM meta m WHERE m.key = 'approval_others_locks');
    planned BIGINT[] := CASE WHEN b.action NOT LIKE 'import-%' THEN
        (SELECT array_agg(p.user_id) FROM plan_users p WHERE p.plan_id = b.plan) END;
BEGIN
    IF b.action = 'authenticate' THEN
        RETURN false;
    END IF;
    IF has_protected OR j.has_removed_protected OR EXISTS (SELECT 1 FROM users u WHERE u.id = ANY (planned) AND u.is_protected = 1) THEN
        RETURN true;
    END IF;
    IF is_about_locks AND (undoes_others OR EXISTS (SELECT 1 FROM pins p WHERE p.user_id = ANY (planned)
        AND p.lock_cause = 'administrator' AND p.lock_by IS DISTINCT FROM session_user::TEXT
        AND coalesce(b.at < p.lock_until, true))) THEN
        RETURN true;
    END IF;
    RETURN most IS NOT NULL AND cardinality(counted) > 0 AND (SELECT count(*) FROM (
        SELECT unnest(counted || planned) UNION SELECT changed_lately(j.last_batch, b.at)) AS changed) > most;
END
$$;
