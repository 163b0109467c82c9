#!/usr/bin/env python3
"""What a page links to is there: files and folders of this repository, and headings of its pages.

Usage: links.py SOURCE_DIRECTORY PAGE…
"""
import pathlib
import re
import sys

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.M)
CODE = re.compile(r"^```.*?^```", re.M | re.S)


def anchors(text):
    """The names that a forge gives to headings."""
    names, seen = set(), {}
    for heading in HEADING.findall(CODE.sub("", text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        count = seen.get(name, 0)
        seen[name] = count + 1
        names.add(f"{name}-{count}" if count else name)
    return names


def broken(page):
    text = page.read_text(encoding="utf-8")
    for target in LINK.findall(CODE.sub("", text)):
        if re.match(r"^[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        if not file.exists():
            yield f"{page}: there is no {path}"
        elif anchor and anchor not in anchors(file.read_text(encoding="utf-8")):
            yield f"{page}: {file.name} has no heading #{anchor}"


def main(source, *pages):
    found = [problem for page in pages for problem in broken(pathlib.Path(source) / page)]
    print("\n".join(found))
    sys.exit(bool(found))


main(*sys.argv[1:])
