"""Runs bench_load and gives what it printed."""
from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path


class Load:
    def __init__(self, binary: Path, cpus: set[int] | None):
        self.binary, self.cpus = binary, cpus

    def start(self, port: int, *words: str) -> subprocess.Popen:
        return subprocess.Popen([self.binary, str(port), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                text=True, preexec_fn=lambda: self.cpus and os.sched_setaffinity(0, self.cpus))

    def run(self, port: int, *words: str) -> dict:
        process = self.start(port, *words)
        said, _ = process.communicate()
        if process.returncode:
            raise SystemExit(f"bench_load {port} {' '.join(words)}: ended with {process.returncode}")
        return json.loads(said)
