-- Version 12: rules for PINs that a policy switches on one by one, the origin of a logon that is being tried, an entry for each
-- successful logon, and rules for reasons and tickets. Functions of version 11 are replaced as a whole where they judge these.

ALTER TABLE pin_policies ADD COLUMN also_refused TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE logon_attempts ADD COLUMN origin TEXT COLLATE "C";

-- All settings, as the history records them. Two with one key are one setting.
CREATE OR REPLACE FUNCTION settings_now() RETURNS TABLE (kind TEXT, user_id BIGINT, target TEXT, key TEXT, value JSONB)
LANGUAGE sql STABLE AS $$
    SELECT 'role', NULL::BIGINT, r.name, r.name, jsonb_build_object(
        'cmdlets', (SELECT coalesce(jsonb_agg(c.cmdlet ORDER BY c.cmdlet), '[]') FROM role_cmdlets c WHERE c.role = r.name),
        'units', (SELECT coalesce(jsonb_agg(u.dn ORDER BY u.dn), '[]') FROM role_units u WHERE u.role = r.name))
    FROM roles r
    UNION ALL
    SELECT 'grant', NULL, concat(o.role, ' for ', o.account), concat(o.account_key, E'\n', o.role), jsonb_build_object(
        'accountKey', o.account_key, 'account', o.account, 'role', o.role)
        || CASE WHEN o.account_id IS NULL THEN '{}' ELSE jsonb_build_object('accountId', o.account_id) END
    FROM operator_roles o
    UNION ALL
    SELECT 'value', NULL, m.key, m.key, jsonb_build_object('value', m.value) FROM meta m
    WHERE m.key NOT IN ('store_id', 'history_head')
    UNION ALL
    SELECT 'policy', NULL, p.name, p.key, jsonb_build_object('key', p.key, 'name', p.name, 'minLength', p.min_length,
        'historyCount', p.history_count, 'lifetimeDays', p.lifetime_days, 'allowCommonPatterns', p.allow_common_patterns <> 0,
        'maxAttempts', p.max_attempts)
        || CASE WHEN p.also_refused = '' THEN '{}'
            ELSE jsonb_build_object('alsoRefused', string_to_array(p.also_refused, ',')) END
    FROM pin_policies p
    UNION ALL
    SELECT 'protection', u.id, identity_of(u), u.id::TEXT, '{"protected": true}' FROM users u WHERE u.is_protected = 1
    UNION ALL
    SELECT 'policy-grant', u.id, identity_of(u), u.id::TEXT, jsonb_build_object('policy', u.pin_policy) FROM users u
    WHERE u.pin_policy IS NOT NULL
$$;

-- Whether a policy is weaker than another one in any setting.
CREATE OR REPLACE FUNCTION is_weaker(a JSONB, b JSONB) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT (a ->> 'minLength')::BIGINT < (b ->> 'minLength')::BIGINT
        OR (a ->> 'historyCount')::BIGINT < (b ->> 'historyCount')::BIGINT
        OR coalesce(nullif((a ->> 'lifetimeDays')::BIGINT, 0), 65535) > coalesce(nullif((b ->> 'lifetimeDays')::BIGINT, 0), 65535)
        OR (a ->> 'allowCommonPatterns')::BOOLEAN AND NOT (b ->> 'allowCommonPatterns')::BOOLEAN
        OR NOT coalesce(a -> 'alsoRefused', '[]') @> coalesce(b -> 'alsoRefused', '[]')
        OR EXISTS (SELECT 1 FROM generate_series((a ->> 'minLength')::BIGINT, 24) digits
            WHERE coalesce((a ->> 'maxAttempts')::BIGINT, CASE WHEN digits <= 4 THEN 10 ELSE 25 END)
                > coalesce((b ->> 'maxAttempts')::BIGINT, CASE WHEN digits <= 4 THEN 10 ELSE 25 END))
$$;

