"""Uses the real window at random for a long time. It goes on working, gives back what it takes, and is never slow.

It runs on a desktop without a screen. The times of its frames it writes itself (PINDESK_FRAMES); everything else is read
from the operating system."""

import csv
import shutil
import subprocess
import sys
import time

from tools import Fault, say

USERS, FEW_USERS = 20_000, 2_000
QUICK = 25  # seconds
# The first part of the time fills caches and the pool of memory, and is not judged: a share, or in a long run at least so
# many seconds.
WARM_UP, LEAST_WARM_UP = 0.2, 300
BETWEEN_RESTS = 120  # seconds
# After so many steps in a row that come to no end, the window does not answer any more.
MOST_LOST = 4


def test(tester):
    # They need a desktop, which only this part has.
    sys.path.insert(0, str(tester.root / "tests" / "window"))
    from harness import Missing

    run = Run(tester)
    try:
        words = run.whole()
    except (Fault, Missing, SystemExit, subprocess.SubprocessError) as trouble:
        run.keep_screen()
        raise Fault(f"{trouble}. Its {run.steps} steps, samples, frames and screen: {run.kept}") from trouble
    finally:
        run.close()
    return f"{run.steps:,} random steps on {run.users:,} users, {run.all_lost} of them without an end; {words}"


class Run:
    """One run: the window, the hand that uses it, and the figures."""

    def __init__(self, tester):
        from harness import Desk, xdotool
        from window_figures import Frames, Samples
        from window_use import Hand

        self.tester, self.steps, self.lost, self.all_lost = tester, 0, 0, 0
        self.seconds = QUICK if tester.is_quick else tester.minutes * 60
        self.users = FEW_USERS if tester.is_quick else USERS
        self.kept = tester.folder.parent.parent / "window-faults"
        shutil.rmtree(self.kept, ignore_errors=True)
        self.kept.mkdir()
        self.store, people = self.directory()
        self.data = tester.folder / "data"
        self.frames = Frames(self.kept / "frames.csv")
        xdotool("mousemove", "1500", "950")
        self.desk = Desk(tester.program, ["--store", str(self.store)], self.kept / "pindesk.log",
                         {"PINDESK_FRAMES": str(self.frames.path), "XDG_DATA_HOME": str(self.data)})
        self.samples = Samples(self.desk.process.pid, self.kept / "samples.csv")
        self.hand = Hand(self.desk, tester, self.store, people, tester.folder)
        self.log = (self.kept / "steps.txt").open("w")

    def directory(self):
        """A store of invented users, and their SIP addresses."""
        folder = self.tester.new_folder()
        store = folder / "pindesk.db"
        subprocess.run([sys.executable, "-B", self.tester.root / "scripts" / "make-directory", str(self.users), folder],
                       check=True, stdout=subprocess.DEVNULL)
        self.tester.succeed(store, "import", "users", folder / "users.csv", timeout=600)
        self.tester.succeed(store, "import", "pins", folder / "pins.csv", timeout=600)
        with open(folder / "users.csv", encoding="utf-8-sig") as file:
            next(file)  # the line that names the type
            return store, [row["SipAddress"] for row in csv.DictReader(file) if row["SipAddress"]]

    def whole(self):
        from window_figures import judge_memory, judge_rests

        self.desk.find(lambda name: name.startswith("All ") and name.endswith(f"{self.users:,}"), "toggle button", limit=60)
        rests = [self.rest()]
        self.samples.start()
        began = rested = time.monotonic()
        warm = began + self.seconds * WARM_UP
        if self.seconds > 3 * LEAST_WARM_UP:
            warm = max(warm, began + LEAST_WARM_UP)
        while time.monotonic() < began + self.seconds:
            self.step()
            if time.monotonic() > rested + BETWEEN_RESTS:
                rests.append(self.rest())
                rested = time.monotonic()
                self.report(rested - began, rests[-1])
        rests.append(self.rest())
        self.samples.stop()
        verified = self.tester.run(self.store, "history", "verify")
        if verified.returncode != 0:
            raise Fault(f"history verify says {verified.stderr or verified.stdout}")
        self.quit()
        words = [self.frames.judge(), judge_rests(next(rest for rest in rests if rest.at >= warm), rests[-1])]
        if not self.tester.is_quick:
            words.append(judge_memory([sample for sample in self.samples.all if sample.at >= warm]))
        return "; ".join(reversed(words))

    def step(self):
        from harness import Missing
        from window_use import GONE

        self.steps += 1
        name = self.hand.name_of(self.tester.seed, self.steps)
        self.log.write(f"{self.steps} {name}\n")
        self.log.flush()
        try:
            self.hand.use(self.tester.seed, self.steps)
            self.lost = 0
        except (Missing, *GONE) as missing:
            # A step may find something else than it looks for, since everything is at random.
            self.log.write(f"  came to no end: {missing}\n")
            self.lost += 1
            self.all_lost += 1
            if self.lost == MOST_LOST:
                raise Fault(f"{MOST_LOST} steps in a row came to no end; the last one: {missing}") from missing
        self.frames.read(f"step {self.steps}, {name}")
        self.must_be_whole()

    def must_be_whole(self):
        """The program runs, and has not reported a fault of its own."""
        if self.desk.process.poll() is not None:
            raise Fault(f"the program ended by itself with {self.desk.process.returncode}")
        for report in self.data.glob("**/pindesk-fault-*.txt"):
            shutil.copy(report, self.kept)
            raise Fault(f"the program reports a fault: {report.read_text()[:2000]}")
        words = (self.kept / "pindesk.log").read_text(errors="replace")
        if "panicked" in words or "fault of PinDesk" in words:
            raise Fault(f"the program complains: {words[-2000:]}")

    def rest(self):
        from harness import wait_for

        # Things that are looked at may go in between.
        wait_for("the window at rest", lambda: self.hand.rest() or True, limit=180)
        self.frames.read("between the steps")
        self.must_be_whole()
        return self.samples.take()

    def report(self, seconds, rest):
        say(f"      {seconds / 60:5.1f} min, {self.steps:5,} steps: {rest.memory:.0f} MB, {rest.handles} handles, {rest.threads} threads, "
            f"{rest.resources} resources, slowest frame {self.frames.slowest:.0f} ms in {self.frames.during}")

    def quit(self):
        from harness import wait_for

        self.desk.key("ctrl+q")
        wait_for("the end of the program", lambda: self.desk.process.poll() is not None)
        if self.desk.process.returncode != 0:
            raise Fault(f"the program ended with {self.desk.process.returncode}")

    def keep_screen(self):
        if self.desk.process.poll() is not None:
            return
        try:
            self.desk.screenshot(self.kept / "screen.png")
            (self.kept / "read-out.txt").write_text(self.desk.tree())
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the fault itself is reported in any case
            say(f"      (not all could be kept: {error})")

    def close(self):
        self.samples.stop()
        self.desk.close()
        self.log.close()
