#!/usr/bin/env python3
"""Checks what the pages say of the tree: links lead to files, and the walks name files and functions that exist.

A walk (docs/life_of_*.md) names in backticks: paths from the root, functions as `name()` or `Class::name()`, types as
`Class::Type` or `Type`, members as `Class::member`, words of the log as `two_words`. Prints a line per mistake and exits 1 when there is one.
"""
import collections
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
MEMBER = re.compile(r"((?:\w+::)+)([a-z]\w*)")
WORDS = re.compile(r"[a-z]+(?:_[a-z]+)+")
SCOPE = re.compile(r"^( *)(?:class|struct|enum class|union) (?:alignas\(\w+\) )?(?:\w+::)*(\w+)[^;{]*\{(.*?)^\1\};", re.M | re.S)
NAMESPACE = re.compile(r"^(?:inline )?namespace ([\w:]+) \{", re.M)


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
                            cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / path for path in listed.split() if (ROOT / path).exists()]


class Code:
    def __init__(self):
        texts = [path.read_text(encoding="utf-8") for path in tracked("proxy/*.h", "proxy/*.cc", "controller/*.h",
                                                                      "controller/*.cc", "cmd/*.h", "cmd/*.cc")]
        texts = [re.sub(r"//[^\n]*", "", text) for text in texts]
        self.all = "\n".join(texts)
        self.words = set(re.findall(r"\w+", self.all))
        self.scopes = collections.defaultdict(str)  # a class or a namespace, and what is in it
        for text in texts:
            self.take_scopes(text)
            for name in {part for found in NAMESPACE.findall(text) for part in found.split("::")}:
                self.scopes[name] += text

    def take_scopes(self, text):
        for _, name, body in SCOPE.findall(text):
            self.scopes[name] += body
            self.take_scopes(body)

    def has(self, scope, name):
        """Whether something of that name, `f(` a function, is declared or used; where a scope is named, in it."""
        said = re.compile(rf"\b{re.escape(name)}" + ("" if name.endswith("(") else r"\b"))
        return bool(said.search(self.scopes.get(scope, "") if scope else self.all))


def last_of(scopes):
    return scopes.removesuffix("::").split("::")[-1]


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
                if not code.has(last_of(found.group(1)), found.group(2) + "("):
                    yield f"{number}: there is no function {said}"
            elif TYPE.fullmatch(said):
                missing = [word for word in said.split("::") if word not in code.words]
                if missing:
                    yield f"{number}: {said}: nothing in the code is called {missing[0]}"
            elif found := MEMBER.fullmatch(said):
                if not code.has(last_of(found.group(1)), found.group(2)):
                    yield f"{number}: there is no {said}"
            elif WORDS.fullmatch(said) and said not in code.words:
                yield f"{number}: nothing in the code is called {said}"


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
