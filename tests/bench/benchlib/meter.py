"""What a group of processes has used so far: CPU time to the nanosecond, memory."""
from __future__ import annotations

import os
from pathlib import Path


class Meter:
    """Of some processes and their children."""

    def __init__(self, roots: list[int]):
        self.roots = roots

    def pids(self) -> list[int]:
        found, look_at = [], list(self.roots)
        while look_at:
            pid = look_at.pop()
            found.append(pid)
            for task in tasks(pid):
                look_at += [int(child) for child in read(f"/proc/{pid}/task/{task}/children").split()]
        return found

    def cpu_seconds(self) -> float:
        """Of the threads that run now: none of the proxies ends one under load."""
        nanoseconds = 0
        for pid in self.pids():
            for task in tasks(pid):
                nanoseconds += int((read(f"/proc/{pid}/task/{task}/schedstat") or "0").split()[0])
        return nanoseconds / 1e9

    def cpu_seconds_with_ended(self) -> float:
        """Those that have ended, too, as far as somebody has waited for them; of these to the tick only."""
        ticks = 0
        for pid in self.pids():
            fields = read(f"/proc/{pid}/stat").rpartition(")")[2].split()
            ticks += sum(map(int, fields[13:15])) if fields else 0  # cutime, cstime
        return self.cpu_seconds() + ticks / os.sysconf("SC_CLK_TCK")

    def anonymous_bytes(self) -> int:
        """Memory that is these processes' own and resident."""
        total = 0
        for pid in self.pids():
            for line in read(f"/proc/{pid}/smaps_rollup").splitlines():
                if line.startswith("Anonymous:"):
                    total += int(line.split()[1]) * 1024
        return total


def tasks(pid: int) -> list[str]:
    try:
        return os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []


def read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
