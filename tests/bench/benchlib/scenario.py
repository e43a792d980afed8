"""What is asked of the proxies, and what of it is measured."""
from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    words: tuple[str, ...] = ()   # for bench_load
    tls: bool = False
    peers: tuple[str, ...] = ("nginx", "haproxy", "breakwater")
    per: str = "request"          # or "gigabyte", "connection": what CPU is counted for
    rate: bool = False            # also at a fixed rate, for latencies
    idle: int = 0                 # memory of so many idle connections, and nothing else
    moves: str = ""               # this host moves to another server, and nothing else is measured
    setup: dict = field(default_factory=dict)  # fields of Setup

    def load_words(self) -> list[str]:
        return [*self.words, *(["tls"] if self.tls else [])]


kLarge = ("nginx", "nginx-bigbuf", "haproxy", "haproxy-splice", "breakwater")
kMany = [f"host-{i}.bench.test" for i in range(9_999)] + ["bench.test"]


def large(size: str, byte_count: int, connections: int, tls: bool) -> Scenario:
    kind = "tls" if tls else "plain"
    return Scenario(f"large-{kind}-{size}", f"{size} bodies, {kind}, {connections} connections",
                    (f"path=/{byte_count}", f"connections={connections}"), tls, kLarge, per="gigabyte")


SCENARIOS = [
    Scenario("h1-plain", "1 KiB, HTTP/1.1 with keep-alive, 64 connections", rate=True),
    Scenario("h1-tls", "the same over TLS 1.3", tls=True, rate=True),
    large("1m", 1 << 20, 16, False),
    large("64m", 64 << 20, 4, False),
    large("1m", 1 << 20, 16, True),
    large("64m", 64 << 20, 4, True),
    Scenario("handshake-full", "a new TLS 1.3 connection for each request, 32 at a time", ("new", "connections=32"),
             tls=True, per="connection"),
    Scenario("handshake-resumed", "the same with the session of an earlier one", ("new", "resume", "connections=32"),
             tls=True, per="connection"),
    Scenario("idle-plain", "10,000 idle connections, each after one request", idle=10_000),
    Scenario("idle-tls", "10,000 idle TLS connections, each after one request", tls=True, idle=10_000),
    Scenario("hosts-10k", "h1-plain with 10,000 hosts", setup={"hosts": kMany}),
    Scenario("reload", "of 10,000 hosts one moves to another server, under 2,000 requests/s", moves=kMany[5_000],
             setup={"hosts": kMany, "reloads": True}),
]
