-- The names of hooks are settings. Functions of earlier versions are replaced as a whole where they judge these.

-- Rules of approval and of reasons, hooks, keys and the noted head of the history. The ID of a store never changes.
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
        WHEN name IN ('hook_before', 'hook_after') THEN
            may('Set-PinDeskApproval') AND (TG_OP = 'DELETE' OR NEW.value ~ '^[A-Za-z0-9._-]{1,64}$')
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

-- Whether the changes make the store less strict, so that somebody else must approve them. Of two patterns for tickets, or two
-- hooks, neither is known to be the stricter one.
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
        OR o ? 'hook_before' AND o -> 'hook_before' IS DISTINCT FROM n -> 'hook_before'
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
