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
