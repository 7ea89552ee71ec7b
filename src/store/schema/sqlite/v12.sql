-- Version 12: rules for PINs that a policy switches on one by one, and the origin of a logon that is being tried.

-- also_refused has the words of the rules with a comma between them, in their order. Empty: none, as before.
ALTER TABLE pin_policies ADD COLUMN also_refused TEXT NOT NULL DEFAULT '';

-- The gateway, number or address from which a logon came. An attempt that was interrupted is recorded with it.
ALTER TABLE logon_attempts ADD COLUMN origin TEXT;
