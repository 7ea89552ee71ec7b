-- Roles that nobody logs in as: the owner of everything, operators, who work with PinDesk, and viewers, who only look.
CREATE ROLE {owner} NOLOGIN;
CREATE ROLE {operator} NOLOGIN;
CREATE ROLE {viewer} NOLOGIN;

-- The database is for them alone. Operators need temporary tables for previews of settings.
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {operator};
GRANT CONNECT ON DATABASE {database} TO {viewer};
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- All tables and functions belong to the owner, and nobody else may use a new function unless that is said.
CREATE SCHEMA {schema} AUTHORIZATION {owner};
SET LOCAL ROLE {owner};
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
