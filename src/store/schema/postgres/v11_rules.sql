-- These rules hold for logins that were made operators, and not for the owner of the tables and for superusers, who can take it
-- away anyway. The operator is the login, which the server has proved. Functions look up names in this schema alone, whatever
-- the caller has set.

CREATE FUNCTION is_owner() RETURNS BOOLEAN LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT pg_has_role(session_user, current_user, 'MEMBER')
$$;

-- Whether the login has a role with one of these cmdlets, for all users or for some.
CREATE FUNCTION may(VARIADIC cmdlets TEXT[]) RETURNS BOOLEAN LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT is_owner() OR EXISTS (
        SELECT 1 FROM operator_roles o JOIN role_cmdlets c ON c.role = o.role
        WHERE o.account = session_user::TEXT AND c.cmdlet = ANY (cmdlets))
$$;

CREATE FUNCTION refuse(what TEXT) RETURNS VOID LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- The log of the server keeps the attempt, which the transaction loses.
    RAISE LOG 'PinDesk refused %: %', session_user, what;
    RAISE EXCEPTION '%', what USING ERRCODE = 'insufficient_privilege';
END
$$;

-- The arguments of the trigger are the cmdlets, one of which is needed.
CREATE FUNCTION require_cmdlet() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT may(VARIADIC TG_ARGV) THEN
        PERFORM refuse(format('no role of %s permits a change of %s', session_user, TG_TABLE_NAME));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER of_operators BEFORE INSERT OR UPDATE OR DELETE ON roles FOR EACH STATEMENT
EXECUTE FUNCTION require_cmdlet('Set-PinDeskRole');
CREATE TRIGGER of_operators BEFORE INSERT OR UPDATE OR DELETE ON role_cmdlets FOR EACH STATEMENT
EXECUTE FUNCTION require_cmdlet('Set-PinDeskRole');
CREATE TRIGGER of_operators BEFORE INSERT OR UPDATE OR DELETE ON role_units FOR EACH STATEMENT
EXECUTE FUNCTION require_cmdlet('Set-PinDeskRole');
CREATE TRIGGER of_operators BEFORE INSERT OR UPDATE OR DELETE ON operator_roles FOR EACH STATEMENT
EXECUTE FUNCTION require_cmdlet('Set-PinDeskRole');
CREATE TRIGGER of_operators BEFORE INSERT OR UPDATE OR DELETE ON pin_policies FOR EACH STATEMENT
EXECUTE FUNCTION require_cmdlet('Set-CsPinPolicy');
CREATE TRIGGER of_operators BEFORE INSERT OR UPDATE OR DELETE ON domains FOR EACH STATEMENT
EXECUTE FUNCTION require_cmdlet('Import-PinDesk');
CREATE TRIGGER of_operators BEFORE INSERT OR DELETE OR UPDATE OF display_name, sip, upn, domain, logon, dn, guid, display_key,
    sip_key, upn_key, account_key, dn_key, line_uri, site, display_sort ON users FOR EACH STATEMENT
EXECUTE FUNCTION require_cmdlet('Import-PinDesk');
CREATE TRIGGER of_protection BEFORE UPDATE OF is_protected ON users FOR EACH STATEMENT
EXECUTE FUNCTION require_cmdlet('Set-PinDeskApproval');
CREATE TRIGGER of_policies BEFORE UPDATE OF pin_policy ON users FOR EACH STATEMENT
EXECUTE FUNCTION require_cmdlet('Set-CsPinPolicy');
CREATE TRIGGER of_nobody BEFORE UPDATE OF id, added_batch ON users FOR EACH STATEMENT EXECUTE FUNCTION require_cmdlet();
CREATE TRIGGER of_operators BEFORE INSERT OR UPDATE OR DELETE ON pins FOR EACH STATEMENT EXECUTE FUNCTION
require_cmdlet('Lock-CsClientPin', 'Unlock-CsClientPin', 'Set-CsClientPin', 'Test-PinDeskPin', 'Import-PinDesk');
CREATE TRIGGER of_operators BEFORE INSERT OR UPDATE OR DELETE ON pin_hashes FOR EACH STATEMENT EXECUTE FUNCTION
require_cmdlet('Set-CsClientPin', 'Test-PinDeskPin', 'Import-PinDesk');
CREATE TRIGGER of_operators BEFORE INSERT OR UPDATE OR DELETE ON logon_attempts FOR EACH STATEMENT
EXECUTE FUNCTION require_cmdlet('Test-PinDeskPin');

-- Hashes are shown to those who may set or test PINs, and to nobody else.
ALTER TABLE pin_hashes ENABLE ROW LEVEL SECURITY;
CREATE POLICY for_those_who_set_or_test ON pin_hashes
USING ((SELECT may('Set-CsClientPin', 'Test-PinDeskPin', 'Import-PinDesk')));

