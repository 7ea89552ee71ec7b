"""Unlocking in OpenLDAP: slapd with the ppolicy overlay, and ldapmodify that removes pwdAccountLockedTime."""

import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from tools import Row, median, run, say, sqlite, write_list

MOST = 10_000
SUFFIX = "dc=litwareinc,dc=com"
ADMIN = ["-x", "-D", f"cn=admin,{SUFFIX}", "-w", "for-this-run"]

CONFIG = """include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile {folder}/slapd.pid
database mdb
suffix "{suffix}"
rootdn "cn=admin,{suffix}"
rootpw for-this-run
directory {folder}/db
maxsize 4294967296
index objectClass,uid eq
overlay ppolicy
"""

SUFFIX_ENTRY = f"""dn: {SUFFIX}
objectClass: dcObject
objectClass: organization
dc: litwareinc
o: Litware

"""
PERSON = """dn: uid={uid},{suffix}
objectClass: inetOrgPerson
uid: {uid}
cn: {uid}
sn: {uid}
mail: {uid}@litwareinc.com
userPassword: 12345
pwdAccountLockedTime: 20261122120000Z

"""
UNLOCK = """dn: uid={uid},{suffix}
changetype: modify
delete: pwdAccountLockedTime

"""


class Slapd:
    """A private server in a private folder, reached by a socket in it."""

    def __init__(self):
        # The path of a socket must be short, so the folder is not beside the build results.
        self.folder = Path(tempfile.mkdtemp(prefix="slapd."))
        self.address = "ldapi://" + quote(f"{self.folder}/socket", safe="")
        self._server = None
        # On Ubuntu AppArmor restricts the program in /usr/sbin to the system's own folders. A copy is not restricted.
        self._program = self.folder / "slapd"
        shutil.copy(shutil.which("slapd", path="/usr/sbin:/usr/local/sbin:/usr/bin"), self._program)
        (self.folder / "slapd.conf").write_text(CONFIG.format(folder=self.folder, suffix=SUFFIX))

    def fill(self, ldif):
        """Makes the directory again."""
        shutil.rmtree(self.folder / "db", ignore_errors=True)
        (self.folder / "db").mkdir()
        run([self._program, "-T", "add", "-q", "-f", self.folder / "slapd.conf", "-l", ldif])

    def __enter__(self):
        self._server = subprocess.Popen(
            [self._program, "-d", "0", "-f", self.folder / "slapd.conf", "-h", self.address],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            asked = subprocess.run(["ldapsearch", *ADMIN, "-H", self.address, "-s", "base", "-b", SUFFIX],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if asked.returncode == 0:
                return self
            time.sleep(0.05)
        raise SystemExit("error: slapd did not start")

    def __exit__(self, *_):
        self._server.send_signal(signal.SIGTERM)
        self._server.wait()

    def locked(self):
        found = run(["ldapsearch", *ADMIN, "-H", self.address, "-LLL", "-b", SUFFIX, "(pwdAccountLockedTime=*)", "1.1"],
                    keep=True)[1]
        return found.count("dn:")

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def measure(bench):
    store = bench.copy(bench.store(), "ldap.db")
    users = locked_users(bench, store)
    say(f"Unlocking {len(users):,} users in OpenLDAP")
    upns = write_list(bench.file("ldap.csv"), (upn for _, upn in users))
    uids = [uid for uid, _ in users]
    everybody, unlock = bench.file("everybody.ldif"), bench.file("unlock.ldif")
    everybody.write_text(SUFFIX_ENTRY + "".join(PERSON.format(uid=uid, suffix=SUFFIX) for uid in uids))
    unlock.write_text("".join(UNLOCK.format(uid=uid, suffix=SUFFIX) for uid in uids))
    ours, whole, theirs = [], [], []
    slapd = Slapd()
    try:
        for _ in range(bench.turns):
            timed = bench.timings("list", bench.copy(store, "apply.db"), "unlock", upns)
            if timed["changed"] != len(users):
                raise SystemExit(f"error: PinDesk unlocked {timed['changed']} of {len(users)} users")
            ours.append(timed["applyMs"] / 1000)
            whole.append(bench.pindesk(bench.copy(store, "whole.db"), "unlock", "--csv", upns, "--force")[0])
            slapd.fill(everybody)
            with slapd:
                if slapd.locked() != len(users):
                    raise SystemExit("error: not everybody is locked in OpenLDAP")
                theirs.append(run(["ldapmodify", *ADMIN, "-H", slapd.address, "-f", unlock])[0])
                if slapd.locked():
                    raise SystemExit("error: ldapmodify has not unlocked everybody")
    finally:
        slapd.remove()
    rows, other = f"{len(users):,}", "ldapmodify, each user durable"
    yield Row("ldap", f"{rows}: unlock, preview to disk, with history", median(ours), other, median(theirs))
    yield Row("ldap", f"{rows}: unlock, file to disk, whole program", median(whole), other, median(theirs))


def locked_users(bench, store):
    """Locks as many users as are compared, and returns their logon names and UPNs."""
    chosen = sqlite(store, f"""SELECT logon || ' ' || upn FROM users JOIN pins ON user_id = id
WHERE is_set = 1 AND lock_cause IS NULL ORDER BY id LIMIT {MOST};
""")[1]
    users = [tuple(line.split()) for line in chosen.splitlines() if "@" in line]
    bench.pindesk(store, "lock", "--csv", write_list(bench.file("lock.csv"), (upn for _, upn in users)), "--force")
    return users
