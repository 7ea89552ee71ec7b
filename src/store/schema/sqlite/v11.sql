-- Version 11: the key of operator_roles comes first, and the columns that always have a value say so.
-- The integrity check of sqlite3 3.40 takes the columns of a table without row IDs in the order of its key, and reports
-- "NULL value in operator_roles.account" of a sound store if another column stands between those of the key.

CREATE TABLE operator_roles_by_key (
    account_key TEXT NOT NULL,
    role        TEXT NOT NULL REFERENCES roles (name),
    account     TEXT NOT NULL,
    account_id  TEXT,
    PRIMARY KEY (account_key, role)
) STRICT, WITHOUT ROWID;

INSERT INTO operator_roles_by_key (account_key, role, account, account_id)
SELECT account_key, role, account, account_id FROM operator_roles ORDER BY account_key, role;

DROP TABLE operator_roles;
ALTER TABLE operator_roles_by_key RENAME TO operator_roles;
