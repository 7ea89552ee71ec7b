-- Version 11, the first on a server: the tables as the numbered steps of SQLite leave them. Later versions add the next
-- file, with the number that they have for SQLite. Never edit a step that has been released.
-- Every number has 64 bits, truth is 0 or 1, times are milliseconds since 1970-01-01 UTC, and texts are compared byte by
-- byte, as SQLite does. What a column means stands in the steps of SQLite.

-- The one row that a transaction writes first, so that writers follow each other: "writes" counts them.
CREATE TABLE store_head (
    id             BIGINT PRIMARY KEY CHECK (id = 1),
    schema_version BIGINT NOT NULL,
    writes         BIGINT NOT NULL
) WITH (fillfactor = 10);
INSERT INTO store_head (id, schema_version, writes) VALUES (1, 11, 0);

CREATE TABLE meta (
    key   TEXT COLLATE "C" PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE counters (
    name  TEXT COLLATE "C" PRIMARY KEY,
    value BIGINT NOT NULL
) WITH (fillfactor = 10);
INSERT INTO counters (name, value) VALUES ('version', 0), ('names', 0);

CREATE TABLE domains (
    dns     TEXT COLLATE "C" PRIMARY KEY,
    netbios TEXT COLLATE "C" NOT NULL
);

-- Who did what, when, from where and why. Append-only, like the history.
CREATE TABLE batches (
    id            BIGINT PRIMARY KEY CHECK (id > 0),
    action        TEXT COLLATE "C" NOT NULL,
    at            BIGINT NOT NULL,
    operator      TEXT COLLATE "C" NOT NULL,
    machine       TEXT COLLATE "C" NOT NULL,
    reason        TEXT COLLATE "C" NOT NULL,
    ticket        TEXT COLLATE "C" NOT NULL,
    source        TEXT COLLATE "C",
    source_sha256 TEXT COLLATE "C",
    program       TEXT COLLATE "C" NOT NULL,
    undoes        BIGINT REFERENCES batches (id),
    plan          BIGINT,
    plan_sha256   TEXT COLLATE "C"
);

CREATE TABLE plans (
    id      BIGINT PRIMARY KEY CHECK (id > 0),
    content TEXT COLLATE "C" NOT NULL,
    action  TEXT COLLATE "C" NOT NULL,
    undoes  BIGINT REFERENCES batches (id),
    changes BIGINT NOT NULL
);
ALTER TABLE batches ADD CONSTRAINT batches_plan_fkey FOREIGN KEY (plan) REFERENCES plans (id);
CREATE INDEX batches_plan ON batches (plan) WHERE plan IS NOT NULL;
CREATE INDEX batches_undoes ON batches (undoes) WHERE undoes IS NOT NULL;

CREATE TABLE plan_users (
    plan_id BIGINT NOT NULL REFERENCES plans (id),
    user_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (plan_id, user_id)
);

CREATE TABLE pin_policies (
    key                   TEXT COLLATE "C" PRIMARY KEY,
    name                  TEXT COLLATE "C" NOT NULL,
    min_length            BIGINT NOT NULL CHECK (min_length BETWEEN 4 AND 24),
    history_count         BIGINT NOT NULL CHECK (history_count BETWEEN 0 AND 20),
    lifetime_days         BIGINT NOT NULL CHECK (lifetime_days BETWEEN 0 AND 999),
    allow_common_patterns BIGINT NOT NULL CHECK (allow_common_patterns IN (0, 1)),
    max_attempts          BIGINT CHECK (max_attempts BETWEEN 1 AND 999)
);
INSERT INTO pin_policies VALUES ('global', 'Global', 5, 0, 0, 0, NULL);

-- The columns stand in the order of SQLite's table, which is copied by position.
CREATE TABLE users (
    id           BIGINT PRIMARY KEY,
    display_name TEXT COLLATE "C" NOT NULL,
    sip          TEXT COLLATE "C",
    upn          TEXT COLLATE "C",
    domain       TEXT COLLATE "C",
    logon        TEXT COLLATE "C",
    dn           TEXT COLLATE "C",
    guid         TEXT COLLATE "C",
    display_key  TEXT COLLATE "C" NOT NULL,
    sip_key      TEXT COLLATE "C",
    upn_key      TEXT COLLATE "C",
    account_key  TEXT COLLATE "C",
    dn_key       TEXT COLLATE "C",
    added_batch  BIGINT NOT NULL REFERENCES batches (id),
    is_protected BIGINT NOT NULL DEFAULT 0 CHECK (is_protected IN (0, 1)),
    line_uri     TEXT COLLATE "C",
    site         TEXT COLLATE "C",
    pin_policy   TEXT COLLATE "C" REFERENCES pin_policies (key),
    display_sort TEXT COLLATE "C"
);
CREATE INDEX users_display ON users (display_key);
CREATE INDEX users_sip ON users (sip_key);
CREATE INDEX users_upn ON users (upn_key);
CREATE INDEX users_account ON users (account_key);
CREATE INDEX users_dn ON users (dn_key);
CREATE INDEX users_guid ON users (guid);
CREATE INDEX users_protected ON users (id) WHERE is_protected = 1;
CREATE INDEX users_pin_policy ON users (pin_policy) WHERE pin_policy IS NOT NULL;
CREATE INDEX users_by_display_name ON users ((coalesce(display_sort, display_key)));

-- The largest ID that the rows of a table ever had, so that no ID is used twice.
CREATE TABLE largest_ids (
    name TEXT COLLATE "C" PRIMARY KEY,
    id   BIGINT NOT NULL
) WITH (fillfactor = 10);

CREATE FUNCTION note_largest_id() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO largest_ids (name, id) SELECT TG_TABLE_NAME, max(id) FROM added HAVING max(id) IS NOT NULL
    ON CONFLICT (name) DO UPDATE SET id = greatest(largest_ids.id, excluded.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER users_note_largest_id AFTER INSERT ON users REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION note_largest_id();

-- Rows of users are changed often: half a page is left for the next version of a row, beside it.
CREATE TABLE pins (
    user_id         BIGINT PRIMARY KEY REFERENCES users (id),
    is_set          BIGINT NOT NULL DEFAULT 0 CHECK (is_set IN (0, 1)),
    last_change     BIGINT,
    expires         BIGINT,
    lock_cause      TEXT COLLATE "C" CHECK (lock_cause IN ('administrator', 'system', 'temporary', 'unknown')),
    lock_since      BIGINT,
    lock_until      BIGINT,
    lock_by         TEXT COLLATE "C",
    lock_reason     TEXT COLLATE "C" NOT NULL DEFAULT '',
    lock_ticket     TEXT COLLATE "C" NOT NULL DEFAULT '',
    local_failures  BIGINT NOT NULL DEFAULT 0 CHECK (local_failures >= 0),
    global_failures BIGINT NOT NULL DEFAULT 0 CHECK (global_failures >= 0),
    window_started  BIGINT,
    version         BIGINT NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX pins_version ON pins (version);

-- "length_seal" is an HMAC of the length that only the key outside the store can read.
CREATE TABLE pin_hashes (
    user_id      BIGINT NOT NULL REFERENCES users (id),
    number       BIGINT NOT NULL,
    set_at       BIGINT NOT NULL,
    length_class BIGINT,
    key_id       TEXT COLLATE "C",
    length_seal  BYTEA,
    hash         TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, number),
    CHECK ((key_id IS NULL) = (length_class IS NOT NULL) AND (key_id IS NULL) = (length_seal IS NULL))
);

CREATE TABLE logon_attempts (
    id       BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    user_id  BIGINT NOT NULL REFERENCES users (id),
    began    BIGINT NOT NULL,
    operator TEXT COLLATE "C" NOT NULL,
    machine  TEXT COLLATE "C" NOT NULL
);
CREATE INDEX logon_attempts_user ON logon_attempts (user_id);

CREATE TABLE roles (
    name TEXT COLLATE "C" PRIMARY KEY
);

CREATE TABLE role_cmdlets (
    role   TEXT COLLATE "C" NOT NULL REFERENCES roles (name),
    cmdlet TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (role, cmdlet)
);

-- A role without a row here holds everywhere.
CREATE TABLE role_units (
    role TEXT COLLATE "C" NOT NULL REFERENCES roles (name),
    dn   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (role, dn)
);

CREATE TABLE operator_roles (
    account_key TEXT COLLATE "C" NOT NULL,
    role        TEXT COLLATE "C" NOT NULL REFERENCES roles (name),
    account     TEXT COLLATE "C" NOT NULL,
    account_id  TEXT COLLATE "C",
    PRIMARY KEY (account_key, role)
);

-- Each batch opens with an entry of kind 'batch' that repeats its row, so that one chain of hashes covers both tables.
CREATE TABLE history (
    seq       BIGINT PRIMARY KEY CHECK (seq > 0),
    batch_id  BIGINT NOT NULL REFERENCES batches (id),
    kind      TEXT COLLATE "C" NOT NULL,
    user_id   BIGINT,
    target    TEXT COLLATE "C" NOT NULL,
    before    TEXT COLLATE "C",
    after     TEXT COLLATE "C",
    prev_hash BYTEA NOT NULL CHECK (length(prev_hash) = 32),
    hash      BYTEA NOT NULL CHECK (length(hash) = 32),
    note      TEXT COLLATE "C"
);
CREATE INDEX history_user ON history (user_id, seq) WHERE user_id IS NOT NULL;
CREATE INDEX history_batch ON history (batch_id, seq);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON batches FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON history FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON plans FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON plan_users FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_empty BEFORE TRUNCATE ON batches FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_empty BEFORE TRUNCATE ON history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_empty BEFORE TRUNCATE ON plans FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_empty BEFORE TRUNCATE ON plan_users FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The rest holds for logins that were made operators, and not for the owner of the tables and for superusers, who can take it
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
CREATE TRIGGER of_operators BEFORE INSERT OR UPDATE OR DELETE ON users FOR EACH STATEMENT
EXECUTE FUNCTION require_cmdlet('Import-PinDesk', 'Set-CsPinPolicy', 'Set-PinDeskApproval');
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
        WHEN name IN ('approval_above', 'approval_hours', 'approval_others_locks') THEN may('Set-PinDeskApproval')
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
    of_batch TEXT;
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
    SELECT action INTO of_batch FROM batches WHERE id = NEW.batch_id;
    is_permitted := CASE
        WHEN NEW.kind <> 'pin' THEN true
        WHEN of_batch = 'lock' THEN may('Lock-CsClientPin')
        WHEN of_batch = 'unlock' THEN may('Unlock-CsClientPin')
        WHEN of_batch = 'set-pin' THEN may('Set-CsClientPin')
        WHEN of_batch = 'authenticate' THEN may('Test-PinDeskPin')
        WHEN of_batch IN ('import-pins', 'import-users') THEN may('Import-PinDesk')
        WHEN of_batch IN ('change', 'undo') THEN
            may('Lock-CsClientPin', 'Unlock-CsClientPin', 'Set-CsClientPin', 'Import-PinDesk')
        ELSE false
    END;
    IF is_permitted IS NOT TRUE THEN
        PERFORM refuse(format('no role of %s permits %s', session_user, of_batch));
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

-- A change of a PIN state comes with an entry of its user in a batch of the same transaction.
CREATE FUNCTION require_entry() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    changed BIGINT := CASE TG_OP WHEN 'DELETE' THEN OLD.user_id ELSE NEW.user_id END;
    last BIGINT;
    added BIGINT;
BEGIN
    SELECT batch_id INTO last FROM history WHERE user_id = changed ORDER BY seq DESC LIMIT 1;
    SELECT added_batch INTO added FROM users WHERE id = changed;
    IF NOT is_new_batch(last) AND NOT is_new_batch(added) THEN
        PERFORM refuse(format('the PIN of user %s was changed without an entry in the history', changed));
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON pins DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (NOT is_owner()) EXECUTE FUNCTION require_entry();
