//! Logins and settings of a server that undo what its rights promise.

use std::path::Path;

use super::on_server::{address, connected};
use crate::store::engine::catalog::server_names;
use crate::store::engine::waiting::Waiting;
use crate::store::engine::{EngineError, EngineResult};
use crate::store::{Result, Store, StoreError, schema};

/// Each finding as a sentence, the most powerful logins first. The parameter is the schema.
const FINDINGS: &str = "
WITH store AS (SELECT oid, nspowner FROM pg_namespace WHERE nspname = ?1)
SELECT finding FROM (
    SELECT 1 AS part, concat(rolname, ' is a superuser, who can change everything.') AS finding
    FROM pg_roles WHERE rolsuper AND rolcanlogin
    UNION ALL
    SELECT 2, concat(rolname, ' can make roles, and so become the owner of the store.')
    FROM pg_roles WHERE rolcreaterole AND rolcanlogin AND NOT rolsuper
    UNION ALL
    SELECT 3, concat(r.rolname, ' is a member of ', g.rolname, ', and can get around the rights of the store.')
    FROM pg_roles r JOIN pg_roles g ON pg_has_role(r.oid, g.oid, 'MEMBER') AND (g.oid = (SELECT nspowner FROM store)
        OR g.rolname IN ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files',
            'pg_execute_server_program'))
    WHERE r.rolcanlogin AND NOT r.rolsuper
    UNION ALL
    SELECT 4, 'Every login of the server can connect to the database.'
    WHERE has_database_privilege('public', current_database(), 'CONNECT')
    UNION ALL
    SELECT 5, concat('Every login may call the function ', p.proname, '.')
    FROM pg_proc p JOIN store s ON p.pronamespace = s.oid WHERE has_function_privilege('public', p.oid, 'EXECUTE')
    UNION ALL
    SELECT 6, concat('The table ', c.relname, ' does not belong to the owner of the schema.')
    FROM pg_class c JOIN store s ON c.relnamespace = s.oid AND c.relowner <> s.nspowner WHERE c.relkind = 'r'
    UNION ALL
    SELECT 7, concat('max_prepared_transactions is ', setting,
        ': a transaction can hold the store after its connection has ended. Set it to 0.')
    FROM pg_settings WHERE name = 'max_prepared_transactions' AND setting <> '0'
    UNION ALL
    SELECT 8, concat(name, ' is off: a power failure can lose or damage what was done. Set it to on.')
    FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'
    UNION ALL
    SELECT 9, 'password_encryption is not scram-sha-256: passwords of logins are easier to guess.'
    WHERE current_setting('password_encryption') <> 'scram-sha-256'
    UNION ALL
    SELECT 10, concat(name, ' is ', setting, ': hashes of PINs get into the log of the server.')
    FROM pg_settings
    WHERE name = 'log_statement' AND setting IN ('mod', 'all')
        OR name = 'log_parameter_max_length_on_error' AND setting <> '0'
) AS findings ORDER BY part, finding";

impl Store {
    /// The logins and settings of the server at an address that undo what its rights promise, as
    /// sentences.
    ///
    /// # Errors
    /// The path is no address, there is no store, or the server could not be read.
    pub fn server_findings(path: &Path) -> Result<Vec<String>> {
        let (connection, named) = connected(&address(path)?, &Waiting::default())?;
        let failed = |error: EngineError| StoreError::from_engine(&error, &named);
        if schema::check(&connection, &named)? == 0 {
            return Err(StoreError::NoStore { path: named });
        }
        let names = server_names(&connection).map_err(failed)?;
        let found: EngineResult<Vec<String>> =
            connection.prepare(FINDINGS).and_then(|mut statement| {
                statement
                    .query_map(&[&names.schema], |row| row.get(0))?
                    .collect()
            });
        found.map_err(failed)
    }
}
