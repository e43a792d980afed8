#!/usr/bin/env python3
"""Checks what the pages say of the tree: links lead to files, and the walks name files and functions that exist.

A walk (docs/life_of_*.md) names in backticks: paths from the root, functions as `name()` or `Class::name()`, types as
`Class::Type` or `Type`. Prints a line per mistake and exits 1 when there is one.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
WALKS = ("docs/life_of_a_request.md", "docs/life_of_a_change.md")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"(?:proxy|controller|cmd|tests|docs)/[\w./-]+")
FUNCTION = re.compile(r"((?:\w+::)*)(\w+)\(\)")
TYPE = re.compile(r"(?:\w+::)*[A-Z]\w*[a-z]\w*")


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
                            cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / path for path in listed.split() if (ROOT / path).exists()]


class Code:
    def __init__(self):
        self.texts = [path.read_text(encoding="utf-8") for path in tracked("*.h", "*.cc")]
        self.words = set(re.findall(r"\w+", "\n".join(self.texts)))

    def has_function(self, scope, name):
        """A function of that name and, where a class is named, in a file that has the class."""
        call = re.compile(rf"\b{name}\(")
        if not scope:
            return any(call.search(text) for text in self.texts)
        around = re.compile(rf"\b(?:class|struct|namespace)\s+(?:\w+::)*{scope}\b|\b{scope}::{name}\(")
        return any(call.search(text) and around.search(text) for text in self.texts)


def mistakes_in_links(page, text):
    for number, line in enumerate(text.splitlines(), 1):
        for target in LINK.findall(line):
            if "://" not in target and not (page.parent / target).exists():
                yield f"{number}: there is no {target}"


def mistakes_in_walk(text, code):
    for number, line in enumerate(text.splitlines(), 1):
        for said in CODE.findall(line):
            if PATH.fullmatch(said):
                if not (ROOT / said).exists():
                    yield f"{number}: there is no file {said}"
            elif found := FUNCTION.fullmatch(said):
                scope = found.group(1).removesuffix("::").split("::")[-1]
                if not code.has_function(scope, found.group(2)):
                    yield f"{number}: there is no function {said}"
            elif TYPE.fullmatch(said):
                missing = [word for word in said.split("::") if word not in code.words]
                if missing:
                    yield f"{number}: {said}: nothing in the code is called {missing[0]}"


def main():
    code, found = Code(), []
    for page in tracked("*.md"):
        text, name = page.read_text(encoding="utf-8"), page.relative_to(ROOT).as_posix()
        found += [f"{name}:{one}" for one in mistakes_in_links(page, text)]
        if name in WALKS:
            found += [f"{name}:{one}" for one in mistakes_in_walk(text, code)]
    missing = [walk for walk in WALKS if not (ROOT / walk).exists()]
    found += [f"{walk}: this page is missing" for walk in missing]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
