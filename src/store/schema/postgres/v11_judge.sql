-- A transaction of an operator is judged as a whole, at its end and before it counts: its PIN changes, its entries and its
-- batch must be what PinDesk would have made of each other. Whoever has the check run earlier (SET CONSTRAINTS) is refused
-- earlier.

-- One row while the transaction has changes that are not judged yet: where the store stood before them.
CREATE TABLE unjudged (
    id         BIGINT PRIMARY KEY CHECK (id = 1),
    last_batch BIGINT NOT NULL,
    last_entry BIGINT NOT NULL,
    last_plan  BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    has_removed_protected BOOLEAN NOT NULL DEFAULT false,
    settings   JSONB
);

-- PIN states before and after each change that is not judged yet.
CREATE SEQUENCE pin_change_numbers;
CREATE TABLE pin_changes (
    change   BIGINT NOT NULL,
    is_after BOOLEAN NOT NULL,
    LIKE pins
);

CREATE FUNCTION begin_judging() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF is_owner() OR EXISTS (SELECT FROM unjudged) THEN
        RETURN NULL;
    END IF;
    -- At other levels the rules would be read as they were when the transaction began.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM refuse('changes are made in READ COMMITTED only');
    END IF;
    INSERT INTO unjudged (id, last_batch, last_entry, last_plan, version) SELECT 1,
        (SELECT coalesce(max(b.id), 0) FROM batches b), (SELECT coalesce(max(h.seq), 0) FROM history h),
        (SELECT coalesce(max(p.id), 0) FROM plans p), (SELECT c.value FROM counters c WHERE c.name = 'version')
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER a_judged BEFORE INSERT OR UPDATE OR DELETE ON pins FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();
CREATE TRIGGER a_judged BEFORE INSERT OR UPDATE OR DELETE ON pin_hashes FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();
CREATE TRIGGER a_judged BEFORE INSERT ON batches FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();
CREATE TRIGGER a_judged BEFORE INSERT ON history FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();
CREATE TRIGGER a_judged BEFORE DELETE ON users FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();
CREATE TRIGGER a_judged BEFORE INSERT ON plans FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();
CREATE TRIGGER a_judged BEFORE UPDATE ON counters FOR EACH STATEMENT EXECUTE FUNCTION begin_judging();

-- Where the check has been run meanwhile, nobody would look at the change that was just made.
CREATE FUNCTION keep_judging() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT is_owner() AND NOT EXISTS (SELECT FROM unjudged) THEN
        PERFORM refuse('changes are judged at the end of a transaction');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER z_judged AFTER INSERT OR UPDATE OR DELETE ON pins FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();
CREATE TRIGGER z_judged AFTER INSERT OR UPDATE OR DELETE ON pin_hashes FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();
CREATE TRIGGER z_judged AFTER INSERT ON batches FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();
CREATE TRIGGER z_judged AFTER INSERT ON history FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();
CREATE TRIGGER z_judged AFTER DELETE ON users FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();
CREATE TRIGGER z_judged AFTER INSERT ON plans FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();
CREATE TRIGGER z_judged AFTER UPDATE ON counters FOR EACH STATEMENT EXECUTE FUNCTION keep_judging();

CREATE FUNCTION note_pin_changes() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF is_owner() THEN
        RETURN NULL;
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        INSERT INTO pin_changes SELECT nextval('pin_change_numbers'), false, o.* FROM old_pins o;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO pin_changes SELECT nextval('pin_change_numbers'), true, n.* FROM new_pins n;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER noted AFTER UPDATE ON pins REFERENCING OLD TABLE AS old_pins NEW TABLE AS new_pins FOR EACH STATEMENT
EXECUTE FUNCTION note_pin_changes();
CREATE TRIGGER noted_removal AFTER DELETE ON pins REFERENCING OLD TABLE AS old_pins FOR EACH STATEMENT
EXECUTE FUNCTION note_pin_changes();

-- A user who is removed leaves nothing that could be looked at later.
CREATE FUNCTION note_removed_users() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT is_owner() AND EXISTS (SELECT 1 FROM old_users o WHERE o.is_protected = 1) THEN
        UPDATE unjudged SET has_removed_protected = true;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER noted_removal AFTER DELETE ON users REFERENCING OLD TABLE AS old_users FOR EACH STATEMENT
EXECUTE FUNCTION note_removed_users();

-- New rows are those of users whom this transaction adds, and have no PIN.
CREATE FUNCTION check_new_pins() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT is_owner() AND EXISTS (
        SELECT 1 FROM new_pins n LEFT JOIN users u ON u.id = n.user_id
        WHERE n.is_set <> 0 OR n.lock_cause IS NOT NULL OR n.local_failures <> 0 OR n.global_failures <> 0
            OR num_nonnulls(n.last_change, n.expires, n.lock_since, n.lock_until, n.lock_by, n.window_started) > 0
            OR n.lock_reason <> '' OR n.lock_ticket <> ''
            OR coalesce(u.added_batch <= (SELECT j.last_batch FROM unjudged j), true)) THEN
        PERFORM refuse('a user who was not added now, or has a PIN already, was added to the PINs');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER blank AFTER INSERT ON pins REFERENCING NEW TABLE AS new_pins FOR EACH STATEMENT
EXECUTE FUNCTION check_new_pins();

-- The name of a unit as users.dn_key has it.
CREATE FUNCTION unit_key(dn TEXT) RETURNS TEXT LANGUAGE sql STABLE AS $$
    SELECT lower(normalize(dn) COLLATE "default")
$$;

