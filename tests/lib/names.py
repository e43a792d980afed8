#!/usr/bin/env python3
"""Checks that a name in an anonymous namespace is used once in a target, as compiling its sources together wants it (the
presets tsan and tidy) and as a reader who searches for it does.

Prints a line per name that is used twice and exits 1 when there is one.
"""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = re.compile(r"^breakwater_(?:library|test)\((\w+)(.*?)\)$", re.M | re.S)
HIDDEN = re.compile(r'//[^\n]*|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"', re.S)
GLOB = re.compile(r"^file\(GLOB (\w+) CONFIGURE_DEPENDS RELATIVE \S+ (\S+)\)", re.M)
APART = re.compile(r"^set_source_files_properties\((.*?) PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON\)", re.M)
ANONYMOUS = re.compile(r"^namespace \{\n(.*?)^\}  ", re.S | re.M)
TYPE = re.compile(r"^(?:template <[^>]*>\n)?(?:struct|class|enum class|enum) (\w+)", re.M)
VALUE = re.compile(r"^(?:const|constexpr|inline|static|thread_local)\b[^=(;{]*?\b(\w+)(?:\[[^\]]*\])*\s*[={(]", re.M)
VARIABLE = re.compile(r"^(?!(?:using|struct|class|enum|union|template|friend)\b)(?:\[\[\w+\]\]\s*)?"
                      r"[A-Za-z][\w:<>,&* ]*?[ &*](\w+)(?:\[[^\]]*\])*\s*[={;]", re.M)
FUNCTION = re.compile(r"^(?:\[\[\w+\]\]\s*)?[A-Za-z][\w:<>,&* ]*?[ &*\n](\w+)\(([^)]*)\)[^;{]*\{", re.M)


def expanded(text, folder):
    """With the files in the place of a variable that a GLOB has set and a FILTER has narrowed."""
    for variable, pattern in GLOB.findall(text):
        files = [file.relative_to(folder).as_posix() for file in sorted(folder.glob(pattern))]
        for left_out in re.findall(rf'list\(FILTER {variable} EXCLUDE REGEX "(.*)"\)', text):
            files = [file for file in files if not re.search(left_out.replace("\\\\", "\\"), "/" + file)]
        text = text.replace("${" + variable + "}", " ".join(files))
    return text


def sources_of_targets():
    for listed in sorted(ROOT.glob("**/CMakeLists.txt")) + sorted(ROOT.glob("cmd/**/*.cmake")):
        if listed.is_relative_to(ROOT / "build"):
            continue
        text = listed.read_text(encoding="utf-8").replace("${CMAKE_SOURCE_DIR}/", str(ROOT) + "/")
        text = expanded(text, listed.parent)
        apart = {listed.parent / source for sources in APART.findall(text) for source in sources.split()}
        for name, arguments in TARGET.findall(text):
            found = re.search(r"\bSOURCES\b(.*?)(?:\b(?:HEADERS|LINK|LABEL|ON_EPOLL_TOO)\b|\Z)", arguments, re.S)
            files = {listed.parent / source for source in re.findall(r"\S+\.cc\b", found.group(1) if found else "")}
            yield name, sorted(files - apart)


def parameters(text):
    """Their types, as far as overloading tells functions apart by them."""
    return re.sub(r"\s+", " ", re.sub(r"\b\w+(?=,|$)", "", text)).strip()


def names_in(file):
    code = HIDDEN.sub(" ", file.read_text(encoding="utf-8"))
    for body in ANONYMOUS.findall(code):
        yield from TYPE.findall(body)
        yield from VALUE.findall(body)
        yield from VARIABLE.findall(body)
        yield from (f"{name}({parameters(taken)})" for name, taken in FUNCTION.findall(body)
                    if name not in ("if", "for", "while", "switch"))


def main():
    twice = 0
    for target, files in sources_of_targets():
        users = collections.defaultdict(list)
        for file in files:
            for name in sorted(set(names_in(file))):
                users[name].append(file.relative_to(ROOT).as_posix())
        for name, where in sorted(users.items()):
            if len(where) > 1:
                twice += 1
                print(f"{target}: {name} is in {' and '.join(where)}; give one of them a name of its own")
    return 1 if twice else 0


if __name__ == "__main__":
    sys.exit(main())
