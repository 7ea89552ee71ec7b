"""The store of a program under test, as SQLite has it: an independent witness of what was written."""

import sqlite3


class Store:
    """The store's file, read beside the program and never written."""

    def __init__(self, path):
        self.path = path

    def rows(self, query, *values):
        """Rows as tuples."""
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def one(self, query, *values):
        row, = self.rows(query, *values)
        return row[0] if len(row) == 1 else row

    def pin(self, sip):
        """The lock of a user by SIP address: cause, by whom, reason."""
        return self.one("SELECT lock_cause, lock_by, lock_reason FROM pins JOIN users ON id = user_id WHERE sip = ?",
                        sip)

    def locks(self):
        """The locks of all users by SIP address: cause and reason, or nothing."""
        found = self.rows("SELECT sip, lock_cause, lock_reason FROM pins JOIN users ON id = user_id")
        return {sip: (cause, reason) for sip, cause, reason in found}

    def last_source(self):
        """The file that the last batch was made from, and the users whose PINs it has changed, by SIP address."""
        batch, source = self.rows("SELECT id, source FROM batches ORDER BY id DESC LIMIT 1")[0]
        changed = self.rows("SELECT sip FROM history JOIN users ON users.id = user_id WHERE kind = 'pin' AND batch_id = ?",
                            batch)
        return source, sorted(sip for sip, in changed)

    def everything(self):
        """All that must not change before Apply."""
        return [self.rows(f"SELECT * FROM {table} ORDER BY 1") for table in ("users", "pins", "batches", "history")]