-- The units in which the roles of a login permit a cmdlet, in the form of users.dn_key: none means everywhere, NULL nowhere.
CREATE FUNCTION scope_of(login TEXT, wanted TEXT) RETURNS TEXT[] LANGUAGE sql STABLE AS $$
    WITH held AS (
        SELECT o.role FROM operator_roles o JOIN role_cmdlets c ON c.role = o.role
        WHERE o.account = login AND c.cmdlet = wanted)
    SELECT CASE
        WHEN NOT EXISTS (SELECT FROM held) THEN NULL
        WHEN EXISTS (SELECT FROM held h WHERE NOT EXISTS (SELECT FROM role_units u WHERE u.role = h.role)) THEN ARRAY[]::TEXT[]
        ELSE (SELECT array_agg(unit_key(u.dn)) FROM held h JOIN role_units u ON u.role = h.role) END
$$;

-- Whether a scope has a user with this distinguished name. What stands before the unit must be whole levels: an escaped comma
-- separates none.
CREATE FUNCTION covers(scope TEXT[], dn TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT scope IS NOT NULL AND (cardinality(scope) = 0 OR dn IS NOT NULL AND EXISTS (
        SELECT 1 FROM unnest(scope) AS unit
        WHERE dn = unit OR right(dn, length(unit)) = unit
            AND left(dn, length(dn) - length(unit)) ~ E'^([a-z0-9.-]+=([^,\\\\]|\\\\.)+,)+$'))
$$;

-- A time as the history writes it.
CREATE FUNCTION time_text(at BIGINT) RETURNS TEXT LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN at IS NULL THEN 'null' ELSE concat('"', to_char(timestamp 'epoch' + at * interval '1 millisecond',
        CASE WHEN at % 1000 = 0 THEN 'YYYY-MM-DD"T"HH24:MI:SS' ELSE 'YYYY-MM-DD"T"HH24:MI:SS.MS' END), 'Z"') END
$$;

-- A PIN state as the history writes it.
CREATE FUNCTION state_text(p pin_changes) RETURNS TEXT LANGUAGE sql STABLE AS $$
    SELECT concat('{"is_set":', CASE p.is_set WHEN 1 THEN 'true' ELSE 'false' END, ',"last_change":', time_text(p.last_change),
        ',"expires":', time_text(p.expires), ',"lock":',
        CASE WHEN p.lock_cause IS NULL THEN 'null' ELSE concat('{"cause":"', p.lock_cause, '","since":', time_text(p.lock_since),
            ',"until":', time_text(p.lock_until), ',"by":', coalesce(to_json(p.lock_by)::TEXT, 'null'),
            CASE WHEN p.lock_reason <> '' THEN concat(',"reason":', to_json(p.lock_reason)) END,
            CASE WHEN p.lock_ticket <> '' THEN concat(',"ticket":', to_json(p.lock_ticket)) END, '}') END,
        CASE WHEN p.local_failures <> 0 OR p.global_failures <> 0 OR p.window_started IS NOT NULL THEN
            concat(',"failures":{"local":', p.local_failures, ',"global":', p.global_failures, ',"window_started":',
                time_text(p.window_started), '}') END, '}')
$$;

-- Whether a lock is in force. One by an administrator may have an end, and a temporary one ends after an hour.
CREATE FUNCTION is_locked(p pin_changes, at BIGINT) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT CASE p.lock_cause
        WHEN 'administrator' THEN p.lock_until IS NULL OR at < p.lock_until
        WHEN 'temporary' THEN coalesce(at < coalesce(p.lock_until, p.lock_since + 3600000), true)
        ELSE p.lock_cause IS NOT NULL END
$$;

-- The policy that holds for a user.
CREATE FUNCTION policy_of(id BIGINT) RETURNS pin_policies LANGUAGE sql STABLE AS $$
    SELECT p FROM users u JOIN pin_policies p ON p.key IN (u.pin_policy, unit_key('site:' || u.site), 'global')
    WHERE u.id = policy_of.id
    ORDER BY p.key = u.pin_policy DESC NULLS LAST, p.key <> 'global' DESC LIMIT 1
$$;

CREATE FUNCTION is_same_pin(a pin_changes, b pin_changes) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT a.is_set = b.is_set AND a.last_change IS NOT DISTINCT FROM b.last_change AND a.expires IS NOT DISTINCT FROM b.expires
$$;

CREATE FUNCTION is_same_lock(a pin_changes, b pin_changes) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT a.lock_cause IS NOT DISTINCT FROM b.lock_cause AND a.lock_since IS NOT DISTINCT FROM b.lock_since
        AND a.lock_until IS NOT DISTINCT FROM b.lock_until AND a.lock_by IS NOT DISTINCT FROM b.lock_by
        AND a.lock_reason = b.lock_reason AND a.lock_ticket = b.lock_ticket
$$;

CREATE FUNCTION is_same_count(a pin_changes, b pin_changes) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT a.local_failures = b.local_failures AND a.global_failures = b.global_failures
        AND a.window_started IS NOT DISTINCT FROM b.window_started
$$;

CREATE FUNCTION is_blank(p pin_changes) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT p.is_set = 0 AND p.local_failures = 0 AND p.global_failures = 0 AND p.lock_reason = '' AND p.lock_ticket = ''
        AND num_nonnulls(p.last_change, p.expires, p.lock_cause, p.lock_since, p.lock_until, p.lock_by, p.window_started) = 0
$$;

-- Without a lock there is nothing about one.
CREATE FUNCTION is_whole(p pin_changes) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT p.lock_cause IS NOT NULL OR p.lock_reason = '' AND p.lock_ticket = ''
        AND num_nonnulls(p.lock_since, p.lock_until, p.lock_by) = 0
$$;
