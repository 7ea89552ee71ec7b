"""What a long run of the window is judged by: memory, handles, threads, resources of the X server, and frames."""

import statistics
import threading
import time
from collections import namedtuple
from pathlib import Path

from tools import Fault

# Each change of the window's size adds a context and three regions, which are given back at the end of the program. Whether the
# Vulkan driver or the windowing library keeps them has not been found out.
OF_EACH_SIZE = ("GC", "XFixesRegion")
PAUSE = 2.0  # seconds between two samples
# Memory may grow by so much after the warm-up, along a line that is fitted through all samples.
GROWTH, GROWTH_MB = 0.1, 20
# Handles, threads and resources may be so many more at the end, with nothing open, than after the warm-up.
FEW_MORE = 4
# The window's own work on a frame, in milliseconds. A build without optimization takes several times as long.
SLOW, SLOW_DEBUG = 100, 1000

# `at` is in seconds of the monotonic clock, memory in MB.
Sample = namedtuple("Sample", "at memory handles threads resources")


class Samples(threading.Thread):
    """Reads every few seconds what the window takes of the machine."""

    def __init__(self, pid, path):
        super().__init__(daemon=True)
        self.folder, self.path = Path(f"/proc/{pid}"), path
        self.all, self.resources = [], Resources(pid)
        self._ended = threading.Event()

    def run(self):
        while not self._ended.wait(PAUSE):
            try:
                self.all.append(self._read())
            except OSError:
                return

    def take(self):
        """A sample with the resources of the X server."""
        return self._read(self.resources.count())

    def _read(self, resources=0):
        status = dict(line.split(":", 1) for line in (self.folder / "status").read_text().splitlines() if ":" in line)
        handles = len(list((self.folder / "fd").iterdir()))
        return Sample(time.monotonic(), int(status["VmRSS"].split()[0]) / 1024, handles, int(status["Threads"]), resources)

    def stop(self):
        if self._ended.is_set():
            return
        self._ended.set()
        lines = [f"{sample.at - self.all[0].at:.1f},{sample.memory:.1f},{sample.handles},{sample.threads}\n" for sample in self.all]
        self.path.write_text("seconds,memory_mb,handles,threads\n" + "".join(lines))


class Resources:
    """Counts what the X server keeps for the window: pixmaps, cursors, pictures and the like."""

    def __init__(self, pid):
        from Xlib import display
        from Xlib.ext import res
        self.pid, self.display = pid, display.Display()
        self.by_pid = res.LocalClientPIDMask

    def count(self):
        """The resources of all connections of the process, without those of the driver."""
        total = 0
        for client in self.display.res_query_clients().clients:
            ids = self.display.res_query_client_ids([{"client": client.resource_base, "mask": self.by_pid}]).ids
            if any(self.pid in one.value for one in ids):
                types = self.display.res_query_client_resources(client.resource_base).types
                total += sum(kind.count for kind in types if self.display.get_atom_name(kind.resource_type) not in OF_EACH_SIZE)
        return total


class Frames:
    """The times of frames, which the window writes itself. All are in milliseconds."""

    def __init__(self, path):
        self.path, self._read = path, 0
        self.work, self.elapsed, self.whole = [], [], []
        self.slowest, self.during, self.is_debug = 0.0, "", False

    def read(self, during):
        """Reads the frames since the last time."""
        if not self.path.exists():
            return
        with open(self.path, encoding="ascii") as file:
            file.seek(self._read)
            text = file.read()
        whole_lines = text[:text.rfind("\n") + 1]
        self._read += len(whole_lines)
        for line in whole_lines.splitlines():
            if line.startswith("# "):
                self.is_debug = "debug" in line
            elif line[0].isdigit():
                _, work, elapsed, whole = map(float, line.split(","))
                self.work.append(work)
                self.elapsed.append(elapsed)
                self.whole.append(whole)
                if work > self.slowest:
                    self.slowest, self.during = work, during

    def judge(self):
        limit = SLOW_DEBUG if self.is_debug else SLOW
        if not self.work:
            raise Fault("the window has written no times of frames; it does so only when wgpu paints it")
        if self.slowest > limit:
            slow = sum(work > limit for work in self.work)
            raise Fault(f"a frame took {self.slowest:.0f} ms of the window's own work in {self.during}; "
                        f"{slow} of {len(self.work):,} took more than {limit} ms")
        return (f"{len(self.work):,} frames, own work {median(self.work):.1f} ms (median), {most(self.work, 0.99):.1f} ms (99 %), "
                f"{self.slowest:.0f} ms (slowest, in {self.during}), with the renderer {median(self.whole):.1f} ms (median), "
                f"{max(self.whole):.0f} ms (slowest)")


def judge_memory(samples):
    """The line through all samples after the warm-up."""
    slope, start = statistics.linear_regression([sample.at - samples[0].at for sample in samples], [sample.memory for sample in samples])
    growth = slope * (samples[-1].at - samples[0].at)
    words = f"memory {start:.0f} MB after the warm-up, {growth:+.1f} MB along a fitted line to the end"
    if growth > start * GROWTH + GROWTH_MB:
        raise Fault(f"memory grows: {words}")
    return words


def judge_rests(first, last):
    """What is taken while nothing is open must not grow."""
    words = []
    for name in ("handles", "threads", "resources"):
        before, after = getattr(first, name), getattr(last, name)
        label = "resources of the X server" if name == "resources" else name
        words.append(f"{label} {before} then {after}")
        if after > before + FEW_MORE:
            raise Fault(f"{label} leak: {before} after the warm-up and {after} at the end, with nothing open")
    return ", ".join(words)


def median(numbers):
    return statistics.median(numbers)


def most(numbers, share):
    """The number that this share of them does not exceed."""
    return sorted(numbers)[int((len(numbers) - 1) * share)]
