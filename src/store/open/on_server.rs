//! Making a store on a server, with the roles and rights of its operators.

use std::path::{Path, PathBuf};

use super::first_rows::first_rows;
use super::opener::Opener;
use crate::domain::role::Operator;
use crate::store::engine::address::server;
use crate::store::engine::catalog::{quoted_name, server_names};
use crate::store::engine::named_values;
use crate::store::engine::postgres::{Address, connect};
use crate::store::engine::transaction::{WriteError, begin_write};
use crate::store::engine::waiting::Waiting;
use crate::store::engine::{Connection, EngineError, EngineResult, Transaction};
use crate::store::replay::upgrade::fill;
use crate::store::schema::{self, SetUpSql};
use crate::store::{Result, Store, StoreError};

impl Store {
    /// Makes a store in the database of an address, in one transaction: the roles of the server, the
    /// schema and its tables, rights, and the first rows. The login of the address needs the rights of
    /// a superuser for that. If the script of [`Store::sql_of_init`] was run before, only the first rows
    /// are made.
    ///
    /// `administrator` is the login of the first CsAdministrator, who becomes an operator of the server.
    ///
    /// # Errors
    /// The path is no address, there is a store already, or the server refuses something. Nothing was
    /// made then.
    pub fn init_on_server(path: &Path, administrator: &str, opener: &Opener<'_>) -> Result<()> {
        let waiting = Waiting::asking(opener.waiter.clone());
        let (mut connection, named) = connected(&address(path)?, &waiting)?;
        let failed = |error: EngineError| StoreError::from_engine(&error, &named);
        let has_tables = schema::check(&connection, &named)? > 0;
        if has_tables
            && named_values::text(&connection, named_values::STORE_ID)
                .map_err(failed)?
                .is_some()
        {
            return Err(StoreError::StoreIsThere { path: named });
        }
        let transaction = begin_write(&mut connection).map_err(failed)?;
        let made = make(&transaction, has_tables, &named, administrator, opener);
        made.map_err(|error| error.in_store(&named))?;
        transaction.commit().map_err(failed)
    }

    /// The statements with which [`Store::init_on_server`] makes all but the first rows, as a script
    /// with comments. Nothing is done.
    ///
    /// # Errors
    /// The path is no address, or the server cannot be reached.
    pub fn sql_of_init(path: &Path) -> Result<String> {
        let (connection, named) = connected(&address(path)?, &Waiting::default())?;
        let names =
            server_names(&connection).map_err(|error| StoreError::from_engine(&error, &named))?;
        Ok(SetUpSql::new(&names).script())
    }

    /// The statements with which [`Store::upgrade_on_server`] changes tables, functions and rights, with
    /// comments. None if the store is up to date. Nothing is done.
    ///
    /// # Errors
    /// The path is no address, the server cannot be reached, or there is no store.
    pub fn sql_of_upgrade(path: &Path) -> Result<Option<String>> {
        let (connection, named) = connected(&address(path)?, &Waiting::default())?;
        let version = schema::check(&connection, &named)?;
        if version == 0 {
            return Err(StoreError::NoStore { path: named });
        }
        let names =
            server_names(&connection).map_err(|error| StoreError::from_engine(&error, &named))?;
        let is_older = schema::is_older(version);
        Ok(is_older.then(|| SetUpSql::new(&names).script_after(version)))
    }
}

/// The address at a path.
pub(super) fn address(path: &Path) -> Result<Address> {
    server(path)?.ok_or_else(|| StoreError::BadAddress {
        what: "this is the path of a file".to_owned(),
    })
}

/// Connects to the server of an address. Also returns the address as errors name it, without its
/// password.
pub(super) fn connected(address: &Address, waiting: &Waiting) -> Result<(Connection, PathBuf)> {
    let named = PathBuf::from(address.to_string());
    match connect(address, waiting) {
        Ok(connection) => Ok((connection, named)),
        Err(error) => Err(StoreError::from_engine(&error, &named)),
    }
}

/// Connects to a server whose database has no store yet.
pub(in crate::store) fn connected_to_empty(path: &Path) -> Result<Connection> {
    let (connection, named) = connected(&address(path)?, &Waiting::default())?;
    if schema::check(&connection, &named)? > 0 {
        return Err(StoreError::StoreIsThere { path: named });
    }
    Ok(connection)
}

/// Makes roles, tables and rights in a database, without any row of a store.
///
/// # Errors
/// Another store has these roles, which all databases of a server share, or the server refuses
/// something.
pub(in crate::store) fn make_tables(
    transaction: &Transaction<'_>,
) -> std::result::Result<(), WriteError> {
    let names = server_names(transaction)?;
    let sql = SetUpSql::new(&names);
    let find = "SELECT rolname::text FROM pg_roles WHERE rolname = ?1";
    let taken = transaction.query_optional(find, &[&sql.owner()], |row| row.get(0))?;
    if let Some(role) = taken {
        let schema = names.schema;
        return Err(StoreError::RolesAreThere { role, schema }.into());
    }
    transaction.execute_batch(sql.roles())?;
    schema::make_tables(transaction, fill)?;
    transaction.execute_batch(sql.rights())?;
    Ok(transaction.execute_batch("RESET ROLE")?)
}

