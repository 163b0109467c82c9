"""A terminal in a page, as its server sees it: plain, where all is text, and `ssh.v1` (docs/paramiko-protocol.md)."""

import asyncio
import contextlib
import json
import re

import websockets

from .deadline import seconds

SUBPROTOCOL = "ssh.v1"
PATH = "/paramiko"
# How much a page takes in before it says so, and how much of a paste it puts into one frame.
ACK_EVERY = 64 << 10
PIECE = 32 << 10
# What may come at any time, and answers nothing.
ASIDES = ("ack", "viewers", "idle", "size", "pong", "replay")
CLOSE_CODES = {
    "E_AUTH": 4401,
    "E_ALG_RSA": 4401,
    "E_POLICY": 4403,
    "E_IDLE": 4408,
    "E_HOSTKEY": 4410,
    "E_LIMIT": 4429,
    "E_DNS": 4502,
    "E_REFUSED": 4502,
    "E_TIMEOUT": 4502,
    "E_LOST": 4502,
    "E_INTERNAL": 1011,
}


def is_aside(message: dict) -> bool:
    """Also a host key that is only told of."""
    return message["t"] in ASIDES or (message["t"] == "hostkey" and not message["ask"])


class _Terminal:
    """What both have: a socket, and a deadline for each wait."""

    def __init__(self, socket):
        self.socket = socket
        self._frames = 0
        self._reading = asyncio.Lock()

    async def _take(self, within: float):
        """Waits until one more frame has come, whoever of several that wait takes it in."""
        before = self._frames
        async with self._reading:
            if self._frames == before:
                frame = await asyncio.wait_for(self.socket.recv(), seconds(within))
                self._frames += 1
                await self._take_in(frame)

    async def close_code(self, within: float = 10) -> int:
        """Reads up to the end. The code of the server's Close frame; 1006 without one."""
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                await self._take(within)
        return self.socket.close_code

    @property
    def close_reason(self) -> str:
        return self.socket.close_reason

    async def _take_in(self, frame):
        raise NotImplementedError

    def drop(self):
        """The network is gone: no Close frame, a reset."""
        self.socket.transport.abort()


class Plain(_Terminal):
    def __init__(self, socket):
        super().__init__(socket)
        self.text = ""  # what was shown, and nobody expected yet
        self.shown = ""  # all of it

    async def _take_in(self, piece):
        assert isinstance(piece, str), f"a binary frame in plain mode: {piece[:100]!r}"
        self.text += piece
        self.shown += piece

    async def expect(self, pattern: str, within: float = 10) -> re.Match:
        """Reads until `pattern` is shown; what stands behind it is for the next one."""
        while not (match := re.search(pattern, self.text, re.S)):
            try:
                await self._take(within)
            except (asyncio.TimeoutError, websockets.ConnectionClosed) as error:
                raise AssertionError(f"{pattern!r} was not shown ({error!r}), but: {self.text[-2000:]!r}") from error
        self.text = self.text[match.end() :]
        return match

    async def type(self, text):
        """Also bytes: a binary frame."""
        await self.socket.send(text)


