"""A store on a server, its logins, and what they do with psql and with PinDesk."""

import os
import subprocess
from urllib.parse import parse_qs, urlsplit

# Each login with what it is. Only a stranger is no operator of the server.
OPERATORS = ("amy", "ann", "bob", "carol", "dan", "eve", "hal", "rita")
VIEWER = "vera"
STRANGER = "stan"


class Fault(Exception):
    """Something that must not happen did, or something that must happen did not."""


class Server:
    def __init__(self, address, pindesk, home):
        settings = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.host, self.port = settings["host"], settings["port"]
        self.database = urlsplit(address).path.lstrip("/")
        self.pindesk, self.home = pindesk, home

    def psql(self, login, sql):
        """Runs statements as a login would, one after the other until the first error."""
        return subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.host, "-p", self.port, "-U", login, "-d",
             self.database], input=sql, text=True, capture_output=True, timeout=120, errors="replace")

    def rows(self, sql):
        """The rows that a superuser finds."""
        done = self.psql("postgres", f"SET search_path = pindesk, pg_temp; {sql}")
        if done.returncode != 0:
            raise Fault(f"{sql}: {done.stderr}")
        return done.stdout

    def address(self, login, schema=None):
        """The address of a store under a login."""
        options = f"&options=-csearch_path%3D{schema}" if schema else ""
        return f"postgresql:///{self.database}?host={self.host}&port={self.port}&user={login}{options}"

    def run(self, login, *arguments, stdin=None):
        """Runs a command of PinDesk under a login."""
        return self.run_on(self.address(login), *arguments, stdin=stdin)

    def run_on(self, store, *arguments, stdin=None, environment=None):
        environment = {**(environment or {}), "HOME": self.home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "RUST_BACKTRACE": "0"}
        return subprocess.run([self.pindesk, "--store", str(store), *map(str, arguments)], text=True, capture_output=True,
                              input=stdin or "", timeout=120, env=environment, errors="replace")

    def succeed(self, login, *arguments, allowed=(0,), stdin=None):
        return self.succeed_on(self.address(login), *arguments, allowed=allowed, stdin=stdin)

    def succeed_on(self, store, *arguments, allowed=(0,), stdin=None):
        done = self.run_on(store, *arguments, stdin=stdin)
        if done.returncode not in allowed:
            raise Fault(f"{store}: {' '.join(map(str, arguments))} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def refused(self, login, *arguments, stdin=None):
        done = self.run(login, *arguments, stdin=stdin)
        if done.returncode == 0:
            raise Fault(f"{login}: {' '.join(map(str, arguments))} was not refused: {done.stdout}{done.stderr}")
        return done

    def content(self):
        """All rows of the store, with all rights and definitions."""
        tables = self.rows("SELECT relname FROM pg_class WHERE relnamespace = 'pindesk'::regnamespace AND relkind = 'r' "
                           "ORDER BY 1").split()
        parts = [self.rows(f"SELECT t::text FROM {table} t ORDER BY 1") for table in tables]
        # A transaction that is undone leaves no trace in the head, and neither may one that is not.
        catalogs = ("pg_proc", "pg_class", "pg_trigger", "pg_policy", "pg_auth_members", "pg_namespace")
        parts += [self.rows(f"SELECT count(*), md5(string_agg(c::text, ',' ORDER BY c::text)) FROM {name} c "
                            f"WHERE {NOT_TEMPORARY.get(name, 'true')}") for name in catalogs]
        return dict(zip([*tables, *catalogs], parts))

    def is_sound(self):
        return self.run("postgres", "history", "verify")


# Statistics and temporary schemas change by themselves.
NOT_TEMPORARY = {
    "pg_class": "c.relnamespace = 'pindesk'::regnamespace AND c.relkind = 'v'",
    "pg_namespace": "c.nspname !~ '^pg_(toast_)?temp_'",
}
