-- Version 13: filters that are kept in the store, the lock of PINs that nobody uses, and resetting counted failures. Functions of
-- earlier versions are replaced as a whole where they judge these.

CREATE TABLE kept_filters (
    owner    TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    filter   TEXT COLLATE "C" NOT NULL CHECK (length(filter) BETWEEN 1 AND 2000),
    PRIMARY KEY (owner, name_key)
);

-- An operator keeps filters of their own. Those for all are for whoever sets the rules of the store.
CREATE FUNCTION check_filter() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    whose TEXT := CASE TG_OP WHEN 'DELETE' THEN OLD.owner ELSE NEW.owner END;
BEGIN
    IF NOT is_owner() AND (TG_OP = 'UPDATE' AND NEW.owner <> OLD.owner OR NOT CASE whose
        WHEN '' THEN is_covered(session_user::TEXT, ARRAY[NULL::BIGINT], ARRAY['Set-PinDeskApproval'])
        ELSE whose = CASE WHEN strpos(session_user::TEXT, E'\\') = 0 THEN session_user::TEXT ELSE unit_key(session_user::TEXT) END
    END) THEN
        PERFORM refuse(format('%s keeps no filter of %s', session_user, CASE whose WHEN '' THEN 'all' ELSE whose END));
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER own_filters BEFORE INSERT OR UPDATE OR DELETE ON kept_filters FOR EACH ROW EXECUTE FUNCTION check_filter();

ALTER TABLE pin_policies ADD COLUMN inactivity_days BIGINT NOT NULL DEFAULT 0 CHECK (inactivity_days BETWEEN 0 AND 999);
ALTER TABLE pins ADD COLUMN inactivity_days BIGINT CHECK (inactivity_days BETWEEN 1 AND 999);
ALTER TABLE pins ADD COLUMN last_use BIGINT CHECK ((last_use IS NULL) = (inactivity_days IS NULL));
ALTER TABLE pin_changes ADD COLUMN inactivity_days BIGINT;
ALTER TABLE pin_changes ADD COLUMN last_use BIGINT;

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
        || CASE p.inactivity_days WHEN 0 THEN '{}' ELSE jsonb_build_object('inactivityDays', p.inactivity_days) END
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
        OR coalesce((a ->> 'inactivityDays')::BIGINT, 65535) > coalesce((b ->> 'inactivityDays')::BIGINT, 65535)
        OR NOT coalesce(a -> 'alsoRefused', '[]') @> coalesce(b -> 'alsoRefused', '[]')
        OR EXISTS (SELECT 1 FROM generate_series((a ->> 'minLength')::BIGINT, 24) digits
            WHERE coalesce((a ->> 'maxAttempts')::BIGINT, CASE WHEN digits <= 4 THEN 10 ELSE 25 END)
                > coalesce((b ->> 'maxAttempts')::BIGINT, CASE WHEN digits <= 4 THEN 10 ELSE 25 END))
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
            AND (TG_OP = 'DELETE' OR NEW.value ~ '^(lock|unlock|set-pin|reset-failures|undo)(,(lock|unlock|set-pin|reset-failures|undo)){0,4}$')
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

-- A PIN state as the history writes it.
CREATE OR REPLACE FUNCTION state_text(p pin_changes) RETURNS TEXT LANGUAGE sql STABLE AS $$
    SELECT concat('{"is_set":', CASE p.is_set WHEN 1 THEN 'true' ELSE 'false' END, ',"last_change":', time_text(p.last_change),
        ',"expires":', time_text(p.expires), ',"lock":',
        CASE WHEN p.lock_cause IS NULL THEN 'null' ELSE concat('{"cause":"', p.lock_cause, '","since":', time_text(p.lock_since),
            ',"until":', time_text(p.lock_until), ',"by":', coalesce(to_json(p.lock_by)::TEXT, 'null'),
            CASE WHEN p.lock_reason <> '' THEN concat(',"reason":', to_json(p.lock_reason)) END,
            CASE WHEN p.lock_ticket <> '' THEN concat(',"ticket":', to_json(p.lock_ticket)) END, '}') END,
        CASE WHEN p.local_failures <> 0 OR p.global_failures <> 0 OR p.window_started IS NOT NULL THEN
            concat(',"failures":{"local":', p.local_failures, ',"global":', p.global_failures, ',"window_started":',
                time_text(p.window_started), '}') END,
        CASE WHEN p.last_use IS NOT NULL THEN
            concat(',"inactivity":{"days":', p.inactivity_days, ',"last_use":', time_text(p.last_use), '}') END, '}')
