#!/usr/bin/env python3
"""Runs clang-tidy over what a build directory compiles, leaving out what has not changed since it was found clean.

usage: tidy.py BUILD_DIR [--changed]

A piece is a source, or the eight of a library that the preset `tidy` has as one: most of the time goes into the headers
that they share. It is clean until its text, one of the project's headers that it includes, its command line, .clang-tidy,
clang-tidy itself or Debian's release changes: the hash of these names a file in the test cache (tests/lib/say.sh), which
checkouts share. --changed looks only at what differs from HEAD. Headers are looked at with the sources that include them.
"""
import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIDY = "clang-tidy-19"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def run(*command, cwd=ROOT):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout


def pieces(build):
    """Path of a piece, and its command; but for headers alone, whose includers are looked at."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        if "/lone/" not in entry["file"]:
            found[pathlib.Path(entry["file"])] = entry["command"]
    return found


@functools.cache
def includes(path):
    """The files of the project that one includes, as they are written: paths from the root, or whole ones of CMake's."""
    named = (ROOT / name for name in INCLUDE.findall(path.read_text(encoding="utf-8")))
    return [file for file in named if file.exists()]


def files_of(piece):
    """All files of the project that are read for it, itself first."""
    seen, todo = {}, [piece]
    while todo:
        one = todo.pop()
        if one not in seen:
            seen[one] = True
            todo += includes(one)
    return list(seen)


def sources_of(piece, build):
    return includes(piece) if piece.is_relative_to(build) else [piece]


def changed_files():
    """Those that differ from HEAD or are not in it."""
    tracked = run("git", "diff", "--name-only", "HEAD") if has_head() else ""
    return set((tracked + run("git", "ls-files", "--others", "--exclude-standard")).split())


def has_head():
    return subprocess.run(["git", "rev-parse", "-q", "--verify", "HEAD"], cwd=ROOT, capture_output=True).returncode == 0


def test_cache():
    """As tests/lib/say.sh has it."""
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(os.environ.get("BREAKWATER_TEST_CACHE") or pathlib.Path(cache) / "breakwater-tests")


def fingerprint(piece, command, common):
    digest = hashlib.sha256(common)
    digest.update(command.replace(str(ROOT), ".").encode())
    for text in sorted(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() for path in files_of(piece)):
        digest.update(text.replace(str(ROOT).encode(), b"."))
    return digest.hexdigest()


def check(piece, build):
    """What clang-tidy has to say, empty when it is clean."""
    done = subprocess.run([TIDY, "-p", build, "--quiet", piece], cwd=ROOT, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--changed", action="store_true")
    options = parser.parse_args()

    marks = test_cache() / "tidy"
    marks.mkdir(parents=True, exist_ok=True)
    common = b"".join([run(TIDY, "--version").encode(), (ROOT / ".clang-tidy").read_bytes(),
                       pathlib.Path("/etc/debian_version").read_bytes()])
    changed = {ROOT / path for path in changed_files()} if options.changed else None

    todo, known = {}, 0
    for piece, command in pieces(options.build).items():
        own = sources_of(piece, options.build)
        if changed is not None and not changed & {*own, *(path.with_suffix(".h") for path in own)}:
            continue
        mark = marks / fingerprint(piece, command, common)
        if mark.exists():
            known += 1
        else:
            todo[piece] = mark

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for piece, said in zip(todo, pool.map(lambda piece: check(piece, options.build), todo)):
            if said:
                failed += 1
                print(said)
            else:
                todo[piece].touch()
    print(f"clang-tidy: {len(todo)} looked at, {known} known to be clean, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
