//! Facts about the tables of a store, which the server keeps (`catalogs.html`).

use super::connection::ServerConnection;
use crate::store::engine::catalog_rows::{SchemaRow, StoreMark};
use crate::store::engine::connection::{Connection, Transaction};
use crate::store::engine::error::EngineResult;
use crate::store::engine::value::ToSql;

/// All definitions of a schema. Names are written without the schema where `search_path` finds them.
const DEFINITIONS: &str = "
WITH relations AS (
    SELECT c.oid, c.relname, c.relkind, c.relrowsecurity FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ?1
)
SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' ELSE 'relation' END, relname, relname,
       CASE WHEN relkind = 'v' THEN pg_get_viewdef(oid, true)
            WHEN relrowsecurity THEN 'row level security' ELSE '' END
FROM relations WHERE relkind NOT IN ('i', 'S')
UNION ALL
SELECT 'column', concat(r.relname, '.', a.attname), r.relname,
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'NOT NULL' END,
           CASE a.attidentity WHEN '' THEN NULL ELSE 'IDENTITY' END,
           CASE WHEN l.collname <> 'default' THEN 'COLLATE ' || l.collname END,
           pg_get_expr(d.adbin, d.adrelid))
FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE r.relkind = 'r'
UNION ALL
SELECT 'constraint', concat(r.relname, '.', c.conname), r.relname, pg_get_constraintdef(c.oid, true)
FROM relations r JOIN pg_constraint c ON c.conrelid = r.oid WHERE c.contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT 'index', i.relname, r.relname, pg_get_indexdef(x.indexrelid, 0, true)
FROM relations r JOIN pg_index x ON x.indrelid = r.oid JOIN pg_class i ON i.oid = x.indexrelid
WHERE r.relkind = 'r'
UNION ALL
SELECT 'trigger', concat(r.relname, '.', t.tgname), r.relname,
       concat(pg_get_triggerdef(t.oid, true), ' ', t.tgenabled)
FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'rule', concat(r.relname, '.', w.rulename), r.relname, pg_get_ruledef(w.oid, true)
FROM relations r JOIN pg_rewrite w ON w.ev_class = r.oid WHERE r.relkind = 'r'
UNION ALL
SELECT 'policy', concat(r.relname, '.', w.polname), r.relname,
       concat_ws(' ', w.polcmd, w.polpermissive::text, w.polroles::text, pg_get_expr(w.polqual, w.polrelid),
           pg_get_expr(w.polwithcheck, w.polrelid))
FROM relations r JOIN pg_policy w ON w.polrelid = r.oid
UNION ALL
SELECT 'function', concat(p.proname, '(', pg_get_function_identity_arguments(p.oid), ')'), '',
       concat_ws(' ', l.lanname, CASE WHEN p.prosecdef THEN 'SECURITY DEFINER' END,
           replace(array_to_string(p.proconfig, ' '), concat('search_path=', ?1, ','), 'search_path='), p.prosrc)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE n.nspname = ?1";

/// A number made of the transactions that last wrote each definition of a schema. It is asked before
/// each write, so it follows the dependencies on the schema, which have an index: reading all functions
/// and columns of the database takes four times as long.
const CHANGES: &str = "
WITH members AS (
    SELECT d.classid, d.objid FROM pg_depend d WHERE d.refclassid = 'pg_namespace'::regclass
    AND d.refobjid = (SELECT oid FROM pg_namespace WHERE nspname = ?1)
), relations AS (
    SELECT c.oid, c.xmin FROM pg_class c JOIN members m ON m.objid = c.oid AND m.classid = 'pg_class'::regclass
), written (id, by) AS (
    SELECT oid::bigint, xmin FROM relations
    UNION ALL
    SELECT x.indexrelid::bigint, x.xmin FROM pg_index x JOIN relations r ON r.oid = x.indrelid
    UNION ALL
    SELECT c.oid::bigint, c.xmin FROM pg_index x JOIN relations r ON r.oid = x.indrelid JOIN pg_class c ON c.oid = x.indexrelid
    UNION ALL
    SELECT t.oid::bigint, t.xmin FROM pg_trigger t JOIN relations r ON r.oid = t.tgrelid
    UNION ALL
    SELECT a.attrelid::bigint * 2048 + a.attnum, a.xmin FROM pg_attribute a
    JOIN relations r ON r.oid = a.attrelid WHERE a.attnum > 0
    UNION ALL
    SELECT c.oid::bigint, c.xmin FROM pg_constraint c JOIN relations r ON r.oid = c.conrelid
    UNION ALL
    SELECT w.oid::bigint, w.xmin FROM pg_rewrite w JOIN relations r ON r.oid = w.ev_class
    UNION ALL
    SELECT w.oid::bigint, w.xmin FROM pg_policy w JOIN relations r ON r.oid = w.polrelid
    UNION ALL
    SELECT p.oid::bigint, p.xmin FROM pg_proc p JOIN members m ON m.objid = p.oid AND m.classid = 'pg_proc'::regclass
)
SELECT hashtextextended(coalesce(sum(hashint8extended(id, by::text::bigint)), 0)::text, 0) FROM written";