$$;

-- Whether a lock that was written is in force. One by an administrator may have an end, and a temporary one ends after an hour.
CREATE FUNCTION has_lock(p pin_changes, at BIGINT) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT CASE p.lock_cause
        WHEN 'administrator' THEN p.lock_until IS NULL OR at < p.lock_until
        WHEN 'temporary' THEN coalesce(at < coalesce(p.lock_until, p.lock_since + 3600000), true)
        ELSE p.lock_cause IS NOT NULL END
$$;

-- Whether the PIN is locked because nobody has used it.
CREATE FUNCTION is_inactive(p pin_changes, at BIGINT) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT p.is_set = 1 AND coalesce(at >= p.last_use + p.inactivity_days * 86400000, false)
$$;

CREATE OR REPLACE FUNCTION is_locked(p pin_changes, at BIGINT) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT has_lock(p, at) OR is_inactive(p, at)
$$;

-- Whether the days without use are counted from the same moment.
CREATE FUNCTION is_same_use(a pin_changes, b pin_changes) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT a.inactivity_days IS NOT DISTINCT FROM b.inactivity_days AND a.last_use IS NOT DISTINCT FROM b.last_use
$$;

-- Whether the PIN of a user was used at a moment, under the policy of now.
CREATE FUNCTION is_used(p pin_changes, at BIGINT) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT p.inactivity_days IS NOT DISTINCT FROM d.days AND p.last_use IS NOT DISTINCT FROM CASE WHEN d.days IS NOT NULL THEN at END
    FROM (SELECT nullif((policy_of(p.user_id)).inactivity_days, 0) AS days) d
$$;

-- Whether nothing but the version changes.
CREATE OR REPLACE FUNCTION is_same_state(a pin_changes, b pin_changes) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT is_same_pin(a, b) AND is_same_lock(a, b) AND is_same_count(a, b) AND is_same_use(a, b)
$$;

CREATE OR REPLACE FUNCTION is_blank(p pin_changes) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT p.is_set = 0 AND p.local_failures = 0 AND p.global_failures = 0 AND p.lock_reason = '' AND p.lock_ticket = ''
        AND num_nonnulls(p.last_change, p.expires, p.lock_cause, p.lock_since, p.lock_until, p.lock_by, p.window_started,
            p.inactivity_days, p.last_use) = 0
$$;

-- New rows are those of users whom this transaction adds, and have no PIN.
CREATE OR REPLACE FUNCTION check_new_pins() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT is_owner() AND EXISTS (
        SELECT 1 FROM new_pins n LEFT JOIN users u ON u.id = n.user_id
        WHERE n.is_set <> 0 OR n.lock_cause IS NOT NULL OR n.local_failures <> 0 OR n.global_failures <> 0
            OR num_nonnulls(n.last_change, n.expires, n.lock_since, n.lock_until, n.lock_by, n.window_started,
                n.inactivity_days, n.last_use) > 0
            OR n.lock_reason <> '' OR n.lock_ticket <> ''
            OR coalesce(u.added_batch <= (SELECT j.last_batch FROM unjudged j), true)) THEN
        PERFORM refuse('a user who was not added now, or has a PIN already, was added to the PINs');
    END IF;
    RETURN NULL;
END
$$;

-- Whether an entry gives back the state from before the last change of its user, which is that of the batch that is undone.
CREATE OR REPLACE FUNCTION is_undone(e history, b batches) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM (SELECT h.batch_id, h.before FROM history h WHERE h.user_id = e.user_id AND h.seq < e.seq
            AND h.kind = 'pin' ORDER BY h.seq DESC LIMIT 1) last JOIN batches u ON u.id = last.batch_id
        WHERE u.id = b.undoes AND last.before = e.after AND u.action IN ('lock', 'unlock', 'change', 'undo', 'import-pins', 'reset-failures'))
