"""Damages stores at random. The program never crashes or hangs, and never answers with a wrong lock state from a store that
SQLite's own check calls damaged."""

import csv
import io

from tools import Fault, is_sound, remove

MANY, FEW = 10_000, 60


def test(tester):
    original = tester.prepared()
    truth = states(tester.succeed(original, "info", "--format", "csv"))
    bytes_of_it = original.read_bytes()
    refused = noticed = right = wrong_but_sound = 0
    tries = FEW if tester.is_quick else MANY
    for number in range(tries):
        store = tester.new_folder() / "pindesk.db"
        damaged, words = damage(tester.random, bytearray(bytes_of_it))
        store.write_bytes(damaged)
        done = tester.run(store, "info", "--format", "csv", timeout=60)
        if done.returncode != 0:
            refused += 1
        elif states(done) == truth:
            right += 1
        elif is_sound(store):
            # A changed byte of a value is no damage to SQLite. Verify finds it.
            wrong_but_sound += 1
            if tester.run(store, "history", "verify", timeout=60).returncode == 0:
                raise Fault(f"try {number}, {words}: a wrong state, and history verify finds nothing")
        else:
            raise Fault(f"try {number}, {words}: a wrong answer from a store that integrity_check calls damaged")
        if number % 10 == 0:
            noticed += tester.run(store, "history", "verify", timeout=60).returncode != 0
            tester.run(store, "lock", "-", stdin="sip:kenmyer@litwareinc.com\n", timeout=60)
        remove(store.parent)
    return (f"{tries} damaged stores: {refused} refused, {right} answered rightly, "
            f"{wrong_but_sound} with a changed value that history verify finds, 0 crashes, 0 wrong answers")


def damage(random, data):
    """Changes some bytes, a page or the length of a file. Returns the file, and what was done to it."""
    kind = random.choice(["bits", "bytes", "zeros", "page", "cut", "grown", "swapped"])
    at = random.randrange(len(data))
    if kind == "bits":
        for _ in range(random.choice([1, 1, 2, 8])):
            at = random.randrange(len(data))
            data[at] ^= 1 << random.randrange(8)
    elif kind == "bytes":
        length = random.randrange(1, 64)
        data[at:at + length] = random.randbytes(len(data[at:at + length]))
    elif kind == "zeros":
        length = random.randrange(1, 4096)
        data[at:at + length] = bytes(len(data[at:at + length]))
    elif kind == "page":
        start = at // 4096 * 4096
        data[start:start + 4096] = random.randbytes(4096)
    elif kind == "cut":
        del data[at:]
    elif kind == "grown":
        data += random.randbytes(random.randrange(1, 8192))
    else:
        other = random.randrange(len(data)) // 4096 * 4096
        start = at // 4096 * 4096
        data[start:start + 4096], data[other:other + 4096] = data[other:other + 4096], data[start:start + 4096]
    return bytes(data), f"{kind} at byte {at:,}"


def states(done):
    """Who is locked, and when PINs expire. The text is read again, since a damaged one may not be CSV."""
    rows = csv.DictReader(io.StringIO(done.stdout))
    return {row.get("Identity"): (row.get("IsLockedOut"), row.get("LockCause"), row.get("PinExpirationTime")) for row in rows}
