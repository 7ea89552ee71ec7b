-- Version 5: the life of a PIN: policies, the hashes of PINs that were set here, and what a policy looks at in a user.

-- What a PIN must be like. One policy is always there and for all; the others are for a site or for whom they are granted to.
CREATE TABLE pin_policies (
    key                   TEXT PRIMARY KEY,
    name                  TEXT NOT NULL,
    min_length            INTEGER NOT NULL CHECK (min_length BETWEEN 4 AND 24),
    history_count         INTEGER NOT NULL CHECK (history_count BETWEEN 0 AND 20),
    lifetime_days         INTEGER NOT NULL CHECK (lifetime_days BETWEEN 0 AND 999),
    allow_common_patterns INTEGER NOT NULL CHECK (allow_common_patterns IN (0, 1)),
    max_attempts          INTEGER CHECK (max_attempts BETWEEN 1 AND 999)
) STRICT, WITHOUT ROWID;
INSERT INTO pin_policies VALUES ('global', 'Global', 5, 0, 0, 0, NULL);

-- LineURI and site of the directory, and the policy that was granted to the user.
ALTER TABLE users ADD COLUMN line_uri TEXT;
ALTER TABLE users ADD COLUMN site TEXT;
ALTER TABLE users ADD COLUMN pin_policy TEXT REFERENCES pin_policies (key);
CREATE INDEX users_pin_policy ON users (pin_policy) WHERE pin_policy IS NOT NULL;

-- The PINs of a user as Argon2id hashes, the newest with the highest number. It counts as long as the user's PIN is set and
-- its last change is this one: a file may bring word of a PIN that was set elsewhere.
CREATE TABLE pin_hashes (
    user_id INTEGER NOT NULL REFERENCES users (id),
    number  INTEGER NOT NULL,
    set_at  INTEGER NOT NULL,
    digits  INTEGER NOT NULL,
    hash    TEXT NOT NULL,
    PRIMARY KEY (user_id, number)
) STRICT, WITHOUT ROWID;

-- A new store has no roles yet; they are written with what they hold today.
INSERT OR IGNORE INTO role_cmdlets (role, cmdlet)
SELECT name, cmdlet FROM roles JOIN (SELECT 'Set-CsClientPin' AS cmdlet UNION ALL SELECT 'Test-PinDeskPin')
WHERE name IN ('CsAdministrator', 'CsUserAdministrator', 'CsHelpDesk');
