-- Submitted plans, the steps of their review, and the need for approval.

-- The users and cmdlets of a submitted plan. A cmdlet without a user is needed everywhere.
CREATE FUNCTION plan_needs(content TEXT) RETURNS TABLE (user_id BIGINT, version BIGINT, cmdlet TEXT, own JSONB)
LANGUAGE sql STABLE AS $$
    SELECT (i -> 'user' ->> 'id')::BIGINT, (i -> 'user' ->> 'version')::BIGINT, CASE i ->> 'action'
        WHEN 'lock' THEN 'Lock-CsClientPin' WHEN 'unlock' THEN 'Unlock-CsClientPin' WHEN 'set-pin' THEN 'Set-CsClientPin' END,
        i -> 'own'
    FROM jsonb_array_elements(content::jsonb -> 'items') i WHERE i ->> 'outcome' = 'change'
    UNION ALL
    SELECT NULL, NULL, 'Import-PinDesk', NULL WHERE content::jsonb ->> 'kind' = 'import'
    UNION ALL
    SELECT DISTINCT NULL::BIGINT, NULL::BIGINT, CASE WHEN c ->> 'kind' IN ('role', 'grant') THEN 'Set-PinDeskRole'
        WHEN c ->> 'kind' IN ('policy', 'policy-grant') THEN 'Set-CsPinPolicy' ELSE 'Set-PinDeskApproval' END, NULL::JSONB
    FROM jsonb_array_elements(content::jsonb -> 'plan' -> 'changes') c WHERE content::jsonb ->> 'kind' = 'settings'
$$;

-- Whether the roles of a login permit each cmdlet for its user. Nobody imports or sets anything in some units only.
CREATE FUNCTION is_covered(login TEXT, users BIGINT[], cmdlets TEXT[]) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (
        SELECT 1 FROM (SELECT s.cmdlet, scope_of(login, s.cmdlet) AS scope FROM (SELECT DISTINCT unnest(cmdlets)) s (cmdlet)) held
        JOIN unnest(users, cmdlets) AS needed (id, cmdlet) ON needed.cmdlet = held.cmdlet
        LEFT JOIN users u ON u.id = needed.id
        WHERE held.scope IS NULL OR cardinality(held.scope) > 0 AND (u.id IS NULL OR held.cmdlet = 'Import-PinDesk'
            OR NOT covers(held.scope, u.dn_key)))
$$;

CREATE FUNCTION author_of(plan_id BIGINT) RETURNS TEXT LANGUAGE sql STABLE AS $$
    SELECT b.operator FROM batches b WHERE b.plan = plan_id AND b.action = 'submit-plan' ORDER BY b.id LIMIT 1
$$;

-- Whether somebody other than its author has approved exactly this plan, and still may make these changes.
CREATE FUNCTION is_approved(plan_id BIGINT, sha256 TEXT, users BIGINT[], cmdlets TEXT[]) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM (SELECT DISTINCT a.operator FROM batches a WHERE a.plan = plan_id AND a.action = 'approve-plan'
            AND a.plan_sha256 = is_approved.sha256) approver
        WHERE approver.operator <> author_of(plan_id) AND is_covered(approver.operator, users, cmdlets))
$$;

-- The users whom the login has changed in the hours of the rules without approval.
CREATE FUNCTION changed_lately(until_batch BIGINT, at BIGINT) RETURNS SETOF BIGINT LANGUAGE sql STABLE AS $$
    SELECT DISTINCT h.user_id FROM batches b JOIN history h ON h.batch_id = b.id
    WHERE b.operator = session_user::TEXT AND b.id <= until_batch AND b.at >= changed_lately.at - 3600000 * coalesce(
            (SELECT CASE WHEN m.value ~ '^[0-9]{1,9}$' THEN m.value::BIGINT ELSE 999999999 END FROM meta m
             WHERE m.key = 'approval_hours'), 24)
        AND coalesce((SELECT m.value <> '0' FROM meta m WHERE m.key = 'approval_hours'), true)
        AND b.action IN ('lock', 'unlock', 'set-pin', 'change', 'undo', 'import-pins') AND h.kind IN ('pin', 'removed')
        AND (b.action <> 'import-pins' OR h.before::jsonb ->> 'is_set' = 'true'
            AND (h.before::jsonb -> 'lock' IS DISTINCT FROM h.after::jsonb -> 'lock' OR h.after::jsonb ->> 'is_set' <> 'true'))
        AND NOT EXISTS (SELECT 1 FROM batches a WHERE a.plan = b.plan AND a.action = 'approve-plan')
$$;

