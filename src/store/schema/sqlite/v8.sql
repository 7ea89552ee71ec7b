-- Version 8: logons whose PIN is being compared, so that no more are compared at once than may still fail.

-- A row is written before the PIN is compared, and removed with the result. A row that stays behind belongs to a program
-- that ended in between: the attempt then counts as failed. `began` is in milliseconds since 1970-01-01 UTC.
CREATE TABLE logon_attempts (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id  INTEGER NOT NULL REFERENCES users (id),
    began    INTEGER NOT NULL,
    operator TEXT NOT NULL,
    machine  TEXT NOT NULL
) STRICT;