fn make(
    transaction: &Transaction<'_>,
    has_tables: bool,
    named: &Path,
    administrator: &str,
    opener: &Opener<'_>,
) -> std::result::Result<(), WriteError> {
    if !has_tables {
        make_tables(transaction)?;
    }
    let operator = Operator {
        account: administrator.to_owned(),
        ..opener.operator.clone()
    };
    first_rows(transaction, named, &operator, opener.now)?;
    Ok(admit(transaction, administrator)?)
}

/// Makes a login an operator of the server.
pub(in crate::store) fn admit(connection: &Connection, login: &str) -> EngineResult<()> {
    let sql = SetUpSql::new(&server_names(connection)?);
    let login = quoted_name(connection, login)?;
    connection.execute_batch(&format!("GRANT {} TO {login}", sql.operators()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Time;
    use crate::plan::BatchAction;
    use crate::store::empty_store::{ann, server_for_tests};
    use crate::store::engine::catalog::set_store_mark;
    use crate::store::history::append::append_batch;
    use crate::store::history::batch::Batch;
    use crate::store::replay::definitions::differences;

    /// Makes a store of the first version on a server, with its roles and rights.
    fn first_version(address: &Path) {
        let mut connection = connected_to_empty(address).unwrap();
        let sql = SetUpSql::new(&server_names(&connection).unwrap());
        let transaction = begin_write(&mut connection).unwrap();
        transaction.execute_batch(sql.roles()).unwrap();
        transaction.execute_batch("RESET ROLE").unwrap();
        transaction.commit().unwrap();
        let owner = sql.as_owner().replace("LOCAL ", "");
        connection.execute_batch(&owner).unwrap();
        schema::made_by_steps(&mut connection, schema::FIRST_ON_SERVER, fill).unwrap();
        let transaction = begin_write(&mut connection).unwrap();
        set_store_mark(&transaction, schema::FIRST_ON_SERVER).unwrap();
        named_values::set_text(&transaction, named_values::STORE_ID, Some("a1")).unwrap();
        let operator = ann();
        let batch = Batch::new(BatchAction::CreateStore, Time::default(), &operator);
        append_batch(&transaction, &batch).unwrap();
        // That version had no kept filters.
        let rights = sql.rights().replace(" kept_filters,", "");
        transaction.execute_batch(&rights).unwrap();
        transaction.commit().unwrap();
    }

    #[test]
    #[ignore = "needs a server: scripts/check runs it with one"]
    fn a_store_shares_its_roles_with_no_other_one() {
        let (address, operator) = (server_for_tests("taken"), ann());
        let connection = connected_to_empty(&address).unwrap();
        let owner = SetUpSql::new(&server_names(&connection).unwrap());
        let owner = owner.owner();
        let make = format!("CREATE ROLE {owner} NOLOGIN");
        connection.execute_batch(&make).unwrap();
        let opener = Opener::new(&operator, Time::default());
        let refused = Store::init_on_server(&address, "postgres", &opener).unwrap_err();
        assert!(
            matches!(&refused, StoreError::RolesAreThere { role, .. } if role == owner),
            "{refused}"
        );
        connection
            .execute_batch(&format!("DROP ROLE {owner}"))
            .unwrap();
        Store::init_on_server(&address, "postgres", &opener).unwrap();
    }

    #[test]
    #[ignore = "needs a server: scripts/check runs it with one"]
    fn an_older_store_on_a_server_is_refused_until_it_is_brought_up_to_date() {
        let (address, operator) = (server_for_tests("upgraded"), ann());
        first_version(&address);
        let opener = Opener::new(&operator, Time::default());
        let refused = Store::open(&address, &operator, Time::default()).unwrap_err();
        assert!(
            matches!(refused, StoreError::OlderOnServer { found: 11, .. }),
            "{refused}"
        );
        let script = Store::sql_of_upgrade(&address).unwrap().unwrap();
        assert!(script.contains("ADD COLUMN also_refused"), "{script}");
        assert!(script.contains("CREATE TABLE kept_filters"), "{script}");

        let versions = Store::upgrade_on_server(&address, &opener).unwrap();
        assert_eq!(versions, (schema::FIRST_ON_SERVER, schema::KNOWN_VERSION));
        assert_eq!(Store::sql_of_upgrade(&address).unwrap(), None);
        let store = Store::open(&address, &operator, Time::default()).unwrap();
        assert_eq!(differences(&store.connection).unwrap(), [""; 0]);
        assert_eq!(store.policies().unwrap().len(), 1);
        // Everything belongs to the owner still, so that no function runs with more rights than its.
        let sql = "SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            JOIN pg_roles r ON r.oid = p.proowner WHERE n.nspname = ?1 AND r.rolname <> ?1 || '_owner'";
        let schema = server_names(&store.connection).unwrap().schema;
        let strangers: i64 = (store.connection)
            .query_row(sql, &[&schema.as_str()], |row| row.get(0))
            .unwrap();
        assert_eq!(strangers, 0);
        let verified = store.verify_history(&crate::progress::Unwatched).unwrap();
        assert!(verified.is_sound(), "{verified:?}");
    }
}
