"""Runs the parts of scripts/compare, and prints the results as a table."""

import argparse
import signal
import sys

sys.dont_write_bytecode = True
import bulk
import imports
import ldap
import search
from tools import Bench

PARTS = {"search": search, "bulk": bulk, "import": imports, "ldap": ldap}


def main():
    # A signal ends the script by an exception, so that what was started is also ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = argparse.ArgumentParser()
    for name in ("pindesk", "timings", "folder"):
        arguments.add_argument(f"--{name}", required=True)
    arguments.add_argument("--count", type=int, required=True)
    arguments.add_argument("--turns", type=int, required=True)
    arguments.add_argument("--json")
    arguments.add_argument("parts", nargs="+", choices=PARTS)
    chosen = arguments.parse_args()
    bench = Bench(chosen.pindesk, chosen.timings, chosen.folder, chosen.count, chosen.turns)
    rows = [row for part in chosen.parts for row in PARTS[part].measure(bench)]
    print_table(rows)
    if chosen.json:
        with open(chosen.json, "a", encoding="utf-8") as file:
            file.writelines(row.json() + "\n" for row in rows)


def print_table(rows):
    lines = [("work", "PinDesk", "other", "", "PinDesk is", "")]
    for row in rows:
        ours = "" if row.pindesk is None else seconds(row.pindesk)
        lines.append((row.work, ours, row.other, "" if row.seconds is None else seconds(row.seconds), row.words(), row.note))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        cells = [cell.rjust(width) if column in (1, 3) else cell.ljust(width)
                 for column, (cell, width) in enumerate(zip(line, widths))]
        print("  ".join(cells).rstrip())


def seconds(time):
    return f"{time * 1000:.1f} ms" if time < 1 else f"{time:.2f} s"


if __name__ == "__main__":
    main()