-- A batch that names a plan is a step of its review, or applies it or a part of it.
CREATE FUNCTION check_plan(b batches) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    p plans%ROWTYPE;
    users BIGINT[];
    cmdlets TEXT[];
    is_author BOOLEAN := author_of(b.plan) = session_user::TEXT;
BEGIN
    IF b.action NOT LIKE '%-plan' AND b.plan IS NULL THEN
        RETURN;
    END IF;
    SELECT * INTO p FROM plans WHERE id = b.plan;
    -- A refused step names no plan.
    IF NOT FOUND AND NOT EXISTS (SELECT 1 FROM history h WHERE h.batch_id = b.id AND h.kind NOT IN ('batch', 'denied')) THEN
        RETURN;
    END IF;
    IF b.plan_sha256 IS DISTINCT FROM encode(sha256(convert_to(p.content, 'UTF8')), 'hex') THEN
        PERFORM refuse(format('this is not plan %s as it was submitted', b.plan));
    END IF;
    IF b.action <> 'comment-plan' AND EXISTS (SELECT 1 FROM batches c WHERE c.plan = b.plan AND c.id < b.id
        AND (c.action IN ('reject-plan', 'withdraw-plan') OR c.action NOT LIKE '%-plan')) THEN
        PERFORM refuse(format('plan %s is closed', b.plan));
    END IF;
    SELECT array_agg(n.user_id), array_agg(n.cmdlet) INTO users, cmdlets FROM plan_needs(p.content) n;
    IF (CASE b.action
        WHEN 'comment-plan' THEN b.reason <> '' AND EXISTS (SELECT 1 FROM operator_roles o WHERE o.account = session_user::TEXT)
        WHEN 'withdraw-plan' THEN is_author
        WHEN 'reject-plan' THEN b.reason <> '' AND NOT is_author AND EXISTS (SELECT 1 FROM unnest(users, cmdlets) n (id, cmdlet)
            WHERE is_covered(session_user::TEXT, ARRAY[n.id], ARRAY[n.cmdlet]))
        WHEN 'approve-plan' THEN NOT is_author AND is_covered(session_user::TEXT, users, cmdlets)
        WHEN 'submit-plan' THEN p.id > (SELECT j.last_plan FROM unjudged j) AND is_covered(session_user::TEXT, users, cmdlets)
            AND NOT EXISTS (SELECT 1 FROM batches o WHERE o.plan = p.id AND o.action = 'submit-plan' AND o.id <> b.id)
            AND b.reason = coalesce(p.content::jsonb ->> 'reason', p.content::jsonb -> 'plan' ->> 'reason')
        ELSE b.action NOT LIKE '%-plan'
    END) IS NOT TRUE THEN
        PERFORM refuse(format('%s may not %s %s', session_user, b.action, b.plan));
    END IF;
    -- The users of a plan are those of its text.
    IF b.action = 'submit-plan' AND p.content::jsonb ? 'items' AND EXISTS (
        SELECT 1 FROM (SELECT * FROM plan_users u WHERE u.plan_id = p.id) u
        FULL JOIN plan_needs(p.content) n ON n.user_id = u.user_id AND n.version = u.version
        WHERE u.user_id IS NULL OR n.user_id IS NULL) THEN
        PERFORM refuse('the users of the plan are not those of its text');
    END IF;
END
$$;
CREATE FUNCTION check_plan_users() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT is_owner() AND EXISTS (SELECT 1 FROM new_users n
        WHERE n.plan_id <= coalesce((SELECT j.last_plan FROM unjudged j), n.plan_id)) THEN
        PERFORM refuse('a plan that was submitted before gets no users');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER of_new_plans AFTER INSERT ON plan_users REFERENCING NEW TABLE AS new_users FOR EACH STATEMENT
EXECUTE FUNCTION check_plan_users();

-- Whether a change is one of a submitted plan, of the user as the plan saw them.
CREATE FUNCTION is_planned(own JSONB, plan JSONB, was pin_changes, becomes pin_changes, entry history) RETURNS BOOLEAN
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN own ? 'restores' AND own -> 'restores' <> 'null' THEN own -> 'restores' = entry.after::jsonb
        WHEN becomes.lock_cause IS NOT DISTINCT FROM 'administrator' THEN
            to_json(entry.after::jsonb -> 'lock' -> 'until')::TEXT = to_json(coalesce(own -> 'until', 'null'::jsonb))::TEXT
            AND becomes.lock_reason = coalesce(own ->> 'reason', plan ->> 'reason')
            AND becomes.lock_ticket = coalesce(own ->> 'ticket', plan ->> 'ticket')
        ELSE true END
$$;
