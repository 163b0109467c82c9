"""What may stand between a client and its SSH server, or in the server's place."""

import asyncio
import contextlib
import socket
import struct
import threading

HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nThis is no SSH server.\r\n"
# Lines before the version are allowed (RFC 4253 4.2), and so many of them are not polite.
LONG_BANNER = b"".join(b"line %04d of a banner that does not end%s\r\n" % (number, b"." * 58) for number in range(1000))
LONG_LINE = b"x" * 100000


@contextlib.contextmanager
def refused_port():
    """A port where nobody listens, and where nobody else can begin to."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextlib.contextmanager
def unreachable_port():
    """A port that answers no SYN, as a firewall that drops packets: its queue of connections is full."""
    with contextlib.ExitStack() as ends:
        listener = ends.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            filler = ends.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


class Listener:
    """A server in a thread; `serve` is what it does with each connection."""

    def __init__(self, buffer=None):
        """`buffer`: bytes that the kernel holds of what a client sends, which makes its own socket full soon."""
        self.visitors = 0
        self._listener = socket.socket()
        if buffer is not None:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        with contextlib.suppress(asyncio.CancelledError):
            self._main = self._loop.create_task(self._accept())
            self._loop.run_until_complete(self._main)

    async def _accept(self):
        conversations = set()
        try:
            while True:
                connection, _ = await self._loop.sock_accept(self._listener)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.visitors += 1
                task = self._loop.create_task(self._converse(connection))
                conversations.add(task)
                task.add_done_callback(conversations.discard)
        finally:
            ending = [task for task in conversations if task.cancel()]
            await asyncio.gather(*ending, return_exceptions=True)

    async def _converse(self, connection: socket.socket):
        # The other side, or `stop`, may have had enough.
        with contextlib.suppress(OSError, asyncio.CancelledError), connection:
            await self.serve(connection)

    async def serve(self, connection: socket.socket):
        raise NotImplementedError

    def stop(self):
        self._loop.call_soon_threadsafe(lambda: self._main.cancel())
        self._thread.join()
        self._loop.close()
        self._listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Impostor(Listener):
    def __init__(self, greeting=b"", closes=False):
        """Says `greeting`, answers nothing, and stays or closes. Without a greeting it is a silent host."""
        self._greeting = greeting
        self._closes = closes
        super().__init__()

    async def serve(self, connection):
        await self._loop.sock_sendall(connection, self._greeting)
        if self._closes:
            connection.shutdown(socket.SHUT_WR)
        # Until the other side has had enough: what is left unread would make the end a reset.
        while await self._loop.sock_recv(connection, 1 << 16):
            pass


class Proxy(Listener):
    """The way to a real server, with one fault."""

    def __init__(self, port: int, *, greeting=b"", delay: float = 0, after=None, then="reset", buffer=None):
        """`port`: where it leads to. `greeting`: comes before what the server says. `delay`: seconds, each way.
        `after` so many bytes of the server, `then` happens: "reset", "close" or "hold"."""
        self.up, self.down = 0, 0  # bytes that passed
        self._target = ("127.0.0.1", port)
        self._greeting = greeting
        self._delay = delay
        self._after = after
        self._then = then
        self._links = {}  # task -> its sockets
        self._flow = asyncio.Event()
        self._flow.set()
        super().__init__(buffer)

    # --- What a test does meanwhile.

    def hold(self):
        """Nothing is read any more, from either side, and nobody is told."""
        self._loop.call_soon_threadsafe(self._flow.clear)

    def release(self):
        self._loop.call_soon_threadsafe(self._flow.set)

    def reset(self):
        """RST for all connections, on both sides."""
        self._loop.call_soon_threadsafe(self._end_all, "reset")

    def close(self):
        """FIN for all connections, on both sides."""
        self._loop.call_soon_threadsafe(self._end_all, "close")

    # --- In the thread.

    def _end_all(self, how: str):
        for task in list(self._links):
            self._end(task, how)

    def _end(self, task: asyncio.Task, how: str):
        task.cancel()
        if how == "reset":
            for end in self._links[task]:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    async def serve(self, connection):
        with socket.socket() as far:
            far.setblocking(False)
            await self._loop.sock_connect(far, self._target)
            far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._loop.sock_sendall(connection, self._greeting)
            task = asyncio.current_task()
            self._links[task] = (connection, far)
            try:
                await asyncio.gather(self._pass_up(connection, far), self._pass_down(task, far, connection))
            finally:
                del self._links[task]

    async def _pass_up(self, near, far):
        async for data in self._read(near):
            await self._loop.sock_sendall(far, data)
            self.up += len(data)
        far.shutdown(socket.SHUT_WR)

    async def _pass_down(self, task, far, near):
        async for data in self._read(far):
            ends = self._after is not None and self.down + len(data) >= self._after
            if ends:
                data = data[: self._after - self.down]
            await self._loop.sock_sendall(near, data)
            self.down += len(data)
            if ends and self._then != "hold":
                self._end(task, self._then)
            if ends:
                await asyncio.Event().wait()
        near.shutdown(socket.SHUT_WR)

    async def _read(self, source):
        """What comes, when it is due."""
        if not self._delay:
            while data := await self._receive(source):
                yield data
            return
        under_way = asyncio.Queue()
        reader = self._loop.create_task(self._send_off(under_way, source))
        try:
            while True:
                due, data = await under_way.get()
                await asyncio.sleep(due - self._loop.time())
                if not data:
                    return
                yield data
        finally:
            reader.cancel()

    async def _send_off(self, under_way, source):
        data = b"more"
        while data:
            data = await self._receive(source)
            under_way.put_nowait((self._loop.time() + self._delay, data))

    async def _receive(self, source) -> bytes:
        await self._flow.wait()
        try:
            data = await self._loop.sock_recv(source, 1 << 14)
        except OSError:  # a reset is an end
            data = b""
        await self._flow.wait()
        return data
