#!/usr/bin/env python3
"""The code that a page quotes equals the files that it names.

A quote is a fenced block after a line `<!-- file: PATH -->`. With `<!-- file: PATH from: TEXT to: TEXT -->` it is the
part from the first line that holds the first text to the next line that begins with the second, indented or not.
Usage: quoted.py PAGE SOURCE_DIRECTORY
"""
import pathlib
import re
import sys

MARK = re.compile(r"<!-- file: (?P<path>\S+)(?: from: (?P<first>.+?) to: (?P<last>.+?))? -->\n```\w*\n(?P<code>.*?)\n```",
                  re.DOTALL)


def part(text, first, last):
    lines = text.rstrip("\n").split("\n")
    if first is None:
        return "\n".join(lines)
    begin = next(number for number, line in enumerate(lines) if first in line)
    end = next(number for number, line in enumerate(lines) if number >= begin and line.strip().startswith(last))
    return "\n".join(lines[begin : end + 1])


def main(page, source):
    text = pathlib.Path(page).read_text(encoding="utf-8")
    quotes = list(MARK.finditer(text))
    if len(quotes) != text.count("<!-- file: "):
        sys.exit(f"{page}: a `<!-- file: … -->` line is not followed by a code block")
    if not quotes:
        sys.exit(f"{page}: quotes nothing, so this test tests nothing")
    stale = 0
    for quote in quotes:
        path = quote["path"]
        try:
            now = part((pathlib.Path(source) / path).read_text(encoding="utf-8"), quote["first"], quote["last"])
        except StopIteration:
            now = None
        if now != quote["code"]:
            print(f"{page}: the quote of {path} is not what the file says: copy it anew")
            stale += 1
    sys.exit(stale != 0)


main(*sys.argv[1:])
