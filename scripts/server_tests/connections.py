"""Connections to a server: passwords, and certificates that are checked with the name of the host."""

import os
import subprocess
import time
from pathlib import Path

from tools import Fault

PASSWORD = "correct:horse\\battery"
WRONG = "another-password"
EXTENSIONS = "subjectAltName=DNS:db.litwareinc.com\nbasicConstraints=CA:FALSE\n"


def openssl(folder, *arguments):
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise Fault(f"openssl {' '.join(arguments)}: {done.stderr}")


def authority(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.crt")


def certificates(server):
    """A certificate for db.litwareinc.com in the folder of the server, and the one of its authority beside it."""
    folder = Path(server.host)
    authority(folder, "root")
    authority(folder, "other")
    (folder / "extensions").write_text(EXTENSIONS)
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=db.litwareinc.com",
            "-keyout", "server.key", "-out", "server.csr")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "root.crt", "-CAkey", "root.key", "-CAcreateserial", "-days", "2",
            "-extfile", "extensions", "-out", "server.crt")
    owner = folder.stat()
    for name in ("server.key", "server.crt"):
        os.chown(folder / name, owner.st_uid, owner.st_gid)
        os.chmod(folder / name, 0o600)
    return folder


def encrypt(server, folder, is_on):
    for setting in (f"ssl_cert_file = '{folder}/server.crt'", f"ssl_key_file = '{folder}/server.key'",
                    f"ssl = {'on' if is_on else 'off'}"):
        server.psql("postgres", f"ALTER SYSTEM SET {setting};")
    server.psql("postgres", "SELECT pg_reload_conf();")
    for _ in range(100):
        if server.psql("postgres", "SHOW ssl;").stdout.strip() == ("on" if is_on else "off"):
            return
        time.sleep(0.1)
    raise Fault("the server does not change its encryption")


def connect(server, password_file, host="db.litwareinc.com", **settings):
    """Reads a user over the network. Returns the output, and whether it worked."""
    more = "".join(f"&{name}={value}" for name, value in settings.items())
    store = f"postgresql://bob@{host}:{server.port}/{server.database}?hostaddr=127.0.0.1{more}"
    done = server.run_on(store, "users", "kenmyer", environment={"PGPASSFILE": str(password_file)})
    said = done.stdout + done.stderr
    if PASSWORD in said or WRONG in said:
        raise Fault(f"the password is said: {said}")
    return said, done.returncode == 0 and "Ken Myer" in done.stdout


checked = 0


def expect(works, connected, what):
    global checked
    checked += 1
    said, did = connected
    if did != works:
        raise Fault(f"{what}: {'refused' if works else 'not refused'}: {said}")
    return said


def check_connections(server):
    folder = certificates(server)
    escaped = PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
    server.psql("postgres", f"ALTER ROLE bob PASSWORD '{PASSWORD}';")
    files = {}
    for name, line in (("right", escaped), ("wrong", WRONG)):
        files[name] = Path(server.home) / f"{name}.pgpass"
        files[name].write_text(f"# a comment\nelsewhere:*:*:*:x\n*:{server.port}:*:bob:{line}\n")
        files[name].chmod(0o600)
    none = Path(server.home) / "none.pgpass"
    right, root = files["right"], folder / "root.crt"

    # A loopback address needs no encryption, unless the address asks for it.
    expect(True, connect(server, right), "with the right password")
    said = expect(False, connect(server, files["wrong"]), "with a wrong password")
    if "does not take this password" not in said:
        raise Fault(f"a wrong password is not called one: {said}")
    said = expect(False, connect(server, none), "without a password")
    if "wants the password" not in said:
        raise Fault(f"a missing password is not called one: {said}")
    right.chmod(0o644)
    expect(False, connect(server, right), "with passwords that others can read")
    right.chmod(0o600)
    for mode in ("require", "verify-ca", "verify-full"):
        expect(False, connect(server, right, sslmode=mode, sslrootcert=root), f"{mode} without encryption on the server")

    encrypt(server, folder, True)
    for mode in ("require", "verify-ca", "verify-full"):
        expect(True, connect(server, right, sslmode=mode, sslrootcert=root), f"{mode} with the right certificate")
        expect(False, connect(server, right, sslmode=mode, sslrootcert=folder / "other.crt"), f"{mode} with another authority")
        expect(False, connect(server, right, sslmode=mode, sslrootcert="system"), f"{mode} with the authorities of the system")
        expect(False, connect(server, right, host="other.litwareinc.com", sslmode=mode, sslrootcert=root), f"{mode} of another host")
    expect(True, connect(server, right, sslmode="verify-full", sslrootcert=root, channel_binding="require"), "bound to the channel")
    expect(False, connect(server, right, channel_binding="require"), "bound to a channel that is not encrypted")
    encrypt(server, folder, False)
    return checked