-- Whether the changes make the store less strict, so that somebody else must approve them. Of two patterns for tickets neither
-- is known to be the stricter one.
CREATE OR REPLACE FUNCTION weakens(j unjudged) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
    now_is JSONB := (SELECT jsonb_agg(s) FROM settings_now() s);
    o JSONB := (SELECT coalesce(jsonb_object_agg(s ->> 'key', s -> 'value' ->> 'value'), '{}')
        FROM jsonb_array_elements(j.settings) s WHERE s ->> 'kind' = 'value');
    n JSONB := (SELECT coalesce(jsonb_object_agg(s ->> 'key', s -> 'value' ->> 'value'), '{}')
        FROM jsonb_array_elements(now_is) s WHERE s ->> 'kind' = 'value');
    global_before JSONB := policy_by(j.settings, NULL);
    global_now JSONB := policy_by(now_is, NULL);
BEGIN
    IF EXISTS (SELECT 1 FROM changed_settings() c WHERE c.kind = 'protection' AND c.after IS NULL)
        -- Those who were protected before, and have another grant or a weaker policy.
        OR EXISTS (SELECT 1 FROM jsonb_array_elements(j.settings) s JOIN users u ON u.id = (s ->> 'user_id')::BIGINT
            WHERE s ->> 'kind' = 'protection' AND (is_weaker(policy_by(now_is, u), policy_by(j.settings, u)) OR EXISTS (
                SELECT 1 FROM changed_settings() c WHERE c.kind = 'policy-grant' AND c.user_id = u.id))) THEN
        RETURN true;
    END IF;
    IF NOT (o ? 'approval_above' OR o ? 'approval_others_locks') THEN
        RETURN false;
    END IF;
    RETURN NOT coalesce(string_to_array(n ->> 'reason_required', ','), '{}') @> coalesce(string_to_array(o ->> 'reason_required', ','), '{}')
        OR NOT coalesce(string_to_array(n ->> 'ticket_required', ','), '{}') @> coalesce(string_to_array(o ->> 'ticket_required', ','), '{}')
        OR o ? 'ticket_pattern' AND o -> 'ticket_pattern' IS DISTINCT FROM n -> 'ticket_pattern'
        OR o ? 'approval_others_locks' AND NOT n ? 'approval_others_locks'
        OR o ? 'approval_above' AND (NOT n ? 'approval_above'
            OR rule_of(n ->> 'approval_above', 0) > rule_of(o ->> 'approval_above', 0)
            OR rule_of(n ->> 'approval_hours', 24) < rule_of(o ->> 'approval_hours', 24))
        OR EXISTS (SELECT 1 FROM changed_settings() c JOIN users u ON u.id = c.user_id WHERE c.kind = 'policy-grant'
            AND is_weaker(policy_by(now_is, u), policy_by(j.settings, u)))
        -- A policy for single users that is new or gone holds for nobody.
        OR EXISTS (SELECT 1 FROM changed_settings() c WHERE c.kind = 'policy'
            AND (c.before IS NOT NULL AND c.after IS NOT NULL OR lower(c.target) LIKE 'site:%' OR lower(c.target) = 'global')
            AND is_weaker(coalesce(c.after, global_now), coalesce(c.before, global_before)));
END
$$;

-- Rules of approval and of reasons, keys and the noted head of the history. The ID of a store never changes.
CREATE OR REPLACE FUNCTION check_value() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    name TEXT := CASE TG_OP WHEN 'DELETE' THEN OLD.key ELSE NEW.key END;
    is_permitted BOOLEAN := CASE
        WHEN is_owner() THEN true
        WHEN TG_OP = 'UPDATE' AND NEW.key <> OLD.key THEN false
        WHEN name IN ('approval_above', 'approval_hours', 'approval_others_locks') THEN
            may('Set-PinDeskApproval') AND (TG_OP = 'DELETE' OR NEW.value ~ '^[0-9]{1,18}$')
        WHEN name IN ('reason_required', 'ticket_required') THEN may('Set-PinDeskApproval')
            AND (TG_OP = 'DELETE' OR NEW.value ~ '^(lock|unlock|set-pin|undo)(,(lock|unlock|set-pin|undo)){0,3}$')
        WHEN name = 'ticket_pattern' THEN
            may('Set-PinDeskApproval') AND (TG_OP = 'DELETE' OR length(NEW.value) BETWEEN 1 AND 200)
        WHEN name IN ('pin_key', 'pin_key_before') THEN may('Set-CsPinPolicy')
        WHEN name = 'history_head' AND TG_OP <> 'DELETE' THEN NEW.value = (
            SELECT concat(h.seq, ' ', encode(h.hash, 'hex')) FROM history h ORDER BY h.seq DESC LIMIT 1)
        ELSE false
    END;
