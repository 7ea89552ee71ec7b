-- What a change of a setting may be: roles, grants, rules of approval, PIN policies and protection.

-- The identity of a user, as entries name them.
CREATE FUNCTION identity_of(u users) RETURNS TEXT LANGUAGE sql STABLE AS $$
    SELECT coalesce('sip:' || u.sip, u.upn, u.domain || E'\\' || u.logon, u.dn, u.display_name)
$$;

-- A number among the rules of approval. One that cannot be read is the strictest.
CREATE FUNCTION rule_of(value TEXT, if_missing BIGINT) RETURNS BIGINT LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN value IS NULL THEN if_missing WHEN value ~ '^[0-9]{1,18}$' THEN value::BIGINT ELSE 0 END
$$;

-- All settings, as the history records them. Two with one key are one setting.
CREATE FUNCTION settings_now() RETURNS TABLE (kind TEXT, user_id BIGINT, target TEXT, key TEXT, value JSONB)
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
    FROM pin_policies p
    UNION ALL
    SELECT 'protection', u.id, identity_of(u), u.id::TEXT, '{"protected": true}' FROM users u WHERE u.is_protected = 1
    UNION ALL
    SELECT 'policy-grant', u.id, identity_of(u), u.id::TEXT, jsonb_build_object('policy', u.pin_policy) FROM users u
    WHERE u.pin_policy IS NOT NULL
$$;

-- The settings from before a transaction are kept until it is judged.
CREATE FUNCTION keep_settings() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT is_owner() THEN
        UPDATE unjudged SET settings = (SELECT coalesce(jsonb_agg(s), '[]') FROM settings_now() s) WHERE settings IS NULL;
    END IF;
    IF TG_LEVEL = 'ROW' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER a_judged BEFORE INSERT OR UPDATE OR DELETE ON roles FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();
CREATE TRIGGER b_settings BEFORE INSERT OR UPDATE OR DELETE ON roles FOR EACH STATEMENT EXECUTE FUNCTION keep_settings();
CREATE TRIGGER z_judged AFTER INSERT OR UPDATE OR DELETE ON roles FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();
CREATE TRIGGER a_judged BEFORE INSERT OR UPDATE OR DELETE ON role_cmdlets FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();
CREATE TRIGGER b_settings BEFORE INSERT OR UPDATE OR DELETE ON role_cmdlets FOR EACH STATEMENT EXECUTE FUNCTION keep_settings();
CREATE TRIGGER z_judged AFTER INSERT OR UPDATE OR DELETE ON role_cmdlets FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();
CREATE TRIGGER a_judged BEFORE INSERT OR UPDATE OR DELETE ON role_units FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();
CREATE TRIGGER b_settings BEFORE INSERT OR UPDATE OR DELETE ON role_units FOR EACH STATEMENT EXECUTE FUNCTION keep_settings();
CREATE TRIGGER z_judged AFTER INSERT OR UPDATE OR DELETE ON role_units FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();
CREATE TRIGGER a_judged BEFORE INSERT OR UPDATE OR DELETE ON operator_roles FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();
CREATE TRIGGER b_settings BEFORE INSERT OR UPDATE OR DELETE ON operator_roles FOR EACH STATEMENT EXECUTE FUNCTION keep_settings();
CREATE TRIGGER z_judged AFTER INSERT OR UPDATE OR DELETE ON operator_roles FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();
CREATE TRIGGER a_judged BEFORE INSERT OR UPDATE OR DELETE ON pin_policies FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();
CREATE TRIGGER b_settings BEFORE INSERT OR UPDATE OR DELETE ON pin_policies FOR EACH STATEMENT EXECUTE FUNCTION keep_settings();
CREATE TRIGGER z_judged AFTER INSERT OR UPDATE OR DELETE ON pin_policies FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();
CREATE TRIGGER a_judged_setting BEFORE UPDATE OF is_protected, pin_policy ON users FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();
CREATE TRIGGER b_settings BEFORE UPDATE OF is_protected, pin_policy ON users FOR EACH STATEMENT EXECUTE FUNCTION keep_settings();
CREATE TRIGGER z_judged_setting AFTER UPDATE OF is_protected, pin_policy ON users FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();
CREATE TRIGGER a_judged BEFORE INSERT OR UPDATE OR DELETE ON meta FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();
CREATE TRIGGER z_judged AFTER INSERT OR UPDATE OR DELETE ON meta FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();
-- The head of the history is noted in the same table, and is no setting.
CREATE TRIGGER b_settings BEFORE INSERT OR UPDATE ON meta FOR EACH ROW WHEN (NEW.key <> 'history_head')
EXECUTE FUNCTION keep_settings();
CREATE TRIGGER b_settings_gone BEFORE DELETE ON meta FOR EACH ROW EXECUTE FUNCTION keep_settings();

