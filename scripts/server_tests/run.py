"""Sets up a store on a server, works with it under several logins, connects in several ways, and tries to get around rights."""

import argparse
import sys
from pathlib import Path

from attempts import CONTROLS, all_attempts
from changes import WITH_REASONS, WITHOUT_REASONS
from connections import check_connections
from tools import OPERATORS, STRANGER, VIEWER, Fault, Server

KEN = "sip:kenmyer@litwareinc.com"


def set_up(server, root):
    """ann is CsAdministrator, bob and hal CsHelpDesk, carol CsUserAdministrator; eve has no role, and dan gets one for a unit. rita gets a
    role for giving roles, and amy is the second administrator."""
    for login in (*OPERATORS, VIEWER, STRANGER):
        server.psql("postgres", f"CREATE ROLE {login} LOGIN;")
    script = server.succeed("postgres", "store", "init", "--what-if").stdout
    if "CREATE ROLE pindesk_owner" not in script or server.psql("postgres", "SELECT 'pindesk'::regnamespace;").returncode == 0:
        raise Fault(f"--what-if shows no SQL, or makes something: {script[:500]}")
    server.succeed("postgres", "store", "init", "--administrator", "ann")
    if "already" not in server.refused("postgres", "store", "init").stderr:
        raise Fault("a second store was made in the place of the first")
    members = ", ".join(OPERATORS)
    server.rows(f"GRANT pindesk_operator TO {members}; GRANT pindesk_viewer TO {VIEWER};")
    sample = Path(root) / "assets" / "sample"
    server.succeed("ann", "import", "users", sample / "users.csv")
    server.succeed("ann", "import", "pins", sample / "pins.csv")
    # A name with an escaped comma, which is in no unit of that name.
    evil = Path(server.home) / "evil.csv"
    evil.write_text('DisplayName,SipAddress,DistinguishedName\nEvil,sip:evil@litwareinc.com,'
                    '"CN=evil\\,OU=Sales,DC=litwareinc,DC=com"\n')
    server.succeed("ann", "import", "users", evil)
    for login in ("bob", "hal"):
        server.succeed("ann", "roles", "grant", "CsHelpDesk", login)
    server.succeed("ann", "roles", "grant", "CsUserAdministrator", "carol")


def work(server):
    """What operators may do, they can do, and the history says who did it."""
    server.succeed("bob", "unlock", KEN, "--reason", "on the phone")
    server.succeed("bob", "lock", KEN, "--reason", "lost phone")
    server.succeed("bob", "set-pin", "sip:evil@litwareinc.com", stdin="482913\n")
    server.succeed("hal", "lock", "sip:evil@litwareinc.com")
    server.succeed("carol", "unlock", KEN)
    server.succeed("bob", "lock", "--where", "unlocked", "--reason", "many", "--submit")
    server.succeed("carol", "plans", "approve", 1)
    server.succeed("bob", "plans", "apply", 1)
    server.succeed("bob", "undo")
    server.succeed("bob", "set-pin", KEN, stdin="482913\n")
    server.succeed("carol", "unlock", KEN)
    server.succeed("bob", "authenticate", KEN, stdin="482913\n")
    server.succeed("bob", "authenticate", KEN, stdin="482914\n", allowed=(1,))
    server.succeed("ann", "policy", "set", "Global", "--min-length", 6)
    server.succeed("ann", "protected", "add", KEN)
    server.succeed("ann", "approval", "--above", 5)
    server.succeed("ann", "roles", "define", "Desk", "--may", "Unlock-CsClientPin", "--in", "OU=Sales,DC=litwareinc,DC=com")
    for login in (VIEWER, "eve", "bob"):
        server.succeed(login, "info", KEN)
        server.succeed(login, "history", "verify")
    server.succeed("ann", "roles", "grant", "Desk", "dan")
    server.succeed("ann", "roles", "grant", "CsAdministrator", "amy")
    server.succeed("ann", "roles", "define", "Roles", "--may", "Set-PinDeskRole")
    server.succeed("ann", "roles", "grant", "Roles", "rita")
    server.succeed("ann", "policy", "set", "Global", "--min-length", 5, "--submit", "--reason", "shorter")
    server.succeed("amy", "plans", "approve", 2)
    server.succeed("ann", "plans", "apply", 2)
    server.succeed("ann", "undo", server.rows("SELECT max(id) FROM batches").strip())
    server.succeed("hal", "lock", "--where", "unlocked", "--reason", "it waits", "--submit")
    server.succeed("hal", "lock", "--where", "unlocked", "--reason", "it is approved", "--submit")
    server.succeed("carol", "plans", "approve", 4)
    # No hook is allowed on this machine. The attempt is recorded, and taking the hook away weakens the rules.
    server.succeed("ann", "hooks", "--before", "check", "--after", "tell")
    said = server.refused("hal", "lock", "Jeff Smith").stderr
    if "does not allow it" not in said:
        raise Fault(f"a hook that is not allowed refuses with other words: {said}")
    server.refused("ann", "hooks", "--before", "off")
    server.refused("hal", "hooks", "--after", "off")
    server.succeed("ann", "hooks", "--before", "off", "--after", "off", "--submit", "--reason", "tried")
    server.succeed("amy", "plans", "approve", 5)
    server.succeed("ann", "plans", "apply", 5)
    for refused in (("eve", "lock", KEN), (VIEWER, "lock", KEN), ("bob", "roles", "grant", "CsAdministrator", "bob"),
                    ("bob", "policy", "set", "Global", "--min-length", 4), (STRANGER, "info"), ("bob", "protected", "remove", KEN)):
        server.refused(*refused)
    operators = set(server.rows("SELECT DISTINCT operator FROM batches").split())
    if operators != {"amy", "ann", "bob", "carol", "hal", "eve"}:
        raise Fault(f"the history names {operators}")


