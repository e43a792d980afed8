#!/usr/bin/env python3
"""Writes docs/words.md: every text of the program and the chart that a user can see, in one page, so that it can be read in
one go and kept in one voice.

usage: words.py [--check]     --check: exits 1 where the page is not what would be written

A text is a string literal of at least two words in a source of the program; literals that follow each other are one, and
what is put in between at run time is `…`. What it is for is told by the statement that it stands in.
"""
import argparse
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/words.md"
NO_TEXT = re.compile(r"_test\.cc$|_fixture\.h$|fake_api|test_support|^proxy/http/head\.cc$")  # the last: RFC 9110's phrases

LITERAL = re.compile(r'R"(\w*)\((.*?)\)\1"|"((?:\\.|[^"\\\n])*)"', re.S)
WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? +(?:[\w…(\"'-]|{})")

# What a text is for: by the statement that it stands in, then by its file; the first that fits.
LOG = re.compile(r"\blog::(?:debug|info|warn|error)\(|complaints_?\.\w+\(")
BY_STATEMENT = [
    ("Log lines", LOG),
    ("Errors of a request", re.compile(r"\bfail\(|\bError\{|Err::")),
    ("Findings", re.compile(r"\breport_?\.|\bfinding|Finding|Mistake|mistake|deny|denied|unusable|\bbad\(")),
]
BY_FILE = [
    ("Findings", re.compile(r"controller/translate/|proxy/tls/negotiation|proxy/base/regex/|proxy/base/crypto/")),
    ("Errors of a request", re.compile(r"proxy/(?:fastcgi|filters|http|http1|http2|l4|table|upstream)/|proxy/tls/stream")),
]
TITLES = {
    "Command line": "What `--help` and the commands print, and what is wrong with flags.",
    "Log lines": "What `kubectl logs` shows besides requests and findings. Fields follow: `name=value`.",
    "Findings": "What is wrong with an object: in the log, at /debug/findings, as Events, from `check`, from the webhook.",
    "Errors of a request": "The `error` and `error_detail` of a request's line; a client sees the status alone.",
    "Metrics": "The help of /metrics.",
    "The chart": "What `helm install` prints, and why it stops.",
    "Other texts": "Parts of the above that are made elsewhere: reasons, titles, pages of the admin ports.",
}


def code_of(file):
    """Its text without what only a compiler or a programmer reads: includes, comments, static_assert's reasons."""
    text = re.sub(r"^\s*#\s*include.*$|^\s*///?.*$", "", file.read_text(encoding="utf-8"), flags=re.M)
    text = re.sub(r"  // [^\"\n]*$", "", text, flags=re.M)
    return re.sub(r"static_assert\(.*?\);", "", text, flags=re.S)


def statements(text):
    """The pieces between semicolons and lone braces, outside of literals."""
    start = 0
    hidden = LITERAL.sub(lambda found: "\0" * len(found.group()), text)
    for found in re.finditer(r";|\{\n|\}\n|,\n(?=    [\w{]*\{\")", hidden):
        yield text[start:found.end()]
        start = found.end()
    yield text[start:]


def unescape(literal):
    return literal.replace('\\"', '"').replace("\\n", " ").replace("\\\\", "\\").replace("\\t", " ")


def joined(statement):
    """The literals of a statement, those that make one text together as one."""
    texts, end = [], None
    for found in LITERAL.finditer(statement):
        text = unescape(found.group(2) if found.group(2) is not None else found.group(3))
        between = statement[end:found.start()] if end is not None else None
        if between is not None and not between.strip():
            texts[-1] += text
        elif between is not None and re.fullmatch(r"\s*\+[^,;]*\+\s*", between):
            texts[-1] += "…" + text
        else:
            texts.append(text)
        end = found.end()
    return [re.sub(r"\s+", " ", re.sub(r"\{[^{}\"]*\}", "…", text)).strip() for text in texts]


def kind_of(path, statement):
    if path.startswith("cmd/") and not LOG.search(statement):
        return "Command line"
    if path.startswith("proxy/admin/metric"):
        return "Metrics"
    for kind, sign in BY_STATEMENT:
        if sign.search(statement):
            return kind
    return next((kind for kind, files in BY_FILE if files.match(path)), "Other texts")


def is_text(said, statement):
    if "\\r" in said or said.startswith(("text/", "HTTP/1.1 ")):
        return False  # it is for a machine
    return bool(WORDS.search(said) or re.search(rf'\blog::\w+\(\s*"{re.escape(said)}"', statement))


def read_sources():
    found = collections.defaultdict(lambda: collections.defaultdict(list))
    for top in ("cmd/breakwater", "controller", "proxy"):
        for file in sorted([*(ROOT / top).rglob("*.h"), *(ROOT / top).rglob("*.cc")]):
            path = file.relative_to(ROOT).as_posix()
            if NO_TEXT.search(path):
                continue
            for statement in statements(code_of(file)):
                texts = found[kind_of(path, statement)][path]
                texts += [said for said in joined(statement) if is_text(said, statement) and said not in texts]
    return found


def read_chart(found):
    for file in sorted((ROOT / "charts/breakwater/templates").rglob("*")):
        if file.name == "NOTES.txt":
            lines = re.sub(r"\{\{.*?\}\}", "…", file.read_text(encoding="utf-8")).splitlines()
            found["The chart"][file.relative_to(ROOT).as_posix()] = [line.strip() for line in lines if WORDS.search(line)]
        elif file.suffix in (".tpl", ".yaml"):
            said = re.findall(r'(?:fail|printf) \(?(?:printf )?"((?:\\.|[^"\\])*)"', file.read_text(encoding="utf-8"))
            texts = [unescape(text).replace("%s", "…") for text in said if WORDS.search(text)]
            if texts:
                found["The chart"][file.relative_to(ROOT).as_posix()] = texts


def page():
    found = read_sources()
    read_chart(found)
    lines = ["# Every text that a user can see", "",
             "Made by `tests/lib/words.py` from the sources; `tests/run` fails where it is not up to date. One voice: what happened,",
             "to which object, what to do. `…` is put in at run time.", ""]
    for kind, meaning in TITLES.items():
        if not found.get(kind):
            continue
        lines += [f"## {kind}", "", meaning, ""]
        for path, texts in found[kind].items():
            if not texts:
                continue
            lines += [f"{path}", ""] + [f"- {text}" for text in texts] + [""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    made = page()
    if not parser.parse_args().check:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
        return 0
    print("docs/words.md is not what the sources say; to mend it: tests/lib/words.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
