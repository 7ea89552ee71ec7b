-- Version 1: users and their names, PIN states, operators and roles, batches and the append-only history.
-- Never edit a migration that has been released: add the next one.
-- Times are milliseconds since 1970-01-01 UTC.
-- Words that are checked stand in ORs, not in IN: from three words on SQLite makes a table of them for each row it writes.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- "version" grows with every change of any user; "names" is the version at which a name last changed.
CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('version', 0), ('names', 0);

-- DNS domain → NetBIOS name, where the first DC= of a distinguished name is not the logon domain.
CREATE TABLE domains (
    dns     TEXT PRIMARY KEY,
    netbios TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The names as the directory wrote them, and beside each its comparable form, by which users are looked up.
-- The keys are unique where an import checks it, but deliberately not here: what is ambiguous is refused when somebody acts on it.
CREATE TABLE users (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    display_name TEXT NOT NULL,
    sip          TEXT,
    upn          TEXT,
    domain       TEXT,
    logon        TEXT,
    dn           TEXT,
    guid         TEXT,
    display_key  TEXT NOT NULL,
    sip_key      TEXT,
    upn_key      TEXT,
    account_key  TEXT,
    dn_key       TEXT,
    added_batch  INTEGER NOT NULL REFERENCES batches (id)
) STRICT;
CREATE INDEX users_display ON users (display_key);
CREATE INDEX users_sip ON users (sip_key);
CREATE INDEX users_upn ON users (upn_key);
CREATE INDEX users_account ON users (account_key);
CREATE INDEX users_dn ON users (dn_key);
CREATE INDEX users_guid ON users (guid);

-- One row a user, also for users without a PIN. What is in force is computed from these facts and the time.
CREATE TABLE pins (
    user_id         INTEGER PRIMARY KEY REFERENCES users (id),
    is_set          INTEGER NOT NULL DEFAULT 0 CHECK (is_set IN (0, 1)),
    last_change     INTEGER,
    expires         INTEGER,
    lock_cause      TEXT CHECK (lock_cause = 'administrator' OR lock_cause = 'system' OR lock_cause = 'temporary'
                        OR lock_cause = 'unknown'),
    lock_since      INTEGER,
    lock_until      INTEGER,
    lock_by         TEXT,
    lock_reason     TEXT NOT NULL DEFAULT '',
    lock_ticket     TEXT NOT NULL DEFAULT '',
    local_failures  INTEGER NOT NULL DEFAULT 0 CHECK (local_failures >= 0),
    global_failures INTEGER NOT NULL DEFAULT 0 CHECK (global_failures >= 0),
    window_started  INTEGER,
    version         INTEGER NOT NULL
) STRICT;
CREATE INDEX pins_version ON pins (version);

CREATE TABLE roles (
    name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE role_cmdlets (
    role   TEXT NOT NULL REFERENCES roles (name),
    cmdlet TEXT NOT NULL,
    PRIMARY KEY (role, cmdlet)
) STRICT, WITHOUT ROWID;

-- A role without a row here holds everywhere.
CREATE TABLE role_units (
    role TEXT NOT NULL REFERENCES roles (name),
    dn   TEXT NOT NULL,
    PRIMARY KEY (role, dn)
) STRICT, WITHOUT ROWID;

CREATE TABLE operator_roles (
    account_key TEXT NOT NULL,
    account     TEXT NOT NULL,
    role        TEXT NOT NULL REFERENCES roles (name),
    PRIMARY KEY (account_key, role)
) STRICT, WITHOUT ROWID;

-- Who did what, when, from where and why. Append-only, like the history.
CREATE TABLE batches (
    id            INTEGER PRIMARY KEY CHECK (id > 0),
    action        TEXT NOT NULL,
    at            INTEGER NOT NULL,
    operator      TEXT NOT NULL,
    machine       TEXT NOT NULL,
    reason        TEXT NOT NULL,
    ticket        TEXT NOT NULL,
    source        TEXT,
    source_sha256 TEXT,
    program       TEXT NOT NULL
) STRICT;

-- Each batch opens with an entry of kind 'batch' that repeats its row, so that one chain of hashes covers both tables.
CREATE TABLE history (
    seq       INTEGER PRIMARY KEY CHECK (seq > 0),
    batch_id  INTEGER NOT NULL REFERENCES batches (id),
    kind      TEXT NOT NULL CHECK (kind = 'batch' OR kind = 'pin' OR kind = 'names' OR kind = 'drifted'
                  OR kind = 'denied'),
    user_id   INTEGER,
    target    TEXT NOT NULL,
    before    TEXT,
    after     TEXT,
    prev_hash BLOB NOT NULL CHECK (length(prev_hash) = 32),
    hash      BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX history_user ON history (user_id, seq) WHERE user_id IS NOT NULL;
CREATE INDEX history_batch ON history (batch_id, seq);

CREATE TRIGGER batches_no_update BEFORE UPDATE ON batches
BEGIN SELECT RAISE(ABORT, 'batches are append-only'); END;
CREATE TRIGGER batches_no_delete BEFORE DELETE ON batches
BEGIN SELECT RAISE(ABORT, 'batches are append-only'); END;
-- A replacing insert deletes without firing delete triggers, so it is refused where it starts.
CREATE TRIGGER batches_no_replace BEFORE INSERT ON batches
WHEN EXISTS (SELECT 1 FROM batches WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'batches are append-only'); END;

CREATE TRIGGER history_no_update BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER history_no_delete BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER history_no_replace BEFORE INSERT ON history
WHEN EXISTS (SELECT 1 FROM history WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
