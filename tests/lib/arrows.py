#!/usr/bin/env python3
"""Checks the include arrows: which folder may include which, and which library belongs to which folder.

Prints a line per violation and exits 1 when there is one. The tables below are the rule; the linker checks the same
arrows a second time, one target per folder.
"""
import pathlib
import re
import sys

# A folder, and those that it may include besides itself. What these may include, it may too.
ARROWS = {
    "proxy/base": [],
    "proxy/table": ["proxy/base"],
    "proxy/reactor": ["proxy/base"],
    "proxy/resolve": ["proxy/reactor"],
    "proxy/tls": ["proxy/table", "proxy/reactor"],
    "proxy/http": ["proxy/reactor"],
    "proxy/exchange": ["proxy/table", "proxy/http"],
    "proxy/cache": ["proxy/exchange"],
    "proxy/filters": ["proxy/exchange"],
    "proxy/http1": ["proxy/tls", "proxy/exchange"],
    "proxy/http2": ["proxy/tls", "proxy/exchange"],
    "proxy/fastcgi": ["proxy/http1"],
    "proxy/upstream": ["proxy/http1", "proxy/http2", "proxy/fastcgi"],
    "proxy/l4": ["proxy/upstream"],
    "proxy/ocsp": ["proxy/exchange", "proxy/resolve", "proxy/tls"],
    "proxy/serve": ["proxy/l4", "proxy/ocsp", "proxy/resolve", "proxy/upstream", "proxy/cache", "proxy/filters"],
    "proxy/admin": ["proxy/serve"],
    "controller": ["proxy/table"],
    "cmd": ["proxy/admin", "controller"],
    "tests": ["cmd"],
}

# A library's headers, and where they may be included.
LIBRARIES = {
    r"openssl/": ["proxy/base/crypto", "proxy/tls", "tests"],
    r"ares\.h": ["proxy/resolve"],
    r"nghttp2/": ["proxy/http2", "tests"],
    r"pcre2": ["proxy/base/regex"],
    r"modsecurity/": ["proxy/filters/waf"],
    r"curl/": ["controller/kube"],
    r"liburing": ["proxy/reactor", "tests"],
    r"httplib\.h": ["proxy/admin"],
    r"prometheus/": ["proxy/admin"],
    r"spdlog/": ["proxy/base"],
    r"nlohmann/": ["proxy/table", "proxy/admin", "controller", "tests"],
    r"yaml-cpp/": ["controller", "tests"],
    r"CLI/": ["cmd"],
    r"sys/epoll\.h": ["proxy/reactor", "tests"],
    r"(gtest|gmock|benchmark)/": ["tests"],  # and every *_test.cc
}

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')


def folder_of(path):
    """The entry of ARROWS that holds a path, or None."""
    return next((folder for folder in ARROWS if path.startswith(folder + "/")), None)


def reachable(folder):
    """All that a folder may include: itself, its arrows, and theirs."""
    seen, todo = set(), [folder]
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            todo += ARROWS[one]
    return seen


def is_test(path):
    return path.startswith("tests/") or path.endswith("_test.cc")


def why_not(path, quoted, system):
    """Why the file at path may not have this include, or None."""
    if quoted:
        target = folder_of(quoted)
        if target is None:
            return f'"{quoted}" is not a path from the root of the repository'
        if quoted.startswith("tests/support/") and is_test(path):
            return None
        if target not in reachable(folder_of(path)):
            return f"{folder_of(path)} may not include {target}"
        return None
    for library, places in LIBRARIES.items():
        if re.match(library, system) and not any(path.startswith(place) for place in places):
            if is_test(path) and library.startswith("(gtest"):
                return None
            return f"<{system}> belongs to {', '.join(places)}"
    return None


def violations(root):
    for top in ("proxy", "controller", "cmd", "tests"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".h", ".cc"):
                continue
            path = file.relative_to(root).as_posix()
            if folder_of(path) is None:
                yield f"{path}:1: this folder has no arrows in tests/lib/arrows.py"
                continue
            own = path.removesuffix(".cc") + ".h" if file.with_suffix(".h").exists() else None
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                found = INCLUDE.match(line)
                if found and (why := why_not(path, *found.groups())):
                    yield f"{path}:{number}: {why}"
                if found and file.suffix == ".cc" and own:
                    if found.group(1) != own:
                        yield f"{path}:{number}: the first include is not {own}, which nothing else shows to compile alone"
                    own = None


def main():
    found = list(violations(pathlib.Path(__file__).resolve().parents[2]))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