$$;

-- Whether a change undoes a lock that another administrator set on purpose.
CREATE OR REPLACE FUNCTION undoes_lock_of_another(o pin_changes, n pin_changes, at BIGINT) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT o.lock_cause IS NOT DISTINCT FROM 'administrator' AND has_lock(o, at) AND NOT is_same_lock(o, n)
        AND o.lock_by IS DISTINCT FROM session_user::TEXT
$$;

-- The cmdlet that makes this change in a batch of this action. NULL if PinDesk would not make the change.
CREATE OR REPLACE FUNCTION cmdlet_of(o pin_changes, n pin_changes, e history, b batches) RETURNS TEXT LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN e.kind = 'removed' THEN CASE WHEN n.user_id IS NULL AND is_blank(o) THEN 'Import-PinDesk' END
        WHEN o.user_id IS NULL OR n.user_id IS NULL OR e.seq IS NULL THEN NULL
        WHEN e.kind = 'names' THEN CASE WHEN is_same_state(o, n) THEN 'Import-PinDesk' END
        WHEN b.action IN ('lock', 'change') AND n.lock_cause = 'administrator' AND n.lock_by = b.operator AND n.lock_since = b.at
            THEN CASE WHEN o.is_set = 1 AND is_same_pin(o, n) AND is_same_count(o, n) AND is_same_use(o, n)
                AND coalesce(n.lock_until > b.at, true)
                AND NOT (o.lock_cause IS NOT DISTINCT FROM 'administrator' AND has_lock(o, b.at)) THEN 'Lock-CsClientPin' END
        WHEN b.action IN ('unlock', 'change') THEN CASE WHEN (o.lock_cause IS NOT NULL OR is_inactive(o, b.at))
                AND n.lock_cause IS NULL AND is_same_pin(o, n) AND n.inactivity_days IS NOT DISTINCT FROM o.inactivity_days
                AND n.last_use IS NOT DISTINCT FROM CASE WHEN o.last_use IS NOT NULL THEN b.at END
                AND n.local_failures = 0 AND n.global_failures = 0 AND n.window_started IS NULL
                THEN 'Unlock-CsClientPin' END
        WHEN b.action = 'reset-failures' THEN CASE WHEN o.is_set = 1 AND is_same_pin(o, n) AND is_same_lock(o, n)
                AND is_same_use(o, n) AND NOT is_same_count(o, n) AND n.local_failures = 0 AND n.global_failures = 0
                AND n.window_started IS NULL THEN 'Unlock-CsClientPin' END
        WHEN b.action = 'set-pin' THEN CASE WHEN n.is_set = 1 AND n.last_change = b.at - b.at % 1000
                AND n.expires IS NOT DISTINCT FROM n.last_change + nullif((policy_of(n.user_id)).lifetime_days, 0) * 86400000
                AND n.lock_cause IS NULL AND is_same_count(o, n) AND is_used(n, n.last_change)
                AND NOT has_lock(o, b.at) AND e.note::jsonb ? 'hash'
                THEN 'Set-CsClientPin' END
        WHEN b.action = 'authenticate' THEN CASE WHEN o.is_set = 1 AND NOT is_locked(o, b.at) AND (is_failed_logon(o, n, b.at)
                AND is_same_use(o, n) OR is_used(n, b.at) AND is_same_pin(o, n) AND is_same_lock(o, n) AND n.local_failures = 0
                AND n.window_started IS NULL AND n.global_failures = o.global_failures) THEN 'Test-PinDeskPin' END
        WHEN b.action = 'import-pins' THEN 'Import-PinDesk'
        WHEN b.action = 'undo' AND is_undone(e, b)
            THEN CASE WHEN is_same_pin(o, n) AND is_same_lock(o, n) AND is_same_use(o, n) AND NOT is_same_count(o, n)
                THEN 'Unlock-CsClientPin'
                WHEN is_locked(n, b.at) THEN 'Lock-CsClientPin' ELSE 'Unlock-CsClientPin' END
    END