pub(in crate::store::engine) fn store_mark(
    connection: &Connection,
    server: &ServerConnection,
) -> EngineResult<StoreMark> {
    if server.has_store()? {
        let version = schema_version(connection, server)?;
        let is_ours = true;
        return Ok(StoreMark { is_ours, version });
    }
    let sql = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ?1";
    let others: i64 = connection.query_row(sql, &[&server.schema()], |row| row.get(0))?;
    Ok(StoreMark {
        is_ours: others == 0,
        version: 0,
    })
}

pub(in crate::store::engine) fn schema_version(
    connection: &Connection,
    server: &ServerConnection,
) -> EngineResult<i64> {
    if !server.has_store()? {
        return Ok(0);
    }
    let sql = "SELECT schema_version FROM store_head";
    connection.query_row(sql, &[], |row| row.get(0))
}

pub(in crate::store::engine) fn set_schema_version(
    transaction: &Transaction<'_>,
    version: i64,
) -> EngineResult<()> {
    let sql = "UPDATE store_head SET schema_version = ?1";
    transaction.execute(sql, &[&version]).map(drop)
}

/// Whether the login sees the hashes of PINs, which rights of the schema decide.
pub(in crate::store::engine) fn sees_hashes(connection: &Connection) -> EngineResult<bool> {
    let sql = "SELECT may('Set-CsClientPin', 'Test-PinDeskPin', 'Import-PinDesk')::int::bigint";
    connection.query_row(sql, &[], |row| row.get(0))
}

/// The number of transactions that have written.
pub(in crate::store::engine) fn writes(connection: &Connection) -> EngineResult<i64> {
    connection
        .prepare_cached("SELECT writes FROM store_head")?
        .query_row(&[], |row| row.get(0))
}

pub(in crate::store::engine) fn schema_changes(
    connection: &Connection,
    server: &ServerConnection,
) -> EngineResult<i64> {
    connection
        .prepare_cached(CHANGES)?
        .query_row(&[&server.schema()], |row| row.get(0))
}

pub(in crate::store::engine) fn schema_rows(
    connection: &Connection,
    server: &ServerConnection,
) -> EngineResult<Vec<SchemaRow>> {
    connection
        .prepare(DEFINITIONS)?
        .query_map(&[&server.schema()], SchemaRow::of)?
        .collect()
}

/// The largest ID that rows of this table ever had, which a trigger notes.
pub(in crate::store::engine) fn largest_id_ever(
    connection: &Connection,
    table: &str,
) -> EngineResult<Option<i64>> {
    let sql = "SELECT id FROM largest_ids WHERE name = ?1";
    connection.query_optional(sql, &[&table], |row| row.get(0))
}

pub(in crate::store::engine) fn note_largest_id(
    transaction: &Transaction<'_>,
    table: &str,
    largest: i64,
) -> EngineResult<()> {
    let sql = "INSERT INTO largest_ids (name, id) VALUES (?1, ?2)
        ON CONFLICT (name) DO UPDATE SET id = greatest(largest_ids.id, excluded.id)";
    transaction.execute(sql, &[&table, &largest]).map(drop)
}

pub(in crate::store::engine) fn table_columns(
    connection: &Connection,
    server: &ServerConnection,
    table: &str,
) -> EngineResult<Vec<String>> {
    let sql = "SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ?1 AND c.relname = ?2 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
    connection
        .prepare(sql)?
        .query_map(&[&server.schema(), &table], |row| row.get(0))?
        .collect()
}

pub(in crate::store::engine) fn is_largest_id_ever(
    connection: &Connection,
    table: &str,
    other: Option<i64>,
) -> EngineResult<bool> {
    let sql = format!(
        "WITH ids AS (SELECT max(id) AS largest
             FROM (SELECT max(id) AS id FROM {table} UNION ALL SELECT CAST(?2 AS BIGINT)) AS all_ids)
         SELECT count(*) = (SELECT CASE WHEN largest IS NULL THEN 0 ELSE 1 END FROM ids)
             AND coalesce(bool_and(name = ?1 AND id = (SELECT largest FROM ids)), true)
         FROM largest_ids"
    );
    connection.query_row(&sql, &[&table, &other], |row| row.get(0))
}

/// Puts a temporary copy of rows in the place of a table: temporary tables are looked up first until
/// the transaction ends. The copy has the key of the table, since rows are replaced by it.
pub(in crate::store::engine) fn copy_rows(
    transaction: &Transaction<'_>,
    server: &ServerConnection,
    table: &str,
    condition: &str,
    parameters: &[&dyn ToSql],
) -> EngineResult<()> {
    let schema = server.schema();
    let sql = "SELECT a.attname FROM pg_index i
        CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS keys (number, nth)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = keys.number
        WHERE i.indisprimary AND i.indrelid = CAST(CAST(?1 AS TEXT) AS regclass) ORDER BY keys.nth";
    let key: Vec<String> = transaction
        .prepare(sql)?
        .query_map(&[&format!("{schema}.{table}")], |row| row.get(0))?
        .collect::<EngineResult<_>>()?;
    server.batch(&format!(
        "SET LOCAL search_path = pg_temp, {schema};
         CREATE TEMP TABLE {table} (LIKE {schema}.{table} INCLUDING DEFAULTS, PRIMARY KEY ({})) ON COMMIT DROP",
        key.join(", ")
    ))?;
    let sql =
        format!("INSERT INTO pg_temp.{table} SELECT * FROM {schema}.{table} WHERE {condition}");
    transaction.execute(&sql, parameters).map(drop)
}