-- What has changed since then.
CREATE FUNCTION changed_settings() RETURNS TABLE (kind TEXT, user_id BIGINT, target TEXT, before JSONB, after JSONB)
LANGUAGE sql STABLE AS $$
    SELECT coalesce(n.kind, o.kind), coalesce(n.user_id, o.user_id), coalesce(n.target, o.target), o.value, n.value
    FROM (SELECT s.* FROM unjudged j, jsonb_to_recordset(j.settings) AS s (kind TEXT, user_id BIGINT, target TEXT, key TEXT, value JSONB)) o
    FULL JOIN (SELECT * FROM settings_now()) n ON n.kind = o.kind AND n.key = o.key
    WHERE n.value IS DISTINCT FROM o.value
$$;

-- The first cmdlet that a role permits somewhere where the roles of the login did not before this transaction.
CREATE FUNCTION beyond_held(role JSONB) RETURNS TEXT LANGUAGE sql STABLE AS $$
    WITH kept AS (
        SELECT s.* FROM unjudged j, jsonb_to_recordset(j.settings) AS s (kind TEXT, target TEXT, value JSONB)
    ), held AS (
        SELECT r.value FROM kept r JOIN kept g ON g.kind = 'grant' AND g.value ->> 'role' = r.target
        WHERE r.kind = 'role' AND g.value ->> 'account' = session_user::TEXT
    )
    SELECT c FROM jsonb_array_elements_text(role -> 'cmdlets') c
    WHERE NOT EXISTS (SELECT 1 FROM held h WHERE h.value -> 'cmdlets' ? c AND jsonb_array_length(h.value -> 'units') = 0)
        AND (c IN ('Set-CsPinPolicy', 'Import-PinDesk', 'Set-PinDeskRole', 'Set-PinDeskApproval')
            OR jsonb_array_length(role -> 'units') = 0
            OR EXISTS (SELECT 1 FROM jsonb_array_elements_text(role -> 'units') u WHERE NOT EXISTS (
                SELECT 1 FROM held h, jsonb_array_elements_text(h.value -> 'units') own
                WHERE h.value -> 'cmdlets' ? c AND covers(ARRAY[unit_key(own)], unit_key(u)))))
    LIMIT 1
$$;

-- Whether a policy is weaker than another one in any setting.
CREATE FUNCTION is_weaker(a JSONB, b JSONB) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT (a ->> 'minLength')::BIGINT < (b ->> 'minLength')::BIGINT
        OR (a ->> 'historyCount')::BIGINT < (b ->> 'historyCount')::BIGINT
        OR coalesce(nullif((a ->> 'lifetimeDays')::BIGINT, 0), 65535) > coalesce(nullif((b ->> 'lifetimeDays')::BIGINT, 0), 65535)
        OR (a ->> 'allowCommonPatterns')::BOOLEAN AND NOT (b ->> 'allowCommonPatterns')::BOOLEAN
        OR EXISTS (SELECT 1 FROM generate_series((a ->> 'minLength')::BIGINT, 24) digits
            WHERE coalesce((a ->> 'maxAttempts')::BIGINT, CASE WHEN digits <= 4 THEN 10 ELSE 25 END)
                > coalesce((b ->> 'maxAttempts')::BIGINT, CASE WHEN digits <= 4 THEN 10 ELSE 25 END))
$$;

-- The policy that holds for a user by settings: the granted one, that of the site, or the global one.
CREATE FUNCTION policy_by(settings JSONB, of_user users) RETURNS JSONB LANGUAGE sql STABLE AS $$
    SELECT p -> 'value' FROM jsonb_array_elements(settings) p,
        (SELECT (SELECT g -> 'value' ->> 'policy' FROM jsonb_array_elements(settings) g
            WHERE g ->> 'kind' = 'policy-grant' AND (g ->> 'user_id')::BIGINT = of_user.id) AS granted) own
    WHERE p ->> 'kind' = 'policy' AND p ->> 'key' IN (own.granted, unit_key('site:' || of_user.site), 'global')
    ORDER BY p ->> 'key' = own.granted DESC NULLS LAST, p ->> 'key' <> 'global' DESC LIMIT 1
$$;

-- Whether the changes make the store less strict, so that somebody else must approve them.
CREATE FUNCTION weakens(j unjudged) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
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
    RETURN o ? 'approval_others_locks' AND NOT n ? 'approval_others_locks'
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