$$;

-- The users and cmdlets of a submitted plan. A cmdlet without a user is needed everywhere.
CREATE OR REPLACE FUNCTION plan_needs(content TEXT) RETURNS TABLE (user_id BIGINT, version BIGINT, cmdlet TEXT, own JSONB)
LANGUAGE sql STABLE AS $$
    SELECT (i -> 'user' ->> 'id')::BIGINT, (i -> 'user' ->> 'version')::BIGINT, CASE i ->> 'action'
        WHEN 'lock' THEN 'Lock-CsClientPin' WHEN 'unlock' THEN 'Unlock-CsClientPin'
        WHEN 'reset-failures' THEN 'Unlock-CsClientPin' WHEN 'set-pin' THEN 'Set-CsClientPin' END,
        i -> 'own'
    FROM jsonb_array_elements(content::jsonb -> 'items') i WHERE i ->> 'outcome' = 'change'
    UNION ALL
    SELECT NULL, NULL, 'Import-PinDesk', NULL WHERE content::jsonb ->> 'kind' = 'import'
    UNION ALL
    SELECT DISTINCT NULL::BIGINT, NULL::BIGINT, CASE WHEN c ->> 'kind' IN ('role', 'grant') THEN 'Set-PinDeskRole'
        WHEN c ->> 'kind' IN ('policy', 'policy-grant') THEN 'Set-CsPinPolicy' ELSE 'Set-PinDeskApproval' END, NULL::JSONB
    FROM jsonb_array_elements(content::jsonb -> 'plan' -> 'changes') c WHERE content::jsonb ->> 'kind' = 'settings'
$$;

-- The users whom the login has changed in the hours of the rules without approval.
CREATE OR REPLACE FUNCTION changed_lately(until_batch BIGINT, at BIGINT) RETURNS SETOF BIGINT LANGUAGE sql STABLE AS $$
    SELECT DISTINCT h.user_id FROM batches b JOIN history h ON h.batch_id = b.id
    WHERE b.operator = session_user::TEXT AND b.id <= until_batch AND b.at >= changed_lately.at - 3600000 * coalesce(
            (SELECT CASE WHEN m.value ~ '^[0-9]{1,9}$' THEN m.value::BIGINT ELSE 999999999 END FROM meta m
             WHERE m.key = 'approval_hours'), 24)
        AND coalesce((SELECT m.value <> '0' FROM meta m WHERE m.key = 'approval_hours'), true)
        AND b.action IN ('lock', 'unlock', 'set-pin', 'reset-failures', 'change', 'undo', 'import-pins') AND h.kind IN ('pin', 'removed')
        AND (b.action <> 'import-pins' OR h.before::jsonb ->> 'is_set' = 'true'
            AND (h.before::jsonb -> 'lock' IS DISTINCT FROM h.after::jsonb -> 'lock' OR h.after::jsonb ->> 'is_set' <> 'true'))
        AND NOT EXISTS (SELECT 1 FROM batches a WHERE a.plan = b.plan AND a.action = 'approve-plan')
$$;

-- Whether somebody else must approve these changes. A part of a submitted plan about PINs needs what the whole of it needs.
CREATE OR REPLACE FUNCTION needs_approval(j unjudged, b batches, counted BIGINT[], undoes_others BOOLEAN, has_protected BOOLEAN)
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
    -- Resetting failures leaves every lock as it is.
    IF is_about_locks AND (undoes_others OR b.action <> 'reset-failures' AND EXISTS (SELECT 1 FROM pins p WHERE p.user_id = ANY (planned)
        AND p.lock_cause = 'administrator' AND p.lock_by IS DISTINCT FROM session_user::TEXT
        AND coalesce(b.at < p.lock_until, true))) THEN
        RETURN true;
    END IF;
    RETURN most IS NOT NULL AND cardinality(counted) > 0 AND (SELECT count(*) FROM (
        SELECT unnest(counted || planned) UNION SELECT changed_lately(j.last_batch, b.at)) AS changed) > most;
END
$$;