BEGIN
    IF is_permitted IS NOT TRUE THEN
        PERFORM refuse(format('%s may not set %s so', session_user, name));
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

-- An entry belongs to a batch of this transaction, and has the hash that follows from the entry before it.
CREATE OR REPLACE FUNCTION check_entry() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    last history%ROWTYPE;
    is_permitted BOOLEAN;
BEGIN
    IF is_owner() THEN
        RETURN NEW;
    END IF;
    SELECT * INTO last FROM history ORDER BY seq DESC LIMIT 1;
    IF NEW.seq IS DISTINCT FROM last.seq + 1 OR NEW.prev_hash IS DISTINCT FROM last.hash OR NEW.hash IS DISTINCT FROM
        sha256(convert_to(concat(encode(last.hash, 'hex'), E'\n', line_of(NEW), E'\n'), 'UTF8')) THEN
        PERFORM refuse('this entry does not follow the last one');
    END IF;
    IF NOT is_new_batch(NEW.batch_id) THEN
        PERFORM refuse('this entry is of a batch that was closed before');
    END IF;
    -- What the entry says is compared with what has changed, at the end of the transaction.
    is_permitted := CASE
        WHEN NEW.kind IN ('batch', 'denied', 'drifted', 'pin') THEN true
        WHEN NEW.kind IN ('names', 'removed') THEN may('Import-PinDesk')
        WHEN NEW.kind IN ('hash', 'logon') THEN may('Test-PinDeskPin')
        WHEN NEW.kind IN ('role', 'grant') THEN may('Set-PinDeskRole')
        WHEN NEW.kind IN ('policy', 'policy-grant') THEN may('Set-CsPinPolicy')
        WHEN NEW.kind = 'protection' THEN may('Set-PinDeskApproval')
        WHEN NEW.kind = 'value' THEN may('Set-PinDeskApproval', 'Set-CsPinPolicy')
        ELSE false
    END;
    IF is_permitted IS NOT TRUE THEN
        PERFORM refuse(format('no role of %s permits an entry about %s', session_user, NEW.kind));
    END IF;
    RETURN NEW;
END
$$;

-- An entry about a logon says nothing but whose it was. Reasons and tickets are there where the rules want them: those of a row
-- stand in its entry. What a ticket looks like is decided by the program, whose patterns are others than those of the server.
CREATE OR REPLACE FUNCTION judge() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET jit = off AS $$
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
    IF EXISTS (SELECT 1 FROM history h JOIN batches n ON n.id = h.batch_id LEFT JOIN users u ON u.id = h.user_id
        WHERE h.seq > j.last_entry AND h.kind = 'logon' AND (n.action <> 'authenticate' OR num_nonnulls(h.before, h.after, h.note) > 0
            OR u.id IS NULL OR h.target <> identity_of(u)
            OR NOT is_covered(session_user::TEXT, ARRAY[h.user_id], ARRAY['Test-PinDeskPin']))) THEN
        PERFORM refuse('an entry about a logon is not one of PinDesk');
    END IF;
    IF EXISTS (SELECT 1 FROM history h JOIN batches n ON n.id = h.batch_id
        CROSS JOIN LATERAL (SELECT CASE WHEN n.action <> 'change' THEN n.action
            WHEN h.after::jsonb -> 'lock' = 'null' THEN 'unlock' ELSE 'lock' END AS action) done
        JOIN meta m ON m.key IN ('reason_required', 'ticket_required') AND done.action = ANY (string_to_array(m.value, ','))
        WHERE h.seq > j.last_entry AND h.kind = 'pin' AND btrim(coalesce(
            h.note::jsonb ->> CASE m.key WHEN 'reason_required' THEN 'reason' ELSE 'ticket' END,
            CASE m.key WHEN 'reason_required' THEN n.reason ELSE n.ticket END)) = '') THEN
        PERFORM refuse('this needs a reason or a ticket');
    END IF;
    PERFORM judge_settings(j);
    DELETE FROM pin_changes;
    DELETE FROM unjudged;
    RETURN NULL;
END
$$;
