"""Runs the parts of scripts/faults."""

import argparse
import signal
import sys
import time

sys.dont_write_bytecode = True
import damage
import disk
import kill
import load
import window
from tools import Fault, Tester, fail, say

PARTS = {"kill": kill, "disk": disk, "damage": damage, "load": load, "window": window}


def main():
    # A signal ends the script by an exception, so that what was started is also ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = argparse.ArgumentParser()
    for name in ("pindesk", "root", "folder"):
        arguments.add_argument(f"--{name}", required=True)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--minutes", type=int, default=60)
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("parts", nargs="+", choices=PARTS)
    chosen = arguments.parse_args()
    failed = False
    for part in chosen.parts:
        tester = Tester(chosen.pindesk, chosen.root, chosen.folder, chosen.seed, chosen.quick, chosen.minutes)
        started = time.monotonic()
        tester.folder = tester.folder / part
        tester.folder.mkdir()
        try:
            words = PARTS[part].test(tester)
            say(f"ok    {part}: {words} ({time.monotonic() - started:.0f} s)")
        except Fault as fault:
            failed = True
            fail(part, chosen.seed, fault)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
