-- Version 4: plans that wait for review, protected users, and which plan a batch submits, decides about or applies.

ALTER TABLE users ADD COLUMN is_protected INTEGER NOT NULL DEFAULT 0 CHECK (is_protected = 0 OR is_protected = 1);
CREATE INDEX users_protected ON users (id) WHERE is_protected = 1;

-- What was submitted, as one line of JSON. Append-only: what became of a plan is in the batches that name it, each with
-- the SHA-256 of that line.
-- The other columns repeat what the line says, for listing plans without reading them.
CREATE TABLE plans (
    id      INTEGER PRIMARY KEY CHECK (id > 0),
    content TEXT NOT NULL,
    action  TEXT NOT NULL,
    undoes  INTEGER REFERENCES batches (id),
    changes INTEGER NOT NULL
) STRICT;

-- Whom a plan would change, and the version it saw.
CREATE TABLE plan_users (
    plan_id INTEGER NOT NULL REFERENCES plans (id),
    user_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (plan_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER plans_no_update BEFORE UPDATE ON plans
BEGIN SELECT RAISE(ABORT, 'plans are append-only'); END;
CREATE TRIGGER plans_no_delete BEFORE DELETE ON plans
BEGIN SELECT RAISE(ABORT, 'plans are append-only'); END;
CREATE TRIGGER plans_no_replace BEFORE INSERT ON plans
WHEN EXISTS (SELECT 1 FROM plans WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'plans are append-only'); END;
CREATE TRIGGER plan_users_no_update BEFORE UPDATE ON plan_users
BEGIN SELECT RAISE(ABORT, 'plans are append-only'); END;
CREATE TRIGGER plan_users_no_delete BEFORE DELETE ON plan_users
BEGIN SELECT RAISE(ABORT, 'plans are append-only'); END;
CREATE TRIGGER plan_users_no_replace BEFORE INSERT ON plan_users
WHEN EXISTS (SELECT 1 FROM plan_users WHERE plan_id = NEW.plan_id AND user_id = NEW.user_id)
BEGIN SELECT RAISE(ABORT, 'plans are append-only'); END;

ALTER TABLE batches ADD COLUMN plan INTEGER REFERENCES plans (id);
ALTER TABLE batches ADD COLUMN plan_sha256 TEXT;
CREATE INDEX batches_plan ON batches (plan) WHERE plan IS NOT NULL;

-- A new store has no roles yet; they are written with what they hold today.
INSERT OR IGNORE INTO role_cmdlets (role, cmdlet) SELECT name, 'Set-PinDeskApproval' FROM roles WHERE name = 'CsAdministrator';
