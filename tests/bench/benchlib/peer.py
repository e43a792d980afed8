"""What a proxy under test looks like to tests/bench/run."""
from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .meter import Meter

kStartSeconds = 20
kStopSeconds = 3


@dataclass
class Setup:
    """What is asked of a proxy; it turns this into its configuration."""

    dir: Path             # its own directory
    http: int             # the port to serve HTTP on, on 127.0.0.1
    https: int            # and HTTPS
    upstreams: list[int]  # ports of the web server behind it; the first is the usual one
    cert: Path
    key: Path
    pem: Path             # both in one file
    workers: int = 1
    nofile: int = 20000   # the limit on open files
    hosts: list[str] | None = None  # these names, each with path /; none: whatever name is asked for
    reloads: bool = False  # move() will be called


class Peer:
    """One proxy. A file in peers/ lists its classes as PEERS."""

    name = ""
    needs: tuple[str, ...] = ()  # programs that must be there

    def __init__(self, setup: Setup):
        self.s = setup
        self.procs: list[subprocess.Popen] = []
        self.meter = Meter([])
        self.moved: str | None = None

    def configure(self) -> None:
        """Writes what the proxy reads, under self.s.dir."""

    def commands(self) -> list[list]:
        """What to run; it stays in the foreground."""
        raise NotImplementedError

    def move(self, host: str | None) -> None:
        """Has this name served by the second of the web servers, all others by the first; returns when it is told."""
        self.moved = host
        self.configure()
        self.reload()

    def reload(self) -> None:
        """Tells it to read its configuration again."""
        raise NotImplementedError

    @classmethod
    def missing(cls) -> str | None:
        absent = [name for name in cls.needs if not which(name)]
        return f"{absent[0]} is not installed" if absent else None

    def write(self, name: str, text: str) -> Path:
        path = self.s.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def start(self, cpus: set[int] | None) -> None:
        self.s.dir.mkdir(parents=True, exist_ok=True)
        self.s.dir.chmod(0o777)  # some change their user
        self.configure()
        for command in self.commands():
            program = which(str(command[0])) or str(command[0])
            with open(self.s.dir / "output", "ab") as output:
                self.procs.append(subprocess.Popen(
                    [program, *map(str, command[1:])], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                    preexec_fn=lambda: cpus and os.sched_setaffinity(0, cpus)))
        self.meter = Meter([process.pid for process in self.procs])
        for port in (self.s.http, self.s.https):
            self.await_port(port)

    def await_port(self, port: int) -> None:
        end = time.monotonic() + kStartSeconds
        while time.monotonic() < end and all(process.poll() is None for process in self.procs):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        said = (self.s.dir / "output").read_text(errors="replace")[-2000:]
        self.stop()
        raise SystemExit(f"{self.name} did not start: {said}")

    def stop(self) -> None:
        for process in self.procs:
            process.send_signal(signal.SIGTERM)
        end = time.monotonic() + kStopSeconds
        for process in self.procs:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.procs = []


def which(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin")