class Terminal(_Terminal):
    """ssh.v1."""

    def __init__(self, socket, acks=True):
        super().__init__(socket)
        self.acks = acks
        self.messages = []  # those that nobody has asked for yet
        self.output = bytearray()  # what nobody expected yet
        self.received = bytearray()  # all output of this socket since `ready` or the last `replay`
        self.position = 0  # of the next byte of output, counted from the beginning of the session
        self.acknowledged = 0
        self.asked = 0  # questions about files
        self.typed = 0  # bytes of input that were sent on this socket
        self.taken = 0  # and those that the server has taken, as far as it says so
        self.input_window = None  # how far the two may be apart

    # --- What comes.

    async def _take_in(self, piece):
        if isinstance(piece, bytes):
            self.output += piece
            self.received += piece
            self.position += len(piece)
            if self.acks and self.position - self.acknowledged >= ACK_EVERY:
                await self.acknowledge()
            return
        message = json.loads(piece)
        assert isinstance(message, dict) and isinstance(message.get("t"), str), piece
        if message["t"] == "ready":
            self._continue_at(message["off"])
        elif message["t"] == "replay":
            self._continue_at(message["from"])
        elif message["t"] == "ack":
            self.taken = message["n"]
        self.messages.append(message)

    def _continue_at(self, position: int):
        self.position = self.acknowledged = position
        self.received.clear()

    async def message(self, *types: str, within: float = 10) -> dict:
        """The next message of these types. An error that nobody expects is one, and so is any other question."""
        while True:
            for index, message in enumerate(self.messages):
                if message["t"] in types:
                    return self.messages.pop(index)
                assert is_aside(message), f"{message} instead of {types}"
            try:
                await self._take(within)
            except (asyncio.TimeoutError, websockets.ConnectionClosed) as error:
                heard = f"{self.messages}, then {self.socket.close_code} {self.socket.close_reason!r}"
                raise AssertionError(f"no {types} ({error!r}), but: {heard}") from error

    async def fails(self, *codes: str, within: float = 10) -> dict:
        """One of these errors comes, and the end of the socket with its close code."""
        message = await self.message("error", within=within)
        assert message["code"] in codes, message
        assert message["msg"] and isinstance(message["retry"], bool), message
        assert await self.close_code(within) == CLOSE_CODES[message["code"]], self.close_reason
        return message

    async def expect(self, pattern, within: float = 10) -> re.Match:
        """Reads until the output has `pattern`; what stands behind it is for the next one."""
        pattern = pattern.encode() if isinstance(pattern, str) else pattern
        while not (match := re.search(pattern, self.output, re.S)):
            before = len(self.messages)
            try:
                await self._take(within)
            except (asyncio.TimeoutError, websockets.ConnectionClosed) as error:
                what = f"{bytes(self.output[-2000:])!r}, and {self.messages}"
                raise AssertionError(f"{pattern!r} was not shown ({error!r}), but: {what}") from error
            new = self.messages[before:]
            assert not any(message["t"] == "error" for message in new), new
        self.output = self.output[match.end() :]
        return match

    async def read(self, size: int, within: float = 10) -> bytes:
        """Exactly so many bytes of output."""
        while len(self.output) < size:
            try:
                await self._take(within)
            except (asyncio.TimeoutError, websockets.ConnectionClosed) as error:
                raise AssertionError(f"{len(self.output)} of {size} bytes ({error!r}), {self.messages}") from error
        data = bytes(self.output[:size])
        del self.output[:size]
        return data

    async def read_for(self, duration: float) -> int:
        """Takes in what comes in this time; how many bytes of output that was."""
        before = self.position
        with contextlib.suppress(asyncio.TimeoutError):
            end = asyncio.get_running_loop().time() + duration
            while (left := end - asyncio.get_running_loop().time()) > 0:
                await asyncio.wait_for(self._take(within=60), left)
        return self.position - before

    # --- What a page says.

    async def say(self, t: str, **fields):
        await self.socket.send(json.dumps({"t": t, **fields}))

    async def type(self, text):
        """Any amount of it, in pieces and as fast as the server takes it, as a page would send it."""
        data = text.encode() if isinstance(text, str) else text
        size = min(PIECE, (self.input_window or PIECE * 2) // 2)
        for start in range(0, len(data), size):
            piece = bytes(data[start : start + size])
            while self.input_window and self.typed + len(piece) - self.taken > self.input_window:
                await self._take(within=60)
            self.typed += len(piece)
            await self.socket.send(piece)

    async def acknowledge(self):
        self.acknowledged = self.position
        # Its last frames may be read when the socket has ended already.
        with contextlib.suppress(websockets.ConnectionClosed):
            await self.say("ack", n=self.position)

    async def greeted(self):
        self.hello = await self.message("hello")
        self.input_window = self.hello["limits"]["stdin"]

    async def connect(self, **fields):
        """Waits for `hello`, and says who and where; the answer is whatever comes."""
        await self.greeted()
        await self.say("connect", **{"term": "xterm-256color", "cols": 80, "rows": 24, **fields})

    async def ready(self, within: float = 15) -> dict:
        """The terminal is there."""
        message = await self.message("ready", within=within)
        self.id, self.token = message["id"], message.get("resume")
        return message

    async def question(self, within: float = 15) -> dict:
        """`authreq`."""
        return await self.message("authreq", within=within)

    async def prompts(self) -> list:
        """Those of the SSH server, which may want to be told first that they are what the page will answer."""
        question = await self.question()
        if not question["prompts"]:
            assert "kbd" in question["methods"], question
            await self.authenticate("kbd", answers=[])
            question = await self.question()
        assert question["prompts"], question
        return question["prompts"]

    async def authenticate(self, method: str, **fields):
        await self.say("auth", method=method, **fields)

    async def resume(self, other: "Terminal", got=None) -> dict:
        """In the place of `other`, whose socket is gone."""
        got = other.position if got is None else got
        await self.connect(resume={"id": other.id, "token": other.token, "got": got})
        return await self.ready()

    # --- Files.

    async def sftp(self, op: str, path: str, **fields) -> dict:
        """The answer, whole, to what must succeed."""
        answer = await self.sftp_answer(op, path, **fields)
        assert "error" not in answer, answer
        return answer

    async def sftp_error(self, op: str, path: str, **fields) -> dict:
        answer = await self.sftp_answer(op, path, **fields)
        assert "error" in answer, answer
        return answer["error"]

    async def sftp_answer(self, op: str, path: str, **fields) -> dict:
        self.asked += 1
        number = self.asked
        await self.say("sftp", op=op, id=number, path=path, **fields)
        entries = []
        while True:
            answer = await self.message("sftp")
            assert answer["id"] == number, answer
            entries += answer.get("entries", [])
            if not answer.get("more"):
                return {**answer, "entries": entries}

    async def download(self, server, path: str, **fields) -> bytes:
        """By a socket of its own."""
        answer = await self.sftp("get", path, **fields)
        async with transfer(server, answer["token"]) as carrier:
            await carrier.carried(answer["id"])
            return bytes(carrier.received)

    async def upload(self, server, path: str, content: bytes, **fields):
        answer = await self.sftp("put", path, size=len(content), **fields)
        async with transfer(server, answer["token"]) as carrier:
            await carrier.type(content)
            await carrier.say("eof")
            await carrier.carried(answer["id"])

    async def carried(self, number: int):
        """The file that this socket is for is there, whole."""
        end = await self.message("sftp", within=60)
        assert end["id"] == number and end.get("ok") is True, end
        assert await self.close_code() == 1000, self.close_reason


@contextlib.asynccontextmanager
async def plain(server, path=PATH, **options):
    async with server.websocket(path, **{"origin": origin(server), **options}) as socket:
        assert socket.subprotocol is None
        yield Plain(socket)


@contextlib.asynccontextmanager
async def terminal(server, path=PATH, acks=True, **options):
    own = {"origin": origin(server), "subprotocols": [SUBPROTOCOL]}
    async with server.websocket(path, **{**own, **options}) as socket:
        assert socket.subprotocol == SUBPROTOCOL
        yield Terminal(socket, acks)


@contextlib.asynccontextmanager
async def transfer(server, token: str, user=None):
    """A socket for one file."""
    async with terminal(server, user=user) as page:
        await page.greeted()
        await page.say("transfer", token=token)
        yield page


@contextlib.asynccontextmanager
async def shell(server, path=PATH, acks=True, user=None, **fields):
    """ssh.v1 where the route knows all: the terminal is there."""
    async with terminal(server, path, acks, user=user) as page:
        await page.connect(**fields)
        await page.ready()
        yield page


def origin(server) -> str:
    """That of a page of this server."""
    host, port = server.address
    return f"http://{host}:{port}"
