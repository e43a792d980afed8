#!/usr/bin/env python3
"""Runs clang-tidy over the sources of a build directory, leaving out what has not changed since it was found clean.

usage: tidy.py BUILD_DIR [--changed]

A source is clean until its text, one of the project's headers that it includes, its command line, .clang-tidy,
clang-tidy itself or Debian's release changes: the hash of these names a file in the test cache (tests/lib/say.sh), which
checkouts share. --changed looks only at what differs from HEAD. Headers are looked at with the sources that include them.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIDY = "clang-tidy-19"


def run(*command, cwd=ROOT):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout


def commands(build):
    """Source, by path from the root, and its command; those that are ours and written by hand."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        if path.is_relative_to(ROOT) and not path.is_relative_to(build):
            found[path.relative_to(ROOT).as_posix()] = entry["command"]
    return found


def headers(build):
    """Source, and the files of the project that it includes, as the last build saw them."""
    found, current = {}, []
    for line in run("ninja", "-t", "deps", cwd=build).splitlines():
        if not line.startswith(" "):
            current = []
        elif line.strip():
            path = pathlib.Path(os.path.normpath(build / line.strip()))
            if path.is_relative_to(ROOT) and not path.is_relative_to(build):
                current.append(path.relative_to(ROOT).as_posix())
                found[current[0]] = current
    return found


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


def fingerprint(source, command, includes, common):
    digest = hashlib.sha256(common)
    digest.update(command.replace(str(ROOT), ".").encode())
    for path in sorted({source, *includes}):
        digest.update(path.encode() + b"\0" + (ROOT / path).read_bytes())
    return digest.hexdigest()


def check(source, build):
    """What clang-tidy has to say, empty when it is clean."""
    done = subprocess.run([TIDY, "-p", build, "--quiet", source], cwd=ROOT, capture_output=True, text=True)
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
    includes = headers(options.build)
    changed = changed_files() if options.changed else None

    todo, known = {}, 0
    for source, command in commands(options.build).items():
        if changed is not None and not changed & {source, source.replace(".cc", ".h")}:
            continue
        mark = marks / fingerprint(source, command, includes.get(source, []), common)
        if mark.exists():
            known += 1
        else:
            todo[source] = mark

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for source, said in zip(todo, pool.map(lambda source: check(source, options.build), todo)):
            if said:
                failed += 1
                print(said)
            else:
                todo[source].touch()
    print(f"clang-tidy: {len(todo)} looked at, {known} known to be clean, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
