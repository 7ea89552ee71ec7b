-- What a change of a PIN state may be.

-- The changes that are not judged yet, each beside its entry: the nth change of a user belongs to the nth entry. A change
-- without an entry, and an entry without a change, stand alone.
CREATE FUNCTION judged_pins() RETURNS TABLE (user_id BIGINT, was pin_changes, becomes pin_changes, entry history)
LANGUAGE sql STABLE AS $$
    WITH changes AS MATERIALIZED (
        SELECT c, row_number() OVER (PARTITION BY c.user_id, c.is_after ORDER BY c.change) AS nth FROM pin_changes c
    ), entries AS MATERIALIZED (
        SELECT h, row_number() OVER (PARTITION BY h.user_id ORDER BY h.seq) AS nth FROM history h
        WHERE h.seq > (SELECT j.last_entry FROM unjudged j) AND h.kind IN ('pin', 'names', 'removed')
    ), both_states AS (
        SELECT coalesce((o.c).user_id, (n.c).user_id) AS id, coalesce(o.nth, n.nth) AS nth, o.c AS was, n.c AS becomes
        FROM (SELECT * FROM changes WHERE NOT (c).is_after) o
        FULL JOIN (SELECT * FROM changes WHERE (c).is_after) n ON (n.c).user_id = (o.c).user_id AND n.nth = o.nth
    )
    SELECT coalesce(s.id, (e.h).user_id), s.was, s.becomes, e.h
    FROM both_states s FULL JOIN entries e ON (e.h).user_id = s.id AND e.nth = s.nth
$$;

-- Whether nothing but the version changes.
CREATE FUNCTION is_same_state(a pin_changes, b pin_changes) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT is_same_pin(a, b) AND is_same_lock(a, b) AND is_same_count(a, b)
$$;

-- Whether a failed logon leads from one state to another. A window of failures is open for half an hour. The length of a PIN
-- that was hashed with a key is sealed, so any of the limits may hold then.
CREATE FUNCTION is_failed_logon(o pin_changes, n pin_changes, at BIGINT) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT is_same_pin(o, n) AND n.global_failures = o.global_failures + 1 AND CASE
        WHEN is_same_lock(o, n) THEN n.local_failures = f.failures AND n.window_started = f.started
            AND f.failures < f.most AND n.global_failures < f.most_in_all
        WHEN n.lock_cause = 'temporary' THEN f.failures >= f.least AND n.lock_until = n.lock_since + 3600000
        ELSE n.lock_cause = 'system' AND n.global_failures >= f.least_in_all AND n.lock_until IS NULL END
        AND (is_same_lock(o, n) OR n.local_failures = 0 AND n.window_started IS NULL AND n.lock_by IS NULL
            AND n.lock_reason = '' AND n.lock_ticket = '' AND n.lock_since = greatest(at, f.started))
    FROM (SELECT CASE WHEN at < o.window_started + 1800000 THEN o.local_failures + 1 ELSE 1 END AS failures,
            CASE WHEN at < o.window_started + 1800000 THEN o.window_started ELSE at END AS started,
            coalesce((policy_of(o.user_id)).max_attempts, CASE l.digits WHEN 5 THEN 25 WHEN 7 THEN 25 ELSE 10 END) AS least,
            coalesce((policy_of(o.user_id)).max_attempts, CASE l.digits WHEN 4 THEN 10 ELSE 25 END) AS most,
            CASE l.digits WHEN 5 THEN 1000 WHEN 7 THEN 5000 ELSE 100 END AS least_in_all,
            CASE l.digits WHEN 4 THEN 100 WHEN 5 THEN 1000 ELSE 5000 END AS most_in_all
        FROM (SELECT (SELECT h.length_class FROM pin_hashes h WHERE h.user_id = o.user_id ORDER BY h.number DESC LIMIT 1)
            AS digits) l) f
$$;

-- Whether an entry gives back the state from before the last change of its user, which is that of the batch that is undone.
CREATE FUNCTION is_undone(e history, b batches) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM (SELECT h.batch_id, h.before FROM history h WHERE h.user_id = e.user_id AND h.seq < e.seq
            AND h.kind = 'pin' ORDER BY h.seq DESC LIMIT 1) last JOIN batches u ON u.id = last.batch_id
        WHERE u.id = b.undoes AND last.before = e.after AND u.action IN ('lock', 'unlock', 'change', 'undo', 'import-pins'))
$$;

