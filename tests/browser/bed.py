"""What the scenarios start, for tests in another language: JSON on stdin and stdout, one value a line.

The first line in says what it is like; the answer is what clients have to know. Each line after it is a list, what to
do and with what, and is answered, too. It ends with its stdin.
"""

import json
import sys
import tempfile
from pathlib import Path

# Where the harness is.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scenario"))


def say(value):
    print(json.dumps(value), flush=True)


def serve(kind):
    """`kind`: made in a directory of its own, with what the first line has; it has facts() and stop()."""
    with tempfile.TemporaryDirectory(prefix="wharf-bed-") as directory:
        bed = kind(Path(directory), **json.loads(sys.stdin.readline()))
        try:
            say(bed.facts())
            for line in sys.stdin:
                what, *arguments = json.loads(line)
                say(getattr(bed, what)(*arguments))
        finally:
            bed.stop()
