"""Compares the program for Windows, under Wine, with the one for Linux.

Usage: test_commands.py LINUX_PROGRAM WINDOWS_PROGRAM HOLD_PROGRAM FOLDER
Wine must be set up (WINEPREFIX). FOLDER is empty, and keeps what the programs wrote.
"""

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parent.parent / "assets" / "sample"
LISTS = "Listen für März"
STORE = "Bücher 1.db"
# A program that needs longer than this many seconds hangs.
PATIENCE = 120

failures = []


def check(what, holds, detail=""):
    """Notes a failure, and goes on."""
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}\n{detail}".rstrip(), flush=True)


class Side:
    """One of the two programs, with a folder of its own."""

    def __init__(self, name, start, separator, root):
        self.name, self.start, self.separator = name, start, separator
        self.folder = root / f"{name} Übung & Co"
        self.account = root / f"{name}-account"
        for folder in (self.folder / LISTS, self.account):
            folder.mkdir(parents=True)
        (self.folder / LISTS / "UTF-16.csv").write_bytes(
            "\ufeffName;Mail\r\nGünther Strauß;gstrauss@litwareinc.com\r\n李 秀英;xyli@litwareinc.com\r\n"
            "Nobody;nobody@litwareinc.com\r\n".encode("utf-16-le")
        )
        (self.folder / LISTS / "1250.csv").write_bytes(
            "Mail;Poznámka\r\ngstrauss@litwareinc.com;ještě\r\nnobody@litwareinc.com;ne\r\n".encode("cp1250")
        )
        (self.folder / LISTS / "offen.csv").write_bytes("Mail;Größe\r\nrkelly@litwareinc.com;ü\r\n".encode("cp1252"))

    def path(self, path):
        """A path of this machine as the program takes it."""
        return str(path) if self.separator == "/" else "Z:" + str(path).replace("/", "\\")

    def run(self, arguments, text="", store=STORE):
        """Runs the program in its folder. Returns the status, standard output and standard error."""
        environment = dict(
            os.environ,
            TZ="UTC",
            HOME=os.environ["HOME"] if self.separator == "\\" else str(self.account),
            XDG_DATA_HOME=str(self.account),
            PINDESK_KEY_FILE=self.path(self.account / "pins.key"),
        )
        named = [] if "--store" in arguments or store is None else ["--store", store]
        ran = subprocess.run(
            [*self.start, *named, *arguments],
            cwd=self.folder,
            env=environment,
            input=text.encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return ran.returncode, ran.stdout.decode("utf-8-sig"), ran.stderr.decode()

    def alike(self, text):
        """A text without what differs between two machines: accounts, times, hashes, IDs and separators."""
        text = text.replace("\r\n", "\n").replace("\\\\", "/").replace("\\", "/")
        for folder, word in ((self.folder, "FOLDER"), (self.account, "ACCOUNT-FOLDER"), (SAMPLE, "SAMPLE")):
            text = text.replace(self.path(folder).replace("\\", "/"), word)
        for pattern, word in (
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
            (r"\d{8}T\d{6}Z", "TIME"),
            (r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", "TIME"),
            (r"\b[0-9a-f]{64}\b", "HASH"),
            (r"\b[0-9a-f]{8,32}\b", "ID"),
            (r'"size": \d+', '"size": N'),
            (r"\b\d+(\.\d+)? [KM]B\b", "SIZE"),
            (r'"(account|operator|by|author|machine|path|id|lockedBy)": "[^"]*"', r'"\1": "…"'),
            (r"\b(VM/)?root\b", "ACCOUNT"),
        ):
            text = re.sub(pattern, word, text)
        return text


def commands():
    """The lines of the table: status, arguments and standard input."""
    for line in (HERE / "commands.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield split(line)


def split(line):
    status, rest = line.split(" | ", 1)
    # A pipe of PowerShell stands in quotes.
    parts = re.split(r" \|(?: |$)(?=[^']*(?:'[^']*'[^']*)*$)", rest)
    text = parts[1] if len(parts) > 1 else ""
    return int(status), parts[0].strip(), text.replace("\\n", "\n")


def arguments_of(side, words):
    placed = (
        word.replace("{/}", side.separator).replace("{sample}", side.path(SAMPLE)) for word in shlex.split(words)
    )
    return list(placed)


def compare(linux, windows):
    """Runs the table on both sides."""
    count = 0
    for status, words, text in commands():
        answers = [side.run(arguments_of(side, words), text) for side in (linux, windows)]
        statuses = [answer[0] for answer in answers]
        errors = "\n".join(f"{side.name}: {answer[2]}" for side, answer in zip((linux, windows), answers))
        check(f"{words}: statuses {statuses}, not {status}", statuses == [status, status], errors)
        results = [side.alike(answer[1]) for side, answer in zip((linux, windows), answers)]
        check(f"{words}: results differ", results[0] == results[1], f"{results[0]}\n--- Windows:\n{results[1]}")
        if "--format json" in words and answers[0][1] and status in (0, 1):
            json.loads(answers[1][1])
        count += 1
    print(f"{count} commands ended alike or are named above.", flush=True)
    for name in (f"{LISTS}/Vorschau.csv", f"{LISTS}/Ergebnis.csv", "Alle Benutzer.csv", "Skript für März.ps1"):
        contents = [(side.folder / name).read_bytes() for side in (linux, windows)]
        texts = [
            side.alike(content.decode("utf-16" if content[:2] == b"\xff\xfe" else "utf-8-sig"))
            for side, content in zip((linux, windows), contents)
        ]
        check(f"{name} differs", texts[0] == texts[1], f"{texts[0][:2000]}\n--- Windows:\n{texts[1][:2000]}")


def open_files(windows, hold):
    """A file that another program has open is tried before anything is changed."""
    result = windows.folder / LISTS / "open.csv"
    result.write_text("kept")
    with subprocess.Popen(
        ["wine", hold, windows.path(result)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        check("the file is held", holder.stdout.readline().strip() == "held")
        before = windows.run(["history", "--format", "json"])[1]
        command = ["lock", "--csv", f"{LISTS}\\offen.csv", "--save-results", f"{LISTS}\\open.csv"]
        status, _, said = windows.run(command)
        check("an open result file stops the command", status == 2, said)
        check("the open file is named as open", "another program has it open" in said, said)
        check("nothing was changed", windows.run(["history", "--format", "json"])[1] == before)
        check("the open file is as it was", result.read_text() == "kept")
        holder.stdin.close()
    status, _, said = windows.run(command)
    check("the closed file gets the results", status == 0 and "PinDeskVerdict" in result.read_text("cp1252"), said)


def for_the_owner_alone(windows):
    """Wine keeps an access list as a mode. Others must have no right, except where a file is shared."""
    written = ["Plan 1.json", "Alle Benutzer.csv", "Sicherung.db", STORE, "Beweis 3.zip", f"{LISTS}/Ergebnis.csv"]
    paths = [windows.folder / name for name in written] + sorted((windows.folder / "backups").glob("*.db"))
    for path in [*paths, windows.account / "pins.key"]:
        mode = stat.S_IMODE(path.stat().st_mode)
        check(f"{path.name} has mode {mode:o}", mode & 0o007 == 0)
    windows.run(["export", "users", "shared.csv", "--shared"])
    check("a shared file can be read", (windows.folder / "shared.csv").stat().st_mode & 0o004 != 0)


def stores_move(linux, windows):
    """A store of either side is a store of the other, with its whole history."""
    for maker, other in ((windows, linux), (linux, windows)):
        name = f"von {maker.name}.db"
        shutil.copy(maker.folder / STORE, other.folder / name)
        for arguments in (["history", "verify"], ["check"]):
            status, out, said = other.run(arguments, store=name)
            check(f"{other.name}: {' '.join(arguments)} of a store of {maker.name}", status == 0, out + said)
        counts = [json.loads(side.run(["history", "--format", "json"], store=store)[1])
                  for side, store in ((maker, STORE), (other, name))]
        check(f"{other.name}: other history of a store of {maker.name}", len(counts[0]) == len(counts[1]) > 10)
        back = f"zurück an {maker.name}.db"
        shutil.copy(other.folder / name, maker.folder / back)
        status, out, said = maker.run(["history", "verify"], store=back)
        check(f"{maker.name}: history verify of its own store again", status == 0, out + said)


def operator_is_known(windows):
    """The operator is DOMAIN\\name with its SID, and the SID is what the store keeps."""
    roles = windows.run(["roles", "--format", "json"])[1]
    check("the operator has a domain", re.search(r'"[^"\\]+\\\\root"', roles) is not None, roles)


def data_folders(windows, root):
    """The store lies in the folder of this computer, and one in the roaming folder is still used and said."""
    users = Path(os.environ["WINEPREFIX"]) / "drive_c" / "users"
    local = next(users.glob("*/AppData/Local"))
    roaming = next(users.glob("*/AppData/Roaming"))
    new, old = local / "pindesk" / "data", roaming / "pindesk" / "data"
    status, _, said = windows.run(["init"], store=None)
    check("a new store lies in the folder of this computer", status == 0 and (new / "pindesk.db").is_file(), said)
    check("its folder is for its owner alone", stat.S_IMODE(new.stat().st_mode) & 0o007 == 0)
    old.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(old, ignore_errors=True)
    new.rename(old)
    status, _, said = windows.run(["history", "verify"], store=None)
    check("the store in the roaming folder is used and said", status == 0 and "roams with this account" in said, said)
    shutil.rmtree(old)


def main():
    linux_program, windows_program, hold, root = sys.argv[1:]
    root = Path(root)
    linux = Side("Linux", [linux_program], "/", root)
    windows = Side("Windows", ["wine", windows_program], "\\", root)
    compare(linux, windows)
    stores_move(linux, windows)
    open_files(windows, hold)
    for_the_owner_alone(windows)
    operator_is_known(windows)
    data_folders(windows, root)
    if failures:
        print(f"{len(failures)} failed.")
        sys.exit(1)


if __name__ == "__main__":
    main()
