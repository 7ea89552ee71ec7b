//! The statements that set up a store on a server, for the program and as a script for those who
//! administer the server.

use crate::store::engine::catalog::{EngineKind, ServerNames};

/// The statements for one database and one schema.
pub(in crate::store) struct SetUpSql {
    schema: String,
    owner: String,
    operators: String,
    roles: String,
    rights: String,
}

impl SetUpSql {
    pub fn new(names: &ServerNames) -> Self {
        let schema = &names.schema;
        let [owner, operators, viewers] =
            ["owner", "operator", "viewer"].map(|role| format!("{schema}_{role}"));
        let filled = |sql: &str| {
            sql.replace("{owner}", &owner)
                .replace("{operator}", &operators)
                .replace("{viewer}", &viewers)
                .replace("{database}", &names.database)
                .replace("{schema}", schema)
        };
        Self {
            roles: filled(include_str!("postgres/roles.sql")),
            rights: filled(include_str!("postgres/rights.sql")),
            schema: schema.clone(),
            owner,
            operators,
        }
    }

    /// The statements before the tables.
    pub fn roles(&self) -> &str {
        &self.roles
    }

    /// The statements after the tables.
    pub fn rights(&self) -> &str {
        &self.rights
    }

    /// The role to which everything belongs.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The role whose members are operators.
    pub fn operators(&self) -> &str {
        &self.operators
    }

    /// The statement after which the owner makes what is made.
    pub fn as_owner(&self) -> String {
        format!("SET LOCAL ROLE {}", self.owner)
    }

    /// The steps after a version, to be read.
    pub fn script_after(&self, version: i64) -> String {
        let steps = super::steps_of(EngineKind::Postgres).filter(|(step, _)| *step > version);
        let steps: Vec<_> = steps.map(|(_, sql)| sql).collect();
        format!(
            "BEGIN;\nSET LOCAL search_path = {}, pg_temp;\n{};\n\n{}\n{}\nRESET ROLE;\n\n\
             -- The version and the batch of the upgrade are written by: pindesk store upgrade\nCOMMIT;\n",
            self.schema,
            self.as_owner(),
            steps.join("\n"),
            self.rights
        )
    }

    /// All of it, to be read and run with psql.
    pub fn script(&self) -> String {
        format!(
            "BEGIN;\nSET LOCAL search_path = {}, pg_temp;\n\n{}\n{}\n{}\nCOMMIT;\n\n\
             -- The ID of the store, the built-in roles and the first batch are made by: pindesk store init ADDRESS\n",
            self.schema,
            self.roles,
            super::STEPS_ON_SERVER.join("\n"),
            self.rights
        )
    }
}
