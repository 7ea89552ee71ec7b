"""Many operators work on one store on a server at once. No change is lost, nobody sees that another one was working, and the
history says what everybody was told."""

import argparse
import json
import random
import re
import sys
import threading
import time
from pathlib import Path

from tools import Fault, Server

# The first words of a result that changed something.
CHANGED = re.compile(r"^(Locked|Unlocked|Changed back) [1-9]", re.MULTILINE)
# Words of the server that no operator may see.
TROUBLE = re.compile(r"deadlock|could not serialize|lock timeout|busy|writing to the store for too long", re.IGNORECASE)


def main():
    arguments = argparse.ArgumentParser()
    for name in ("pindesk", "root", "home", "address"):
        arguments.add_argument(f"--{name}", required=True)
    arguments.add_argument("--operators", type=int, default=20)
    arguments.add_argument("--seconds", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    server = Server(chosen.address, chosen.pindesk, chosen.home)
    try:
        print(load(server, Path(chosen.root), chosen.operators, chosen.seconds, chosen.seed), flush=True)
    except Fault as fault:
        print(f"FAIL  load on a server (--seed {chosen.seed}): {fault}", file=sys.stderr, flush=True)
        sys.exit(1)


def load(server, root, operators, seconds, seed):
    logins = [f"op{number:02}" for number in range(operators)]
    for login in ("ann", *logins):
        server.psql("postgres", f"CREATE ROLE {login} LOGIN;")
    server.succeed("postgres", "store", "init", "--administrator", "ann")
    server.rows(f"GRANT pindesk_operator TO ann, {', '.join(logins)};")
    for kind in ("users", "pins"):
        server.succeed("ann", "import", kind, root / "assets" / "sample" / f"{kind}.csv")
    for login in logins:
        server.succeed("ann", "roles", "grant", "CsUserAdministrator", login)
    people = [user["Identity"] for user in json.loads(server.succeed("ann", "--format", "json", "info").stdout)]
    last = server.rows("SELECT max(id) FROM batches").strip()
    desks = [Desk(server, login, people, seconds, f"{seed} {login}") for login in logins]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    faults = [desk.fault for desk in desks if desk.fault]
    if faults:
        raise Fault(faults[0])
    for desk in desks:
        made = int(server.rows(f"SELECT count(DISTINCT b.id) FROM batches b JOIN history h ON h.batch_id = b.id WHERE b.id > {last} "
                               f"AND b.operator = '{desk.login}' AND b.action IN ('lock', 'unlock', 'undo') AND h.kind = 'pin'"))
        if made != desk.changes:
            raise Fault(f"{desk.login} was told of {desk.changes} changes, and the history has {made}")
    verified = server.is_sound()
    if verified.returncode != 0:
        raise Fault(f"history verify says {verified.stdout}{verified.stderr}")
    commands, changes = (sum(getattr(desk, name) for desk in desks) for name in ("commands", "changes"))
    took = sorted(time for desk in desks for time in desk.unlocks)
    p50, p99 = (took[int(len(took) * share)] * 1000 for share in (0.5, 0.99))
    return (f"{operators} operators for {seconds} s: {commands} commands, {changes} changes, none lost, no trouble shown; "
            f"a single unlock as a whole process p50 {p50:.0f} ms, p99 {p99:.0f} ms")


class Desk(threading.Thread):
    """One operator, who runs one command after the other."""

    def __init__(self, server, login, people, seconds, seed):
        super().__init__()
        self.server, self.login, self.people, self.seconds = server, login, people, seconds
        self.random = random.Random(seed)
        self.unlocks, self.changes, self.commands, self.fault = [], 0, 0, None

    def run(self):
        until = time.monotonic() + self.seconds
        try:
            while time.monotonic() < until:
                self.one_command()
        except Fault as fault:
            self.fault = str(fault)
        except Exception as error:
            self.fault = f"{self.login}: {error}"

    def one_command(self):
        user = self.random.choice(self.people)
        many = "".join(f"{identity}\n" for identity in self.random.sample(self.people, 100))
        arguments, stdin = self.random.choice([
            (["lock", user], None), (["unlock", user], None), (["unlock", user], None), (["lock", "-"], many), (["unlock", "-"], many),
            (["undo"], None), (["authenticate", user], "1234\n"), (["users", user[4:8]], None)])
        started = time.monotonic()
        done = self.server.run(self.login, *arguments, stdin=stdin)
        took = time.monotonic() - started
        self.commands += 1
        words = done.stdout + done.stderr
        # 0 is done, 1 that users were left out or a PIN was wrong, and 2 that there is nothing to undo.
        allowed = (0, 1, 2) if arguments[0] == "undo" else (0, 1)
        if done.returncode not in allowed or TROUBLE.search(words):
            raise Fault(f"{self.login}: {' '.join(arguments)} ended with {done.returncode}: {words[-1000:]}")
        if arguments[0] == "unlock" and arguments[1] != "-":
            self.unlocks.append(took)
        if CHANGED.search(words):
            self.changes += 1


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