-- Rules of approval, keys and the noted head of the history. The ID of a store never changes.
CREATE FUNCTION check_value() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    name TEXT := CASE TG_OP WHEN 'DELETE' THEN OLD.key ELSE NEW.key END;
    is_permitted BOOLEAN := CASE
        WHEN is_owner() THEN true
        WHEN TG_OP = 'UPDATE' AND NEW.key <> OLD.key THEN false
        WHEN name IN ('approval_above', 'approval_hours', 'approval_others_locks') THEN
            may('Set-PinDeskApproval') AND (TG_OP = 'DELETE' OR NEW.value ~ '^[0-9]{1,18}$')
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
CREATE TRIGGER of_operators BEFORE INSERT OR UPDATE OR DELETE ON meta FOR EACH ROW EXECUTE FUNCTION check_value();

CREATE FUNCTION check_counter() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    is_permitted BOOLEAN := is_owner() OR NEW.name = OLD.name AND CASE NEW.name
        WHEN 'version' THEN NEW.value = OLD.value + 1
        ELSE NEW.value BETWEEN OLD.value AND (SELECT value FROM counters WHERE name = 'version')
    END;
BEGIN
    IF is_permitted IS NOT TRUE THEN
        PERFORM refuse(format('the counter %s does not go there', OLD.name));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER of_operators BEFORE UPDATE ON counters FOR EACH ROW EXECUTE FUNCTION check_counter();

-- A batch is the operator's own, follows the one before, and is not from the future. An attempt that another operator began
-- long ago and never finished is recorded as theirs.
CREATE FUNCTION check_batch() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    last batches%ROWTYPE;
    now_at BIGINT := floor(extract(epoch FROM clock_timestamp()) * 1000);
BEGIN
    IF is_owner() THEN
        RETURN NEW;
    END IF;
    SELECT * INTO last FROM batches ORDER BY id DESC LIMIT 1;
    IF NEW.id IS DISTINCT FROM last.id + 1 THEN
        PERFORM refuse('this batch does not follow the last one');
    END IF;
    IF NEW.at < last.at OR NEW.at > greatest(now_at + 60000, last.at) THEN
        PERFORM refuse('the clock of this computer is not that of the server: set it right');
    END IF;
    IF NEW.action IN ('create-store', 'upgrade-store', 'restore-store') THEN
        PERFORM refuse('only the owner makes stores');
    END IF;
    IF NEW.operator <> session_user::TEXT AND NOT (NEW.action = 'authenticate' AND may('Test-PinDeskPin') AND EXISTS (
        SELECT 1 FROM logon_attempts a
        WHERE a.operator = NEW.operator AND a.machine = NEW.machine AND a.began < now_at - 60000)) THEN
        PERFORM refuse(format('%s writes no batch of %s', session_user, NEW.operator));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER of_operators BEFORE INSERT ON batches FOR EACH ROW EXECUTE FUNCTION check_batch();

CREATE FUNCTION check_attempt() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT is_owner() AND NEW.operator <> session_user::TEXT THEN
        PERFORM refuse(format('%s makes no attempt of %s', session_user, NEW.operator));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER own_attempts BEFORE INSERT OR UPDATE ON logon_attempts FOR EACH ROW EXECUTE FUNCTION check_attempt();

-- Whether this transaction has made a batch.
CREATE FUNCTION is_new_batch(batch BIGINT) RETURNS BOOLEAN LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT EXISTS (SELECT 1 FROM batches b WHERE b.id = batch AND b.xmin = pg_current_xact_id()::xid)
$$;

-- The columns of an entry as the line of JSON that its hash covers.
CREATE FUNCTION line_of(entry history) RETURNS TEXT LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT concat('[', entry.seq, ',', entry.batch_id, ',', to_json(entry.kind), ',', coalesce(entry.user_id::TEXT, 'null'), ',',
        to_json(entry.target), ',', coalesce(to_json(entry.before)::TEXT, 'null'), ',',
        coalesce(to_json(entry.after)::TEXT, 'null'), CASE WHEN entry.note IS NOT NULL THEN concat(',', to_json(entry.note)) END,
        ']')
$$;

-- An entry belongs to a batch of this transaction, and has the hash that follows from the entry before it.
CREATE FUNCTION check_entry() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
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
        WHEN NEW.kind = 'hash' THEN may('Test-PinDeskPin')
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
CREATE TRIGGER of_operators BEFORE INSERT ON history FOR EACH ROW EXECUTE FUNCTION check_entry();

-- The head is noted whatever the operator's program does, so that no program can leave it behind.
CREATE FUNCTION note_head() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT is_owner() THEN
        UPDATE meta SET value = (
            SELECT concat(h.seq, ' ', encode(h.hash, 'hex')) FROM history h ORDER BY h.seq DESC LIMIT 1)
        WHERE key = 'history_head';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_head AFTER INSERT ON history FOR EACH STATEMENT EXECUTE FUNCTION note_head();