def check(server):
    """Logins and settings that undo the rights are named, to each operator."""
    found = server.succeed("bob", "store", "check").stdout
    if "postgres is a superuser" not in found or "fsync is off" not in found or "connect to the database" in found:
        raise Fault(f"store check says: {found}")
    server.rows(f"GRANT pg_read_all_data TO {STRANGER}; GRANT pindesk_owner TO eve; ALTER ROLE bob CREATEROLE; "
                "GRANT EXECUTE ON FUNCTION refuse(TEXT) TO PUBLIC; GRANT CONNECT ON DATABASE tests TO PUBLIC")
    found = server.succeed("bob", "store", "check").stdout
    for what in (f"{STRANGER} is a member of pg_read_all_data", "eve is a member of pindesk_owner", "bob can make roles",
                 "the function refuse", "connect to the database"):
        if what not in found:
            raise Fault(f"store check does not say that {what}: {found}")
    server.rows(f"REVOKE pg_read_all_data FROM {STRANGER}; REVOKE pindesk_owner FROM eve; ALTER ROLE bob NOCREATEROLE; "
                "REVOKE EXECUTE ON FUNCTION refuse(TEXT) FROM PUBLIC; REVOKE CONNECT ON DATABASE tests FROM PUBLIC")


def copy(server):
    """The store goes to a file and from there to another schema, and each time all of it is there."""
    file = Path(server.home) / "copy.db"
    first = server.succeed("postgres", "store", "copy", file).stdout
    if "already" not in server.refused("postgres", "store", "copy", server.address("postgres")).stderr:
        raise Fault("a store was copied onto itself")
    second = server.succeed_on(file, "store", "copy", server.address("postgres", "second"), "--administrator", "carol").stdout
    rows = [[line for line in text.splitlines() if line.startswith(("users:", "pins:", "pin_hashes:", "plans:"))]
            for text in (first, second)]
    if rows[0] != rows[1] or len(rows[0]) != 4:
        raise Fault(f"the copies differ: {first} {second}")
    there = server.address("carol", "second")
    server.succeed_on(there, "history", "verify")
    server.succeed_on(there, "unlock", KEN)
    server.succeed_on(there, "check")


def attack(server, controls, attempts):
    """Every attempt ends with an error and leaves everything as it was."""
    before, count, faults = server.content(), 0, []
    for login, name, sql in controls:
        done = server.psql(login, sql)
        if done.returncode != 0:
            faults.append(f"{login}: {name} is not possible: {done.stderr.strip()}")
    for login, name, sql in attempts:
        done = server.psql(login, sql)
        count += 1
        after = server.content() if done.returncode == 0 else None
        if done.returncode == 0:
            changed = [part for part in before if after.get(part) != before[part]]
            faults.append(f"{login}: {name}: no error; changed: {', '.join(changed) or 'nothing'}")
            before = after
    after = server.content()
    faults += [f"{part} is another one after all attempts" for part in before if after[part] != before[part]]
    return count, faults


def main():
    parser = argparse.ArgumentParser()
    for name in ("--pindesk", "--root", "--home", "--address"):
        parser.add_argument(name, required=True)
    args = parser.parse_args()
    server = Server(args.address, args.pindesk, args.home)
    set_up(server, args.root)
    work(server)
    check(server)
    copy(server)
    connections = check_connections(server)
    count, faults = attack(server, CONTROLS, all_attempts())
    server.succeed("ann", "approval", "--reason-for", "lock")
    more, others = attack(server, WITH_REASONS, WITHOUT_REASONS)
    count, faults = count + more, faults + others
    for fault in faults:
        print(fault)
    verified = server.is_sound()
    print(verified.stdout.strip() or verified.stderr.strip())
    print(f"{connections} connections, {count} attempts, {len(faults)} faults")
    sys.exit(1 if faults or verified.returncode != 0 else 0)


if __name__ == "__main__":
    main()
