"""The command line of tests/bench/run."""
from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchlib.bench import Bench, load_peers  # noqa: E402
from benchlib.scenario import SCENARIOS  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests/bench/run", description="Measures Breakwater beside other proxies.")
    parser.add_argument("--scenario", default="h1-plain,h1-tls", help="some of --list, with commas; or all")
    parser.add_argument("--peers", help="with commas; the first sets the fixed rate (default: the scenario's)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2, help="of each measurement")
    parser.add_argument("--workers", type=int, default=1, help="of each proxy")
    parser.add_argument("--unpinned", action="store_true", help="pin nothing: for more than one worker")
    parser.add_argument("--list", action="store_true", help="say which scenarios and peers there are")
    parser.add_argument("--tools", type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.list:
        for scenario in SCENARIOS:
            print(f"{scenario.name:18} {scenario.title}")
        print("peers:", " ".join(load_peers()))
        return 0
    known = {scenario.name: scenario for scenario in SCENARIOS}
    wanted = list(known) if options.scenario == "all" else options.scenario.split(",")
    for name in wanted:
        if name not in known:
            parser.error(f"there is no scenario {name}; --list names them")
    peers = options.peers.split(",") if options.peers else None
    for name in peers or []:
        if name not in load_peers():
            parser.error(f"there is no peer {name}; --list names them")
    bench = Bench(options.tools, options.rounds, options.seconds, options.workers, not options.unpinned)
    try:
        for name in wanted:
            bench.run(known[name], peers)
    finally:
        bench.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
