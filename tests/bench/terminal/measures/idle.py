"""What a terminal takes of its server's memory while nobody types."""

import contextlib

from bed import SHELL
from client import attend
from processes import proportional_bytes
from report import Bar, Measured, Table, size
from turns import by_turns

COUNTS = (1, 10, 100)
BOUND = 70 << 10


def measure(bed, peers, options) -> Measured:
    each = {}

    def work(server, peer):
        memory = [proportional_bytes(server.pids())]
        alone = []
        with contextlib.ExitStack() as ends:
            clients = []
            for count in COUNTS:
                while len(clients) < count:
                    clients.append(ends.enter_context(server.open()))
                    clients[-1].expect(SHELL)
                    attend(clients, 0.01)
                attend(clients, 2)
                pids = server.pids()
                memory.append(proportional_bytes(pids))
                alone.append(proportional_bytes(pids[:1]))
            clients[-1].command("echo he''re", b"here")  # the last one works
        more = COUNTS[-1] - COUNTS[-2]
        each[peer.name] = (memory[-1] - memory[-2]) / more
        by_count = [size((total - memory[0]) / count) for total, count in zip(memory[1:], COUNTS)]
        return [size(memory[0]), *by_count, size(each[peer.name]), size((alone[-1] - alone[-2]) / more)]

    columns = ["no terminal", *(f"{count}, each" for count in COUNTS), "each further one", "in the server alone"]
    rows = by_turns(bed, peers, len(columns), work)
    about = """
        Memory (PSS) of the server and of what it has started, before the first terminal; then what it has more, divided
        by the number of terminals, each with a shell at its prompt. The last columns compare 100 terminals with 10: by
        then the threads and the pools of the server are there. A garbage collection in between makes a figure too
        small. 55 KB of each terminal of wharf's are the one block that libssh2 1.10 takes for a session.
    """
    bar = Bar("memory of an idle terminal, 100 at once", "60 to 70 KB", size(each["wharf"]), each["wharf"] <= BOUND)
    return Measured(Table("Idle terminals", about, columns, rows), [bar])
