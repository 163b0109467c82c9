"""narrow_paste.py BYTES: pastes them on a bed of its own, and prints how many seconds it took."""

import contextlib
import sys
import tempfile
from pathlib import Path

from bed import Bed
from measures.paste import paste
from peers.wharf import Wharf


def main():
    wanted = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as directory, contextlib.ExitStack() as ends:
        Path(directory).chmod(0o755)
        bed = Bed(Path(directory), (wanted >> 20) + 1, ends)
        with Wharf().running(bed) as server:
            print(paste(server, bed.content, wanted))


if __name__ == "__main__":
    main()