-- The cmdlet that makes this change in a batch of this action. NULL if PinDesk would not make the change.
CREATE FUNCTION cmdlet_of(o pin_changes, n pin_changes, e history, b batches) RETURNS TEXT LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN e.kind = 'removed' THEN CASE WHEN n.user_id IS NULL AND is_blank(o) THEN 'Import-PinDesk' END
        WHEN o.user_id IS NULL OR n.user_id IS NULL OR e.seq IS NULL THEN NULL
        WHEN e.kind = 'names' THEN CASE WHEN is_same_state(o, n) THEN 'Import-PinDesk' END
        WHEN b.action IN ('lock', 'change') AND n.lock_cause = 'administrator' AND n.lock_by = b.operator AND n.lock_since = b.at
            THEN CASE WHEN o.is_set = 1 AND is_same_pin(o, n) AND is_same_count(o, n) AND coalesce(n.lock_until > b.at, true)
                AND NOT (o.lock_cause IS NOT DISTINCT FROM 'administrator' AND is_locked(o, b.at)) THEN 'Lock-CsClientPin' END
        WHEN b.action IN ('unlock', 'change') THEN CASE WHEN o.lock_cause IS NOT NULL AND n.lock_cause IS NULL
                AND is_same_pin(o, n) AND n.local_failures = 0 AND n.global_failures = 0 AND n.window_started IS NULL
                THEN 'Unlock-CsClientPin' END
        WHEN b.action = 'set-pin' THEN CASE WHEN n.is_set = 1 AND n.last_change = b.at - b.at % 1000
                AND n.expires IS NOT DISTINCT FROM n.last_change + nullif((policy_of(n.user_id)).lifetime_days, 0) * 86400000
                AND n.lock_cause IS NULL AND is_same_count(o, n) AND NOT is_locked(o, b.at) AND e.note::jsonb ? 'hash'
                THEN 'Set-CsClientPin' END
        WHEN b.action = 'authenticate' THEN CASE WHEN o.is_set = 1 AND NOT is_locked(o, b.at) AND (is_failed_logon(o, n, b.at)
                OR is_same_pin(o, n) AND is_same_lock(o, n) AND n.local_failures = 0 AND n.window_started IS NULL
                AND n.global_failures = o.global_failures) THEN 'Test-PinDeskPin' END
        WHEN b.action = 'import-pins' THEN 'Import-PinDesk'
        WHEN b.action = 'undo' AND is_undone(e, b)
            THEN CASE WHEN is_locked(n, b.at) THEN 'Lock-CsClientPin' ELSE 'Unlock-CsClientPin' END
    END
$$;

-- Whether a change undoes a lock that another administrator set on purpose.
CREATE FUNCTION undoes_lock_of_another(o pin_changes, n pin_changes, at BIGINT) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT o.lock_cause IS NOT DISTINCT FROM 'administrator' AND is_locked(o, at) AND NOT is_same_lock(o, n)
        AND o.lock_by IS DISTINCT FROM session_user::TEXT
$$;

-- Whether an import locks or unlocks a PIN, or takes it away.
CREATE FUNCTION is_locking(o pin_changes, n pin_changes, at BIGINT) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT o.is_set = 1 AND (n.is_set = 0 OR is_locked(o, at) <> is_locked(n, at) OR is_locked(o, at) AND NOT is_same_lock(o, n))
$$;

-- The SHA-256 over a row with a hash, as entries name it.
CREATE FUNCTION hash_sha256(p pin_hashes) RETURNS TEXT LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(concat(p.user_id, ' ', p.number, ' ', p.set_at, ' ',
        CASE WHEN p.key_id IS NULL THEN concat('class ', p.length_class)
            ELSE concat('key ', p.key_id, ' ', encode(p.length_seal, 'hex')) END, ' ', p.hash), 'UTF8')), 'hex')
$$;

-- A hash is written with an entry about it: of a new PIN, or of the one that was hashed again with another key. Of each user,
-- the newest ones are kept.
CREATE FUNCTION check_hash() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF is_owner() THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.number > (SELECT max(h.number) FROM pin_hashes h WHERE h.user_id = OLD.user_id) - 20 IS NOT FALSE THEN
            PERFORM refuse(format('the newest hashes of user %s are kept', OLD.user_id));
        END IF;
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.user_id, NEW.number, NEW.set_at) IS DISTINCT FROM (OLD.user_id, OLD.number, OLD.set_at)
        OR TG_OP = 'UPDATE' AND (NEW.key_id IS NULL OR NEW.key_id IS NOT DISTINCT FROM OLD.key_id) THEN
        PERFORM refuse(format('a hash of user %s was replaced without another key', NEW.user_id));
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM history h WHERE h.user_id = NEW.user_id AND is_new_batch(h.batch_id)
            AND CASE TG_OP WHEN 'INSERT' THEN h.kind = 'pin' ELSE h.kind = 'hash' END
            AND CASE h.kind WHEN 'pin' THEN h.note::jsonb -> 'hash' ELSE h.after::jsonb END ->> 'sha256' = hash_sha256(NEW)) THEN
        PERFORM refuse(format('a hash of user %s was written without an entry in the history', NEW.user_id));
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON pin_hashes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
EXECUTE FUNCTION check_hash();
