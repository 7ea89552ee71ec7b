-- Viewers read everything but the hashes of PINs. So do operators, apart from those who set or test PINs.
GRANT USAGE ON SCHEMA {schema} TO {operator}, {viewer};
GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {operator}, {viewer};
GRANT EXECUTE ON FUNCTION is_owner(), may(TEXT[]) TO {operator}, {viewer};

-- Operators append to the history and change the rest. Triggers decide which of them may change what.
GRANT INSERT ON batches, history, plans, plan_users TO {operator};
GRANT INSERT, UPDATE, DELETE ON domains, kept_filters, logon_attempts, meta, operator_roles, pin_hashes, pin_policies, pins,
    role_cmdlets, role_units, roles, users TO {operator};
GRANT UPDATE (value) ON counters TO {operator};
GRANT UPDATE (writes) ON store_head TO {operator};
