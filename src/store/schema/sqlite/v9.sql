-- Version 9: the ID of the account beside its roles, since a name can be given to another account.

-- The SID on Windows, the user ID and the computer on Unix. Empty until the account opens the store. The program also
-- writes account_key anew: names without a domain are compared exactly now.
ALTER TABLE operator_roles ADD COLUMN account_id TEXT;
