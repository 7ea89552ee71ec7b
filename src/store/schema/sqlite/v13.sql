-- Version 13: filters that are kept in the store, and the lock of PINs that nobody uses.

-- owner is the key of the account that keeps the filter. Empty: it is for all operators. name_key tells names apart.
CREATE TABLE kept_filters (
    owner    TEXT NOT NULL,
    name_key TEXT NOT NULL,
    name     TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    filter   TEXT NOT NULL CHECK (length(filter) BETWEEN 1 AND 2000),
    PRIMARY KEY (owner, name_key)
) STRICT, WITHOUT ROWID;

-- The days without use after which a PIN is locked. 0: it is never locked for that, as before.
ALTER TABLE pin_policies ADD COLUMN inactivity_days INTEGER NOT NULL DEFAULT 0 CHECK (inactivity_days BETWEEN 0 AND 999);

-- The days that the policy had at the last use of the PIN, and the time of that use: a logon, an unlock or a new PIN. Both are
-- NULL as long as the policy has had none at a use.
ALTER TABLE pins ADD COLUMN inactivity_days INTEGER CHECK (inactivity_days BETWEEN 1 AND 999);
ALTER TABLE pins ADD COLUMN last_use INTEGER CHECK ((last_use IS NULL) = (inactivity_days IS NULL));
