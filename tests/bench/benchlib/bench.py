"""The run itself: the web server and the proxies up, rounds in turn, a table."""
from __future__ import annotations

import importlib.util
import os
import resource
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from .load import Load
from .meter import Meter
from .move import measure_move
from .peer import Peer, Setup
from .scenario import Scenario

kHere = Path(__file__).resolve().parent.parent
kReferences = ("nginx", "haproxy")
kWarmUpSeconds = 0.5
kSettleSeconds = 2.5  # until what is given back after a second of idling has been given back


def load_peers() -> dict[str, type[Peer]]:
    found = {}
    for path in sorted((kHere / "peers").glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"peers_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.update({peer.name: peer for peer in module.PEERS})
    return found


def free_ports(count: int) -> list[int]:
    """Below the ports that connections take for themselves."""
    ports = []
    for port in range(21_000, 31_000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.append(port)
        if len(ports) == count:
            return ports
    raise SystemExit("no free ports")


@dataclass(frozen=True)
class Origin:
    port: int
    process: subprocess.Popen


class Bench:
    def __init__(self, tools: Path, rounds: int, seconds: float, workers: int, pinned: bool):
        self.rounds, self.seconds, self.workers = rounds, seconds, workers
        self.nofile = raise_descriptors()
        last = (os.cpu_count() or 1) - 1
        self.peer_cpus = {0} if pinned else None
        self.load_cpus = {last} if pinned else None
        self.tools = tools
        self.dir = Path(tempfile.mkdtemp(prefix="breakwater-bench."))
        self.dir.chmod(0o755)
        self.load = Load(tools / "bench_load", self.load_cpus)
        self.classes = load_peers()
        self.make_certificate()

    def make_certificate(self) -> None:
        self.cert, self.key, self.pem = (self.dir / name for name in ("cert.pem", "key.pem", "both.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "30", "-subj", "/CN=bench.test", "-addext", "subjectAltName=DNS:bench.test",
                        "-keyout", self.key, "-out", self.cert], check=True, capture_output=True)
        self.pem.write_text(self.cert.read_text() + self.key.read_text())
        for path in (self.cert, self.key, self.pem):
            path.chmod(0o644)  # a key of this run alone, read by whatever user a proxy runs as

    def close(self) -> None:
        shutil.rmtree(self.dir, ignore_errors=True)

    def run(self, scenario: Scenario, names: list[str] | None) -> None:
        wanted = names or list(scenario.peers)
        absent = {name: self.classes[name].missing() for name in wanted}
        for name in [name for name in wanted if absent[name]]:
            print(f"left out: {name}: {absent[name]}")
        peers: list[Peer] = []
        self.origins = [self.start_origin(), *([self.start_origin("second")] if scenario.moves else [])]
        try:
            self.start([name for name in wanted if not absent[name]], scenario, peers)
            print(f"\n### {scenario.name}\n\n{scenario.title}; {self.workers} worker(s)\n")
            if scenario.idle:
                self.measure_idle(scenario, peers)
            elif scenario.moves:
                measure_move(self, scenario.moves, peers)
            else:
                self.measure(scenario, peers)
        finally:
            for peer in peers:
                peer.stop()
            for origin in self.origins:
                origin.process.kill()
                origin.process.wait()

    def start_origin(self, *name: str) -> Origin:
        port = free_ports(1)[0]
        process = subprocess.Popen([self.tools / "bench_origin", str(port), *name], stdout=subprocess.PIPE, text=True,
                                   preexec_fn=lambda: self.load_cpus and os.sched_setaffinity(0, self.load_cpus))
        process.stdout.readline()
        return Origin(port, process)

    def start(self, names: list[str], scenario: Scenario, started: list[Peer]) -> None:
        """Adds to `started` as they start: whatever goes wrong, these are stopped."""
        ports = free_ports(2 * len(names))
        for i, name in enumerate(names):
            peer = self.classes[name](Setup(
                dir=self.dir / f"{scenario.name}-{name}", http=ports[2 * i], https=ports[2 * i + 1],
                upstreams=[origin.port for origin in self.origins], cert=self.cert, key=self.key, pem=self.pem, workers=self.workers,
                nofile=self.nofile, **scenario.setup))
            peer.start(self.peer_cpus)
            started.append(peer)

    def measure(self, scenario: Scenario, peers: list[Peer]) -> None:
        rows: dict[str, list[dict]] = defaultdict(list)
        rate = 0.0
        for peer in peers:
            warm = self.loop(scenario, peer, kWarmUpSeconds)
            if peer is peers[0] and scenario.rate:
                rate = warm["requests"] / warm["seconds"] / 2  # half of what saturates the first
        for number in range(self.rounds):
            for peer in peers if number % 2 == 0 else reversed(peers):
                rows[peer.name].append(self.loop(scenario, peer, self.seconds))
                if rate:
                    at_rate = self.load.run(port_of(scenario, peer), *scenario.load_words(),
                                            f"seconds={self.seconds}", f"rate={rate:.0f}")
                    rows[peer.name][-1].update({key: at_rate[key] for key in ("p50", "p99", "p999")})
        calls = {peer.name: self.system_calls(scenario, peer) for peer in peers}
        memory = {peer.name: peer.meter.anonymous_bytes() / 2**20 for peer in peers}
        print_table(scenario, rows, calls, memory, rate)

    def loop(self, scenario: Scenario, peer: Peer, seconds: float) -> dict:
        before = peer.meter.cpu_seconds()
        got = self.load.run(port_of(scenario, peer), *scenario.load_words(), f"seconds={seconds}")
        cpu = peer.meter.cpu_seconds() - before
        per = got["bytes"] / 1e9 if scenario.per == "gigabyte" else got["requests"]
        got["cpu"] = cpu / per * (1e3 if scenario.per == "gigabyte" else 1e6)
        return got

    def system_calls(self, scenario: Scenario, peer: Peer) -> float | None:
        """Per request, as perf counts them; None where it may not."""
        if not shutil.which("perf") or scenario.per != "request":
            return None
        pids = ",".join(map(str, peer.meter.pids()))
        perf = subprocess.Popen(["perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter", "-p", pids],
                                stderr=subprocess.PIPE, text=True)
        time.sleep(0.3)
        got = self.load.run(port_of(scenario, peer), *scenario.load_words(), "seconds=1")
        perf.send_signal(2)
        _, said = perf.communicate()
        count = said.split(",")[0].strip()
        return int(count) / got["requests"] if count.isdigit() else None

    def measure_idle(self, scenario: Scenario, peers: list[Peer]) -> None:
        print("| peer | KiB a connection | MiB without | MiB with |\n|---|---|---|---|")
        for peer in peers:
            port = port_of(scenario, peer)
            self.load.run(port, *scenario.load_words(), "connections=8", "seconds=0.3")
            time.sleep(kSettleSeconds)
            before = peer.meter.anonymous_bytes()
            clients = self.load.start(port, *scenario.load_words(), "idle", f"connections={scenario.idle}")
            clients.stdout.readline()
            time.sleep(kSettleSeconds)
            after = peer.meter.anonymous_bytes()
            clients.communicate()
            print(f"| {peer.name} | {(after - before) / scenario.idle / 1024:.2f} | {before / 2**20:.1f} |"
                  f" {after / 2**20:.1f} |")


def port_of(scenario: Scenario, peer: Peer) -> int:
    return peer.s.https if scenario.tls else peer.s.http


def raise_descriptors() -> int:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return min(hard, 120_000)


def median(values: list[float]) -> float:
    return statistics.median(values)


def print_table(scenario: Scenario, rows: dict[str, list[dict]], calls: dict[str, float | None],
                memory: dict[str, float], rate: float) -> None:
    unit = {"request": "µs/request", "gigabyte": "ms/GB", "connection": "µs/connection"}[scenario.per]
    references = [name for name in kReferences if name in rows]
    heads = ["peer", f"CPU {unit}", *(f"÷ {name}" for name in references), f"{scenario.per}s/s"]
    if rate:
        heads += ["p50 µs", "p99 µs", "p99.9 µs"]
    heads += ["system calls", "MiB", "errors"]
    print("| " + " | ".join(heads) + " |\n|" + "---|" * len(heads))
    for name, rounds in rows.items():
        cpu = [one["cpu"] for one in rounds]
        cells = [name, f"{median(cpu):.2f} [{min(cpu):.2f}–{max(cpu):.2f}]"]
        for reference in references:
            # Of one round: the machine is not the same from one to the next.
            ratios = [mine["cpu"] / its["cpu"] for mine, its in zip(rounds, rows[reference])]
            cells.append(f"{median(ratios):.2f} [{min(ratios):.2f}–{max(ratios):.2f}]")
        amount = "bytes" if scenario.per == "gigabyte" else "requests"
        per_second = median([one[amount] / one["seconds"] for one in rounds])
        cells.append(f"{per_second / 1e9:.2f}" if amount == "bytes" else f"{per_second:.0f}")
        if rate:
            cells += [f"{median([one[key] for one in rounds]):.0f}" for key in ("p50", "p99", "p999")]
        cells.append(f"{calls[name]:.2f}" if calls[name] is not None else "–")
        cells += [f"{memory[name]:.1f}", str(sum(one["errors"] for one in rounds))]
        print("| " + " | ".join(cells) + " |")
    if rate:
        print(f"\nlatencies at {rate:.0f} requests/s, half of what saturates {next(iter(rows))}")