CREATE FUNCTION judge_settings(j unjudged) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    b batches%ROWTYPE;
    fault TEXT;
    document JSONB;
    users BIGINT[];
    cmdlets TEXT[];
BEGIN
    SELECT * INTO b FROM batches WHERE id > j.last_batch ORDER BY id DESC LIMIT 1;
    IF EXISTS (
        WITH changed AS (SELECT c.kind, c.user_id, c.target, c.before, c.after FROM changed_settings() c WHERE j.settings IS NOT NULL
        ), recorded AS (
            SELECT h.kind, h.user_id, h.target, h.before::jsonb, h.after::jsonb FROM history h WHERE h.seq > j.last_entry
                AND h.kind IN ('role', 'grant', 'value', 'policy', 'policy-grant', 'protection'))
        (SELECT * FROM changed EXCEPT ALL SELECT * FROM recorded) UNION ALL
        (SELECT * FROM recorded EXCEPT ALL SELECT * FROM changed)) THEN
        PERFORM refuse('the history does not say which settings were changed');
    END IF;
    IF j.settings IS NULL THEN
        RETURN;
    END IF;
    SELECT x.fault INTO fault FROM (
        SELECT CASE
            WHEN NOT is_covered(session_user::TEXT, ARRAY[NULL::BIGINT], ARRAY[CASE
                WHEN c.kind IN ('role', 'grant') THEN 'Set-PinDeskRole'
                WHEN c.kind IN ('policy', 'policy-grant') OR c.target LIKE 'pin_key%' THEN 'Set-CsPinPolicy'
                ELSE 'Set-PinDeskApproval' END]) THEN format('no role of %s permits a change of %s', session_user, c.target)
            WHEN c.kind = 'role' AND c.target IN ('CsAdministrator', 'CsUserAdministrator', 'CsHelpDesk',
                'CsServerAdministrator', 'CsViewOnlyAdministrator') THEN format('the role %s is built in', c.target)
            WHEN beyond_held(CASE c.kind WHEN 'role' THEN c.after WHEN 'grant' THEN (SELECT s.value FROM settings_now() s
                WHERE s.kind = 'role' AND s.key = c.after ->> 'role') END) IS NOT NULL
                THEN format('%s permits more than the roles of %s', c.target, session_user)
            WHEN c.kind = 'grant' AND (c.before IS NOT NULL AND c.after IS NOT NULL OR c.after ? 'accountId'
                OR c.after ->> 'accountKey' <> CASE WHEN strpos(c.after ->> 'account', E'\\') = 0 THEN c.after ->> 'account'
                    ELSE unit_key(c.after ->> 'account') END) THEN format('%s is no grant of PinDesk', c.target)
            WHEN c.kind = 'grant' AND c.after IS NULL AND c.before ->> 'role' = 'CsAdministrator' AND NOT EXISTS (
                SELECT 1 FROM operator_roles o JOIN batches p ON p.operator = o.account WHERE o.role = 'CsAdministrator')
                THEN 'one administrator who has changed something must be left'
        END AS fault FROM changed_settings() c) x
    WHERE x.fault IS NOT NULL LIMIT 1;
    IF fault IS NOT NULL THEN
        PERFORM refuse(fault);
    END IF;
    IF b.plan IS NOT NULL THEN
        document := (SELECT p.content::jsonb FROM plans p WHERE p.id = b.plan);
        IF EXISTS (
            WITH changed AS (SELECT c.kind, c.user_id, c.target, c.before, c.after FROM changed_settings() c
            ), planned AS (
                SELECT c ->> 'kind', (c ->> 'user')::BIGINT, c ->> 'target', nullif(c -> 'before', 'null'), nullif(c -> 'after', 'null')
                FROM jsonb_array_elements(document -> 'plan' -> 'changes') c)
            (SELECT * FROM changed EXCEPT ALL SELECT * FROM planned) UNION ALL
            (SELECT * FROM planned EXCEPT ALL SELECT * FROM changed)) THEN
            PERFORM refuse(format('this is not what plan %s changes', b.plan));
        END IF;
        SELECT array_agg(n.user_id), array_agg(n.cmdlet) INTO users, cmdlets FROM plan_needs(document::TEXT) n;
    END IF;
    IF weakens(j) AND (b.plan IS NULL OR NOT is_approved(b.plan, b.plan_sha256, users, cmdlets)) THEN
        PERFORM refuse('this needs the approval of another operator');
    END IF;
END
$$;
