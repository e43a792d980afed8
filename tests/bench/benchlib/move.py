"""One host of many moves to another web server: when that shows, what it costs, what breaks."""
from __future__ import annotations

import http.client
import json
import statistics
import threading
import time
from dataclasses import dataclass, field

kBaseRate = 2000
kBefore, kAfter = 1.0, 5.0  # seconds of load
kProbePause = 0.002
kQuietSeconds = 4.0  # until a change without load has cost what it costs


@dataclass
class Probe:
    """Asks for the host that moves, again and again, and remembers who answered when."""

    port: int
    host: str
    kept: bool  # on one connection, as long as that lives; else on a new one each time
    seen: list[tuple[float, str]] = field(default_factory=list)
    failed: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        connection = None
        while not self.stop.wait(kProbePause):
            if connection is None:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/16", headers={"Host": self.host})
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                self.failed += 1
                connection = None
                continue
            if answer.status != 200:
                self.failed += 1
            self.seen.append((time.monotonic(), answer.getheader("X-Origin", "first")))
            if not self.kept or answer.will_close:
                connection.close()
                connection = None

    def first(self, since: float) -> float:
        """Seconds until the new server answered first."""
        return min((at for at, who in self.seen if who == "second" and at >= since), default=float("nan")) - since

    def last_old(self, since: float) -> float:
        return max((at for at, who in self.seen if who == "first" and at >= since), default=since) - since


def measure_move(bench, host: str, peers: list) -> None:
    rows: dict[str, list[dict]] = {peer.name: [] for peer in peers}
    for number in range(bench.rounds):
        for peer in peers if number % 2 == 0 else reversed(peers):
            rows[peer.name].append({**under_load(bench, peer, host), "cpu": quiet_cpu(peer)})
    print("| peer | first new answer ms | last old answer ms | CPU ms of the change | failed |\n|---|---|---|---|---|")
    for name, rounds in rows.items():
        cells = [cell([one[key] for one in rounds]) for key in ("first", "last", "cpu")]
        print(f"| {name} | {' | '.join(cells)} | {sum(one['failed'] for one in rounds)} |")


def under_load(bench, peer, host: str) -> dict:
    load = bench.load.start(peer.s.http, "path=/1024", f"rate={kBaseRate}", f"seconds={kBefore + kAfter}")
    probes = [Probe(peer.s.http, host, kept) for kept in (False, True)]
    threads = [threading.Thread(target=probe.run) for probe in probes]
    for thread in threads:
        thread.start()
    time.sleep(kBefore)
    told = time.monotonic()
    peer.move(host)
    said, _ = load.communicate()
    for probe, thread in zip(probes, threads):
        probe.stop.set()
        thread.join()
    return {"first": probes[0].first(told) * 1e3, "last": max(probe.last_old(told) for probe in probes) * 1e3,
            "failed": sum(probe.failed for probe in probes) + json.loads(said)["errors"]}


def quiet_cpu(peer) -> float:
    """Milliseconds of the change back, nobody asking meanwhile."""
    time.sleep(1)
    before = peer.meter.cpu_seconds_with_ended()
    peer.move(None)
    time.sleep(kQuietSeconds)
    return (peer.meter.cpu_seconds_with_ended() - before) * 1e3


def cell(values: list[float]) -> str:
    return f"{statistics.median(values):.0f} [{min(values):.0f}–{max(values):.0f}]"
