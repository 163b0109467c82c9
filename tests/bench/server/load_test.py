"""The load tells of a server that lies. By hand, after `scripts/bench server` has built it:

WHARF_BUILD=$PWD/build-bench /usr/bin/python3 -m pytest tests/bench/server/load_test.py
"""

import asyncio
import os
import subprocess
import threading
from pathlib import Path

import pytest
import websockets

PROGRAM = Path(os.environ["WHARF_BUILD"]) / "tests/bench/server/load/load"
LIAR = 7  # the message, counted from 0, of each connection that it does not echo as it should


async def honest(socket, number, text):
    await socket.send(text)


async def lost(socket, number, text):
    if number != LIAR:
        await socket.send(text)


async def doubled(socket, number, text):
    for _ in range(2 if number == LIAR else 1):
        await socket.send(text)


async def garbled(socket, number, text):
    await socket.send(text.swapcase() if number == LIAR else text)


async def swapped(socket, number, text):
    if number == LIAR:
        socket.held = text
    else:
        await socket.send(text)
        if number == LIAR + 1:
            await socket.send(socket.held)


async def shortened(socket, number, text):
    await socket.send(text[:-1] if number == LIAR else text)


class Server:
    """Treats what it hears as `answer` does; it serves while it is entered."""

    def __init__(self, answer):
        self._answer = answer
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=[self._serve()])

    async def _serve(self):
        async def talk(socket):
            number = 0
            async for text in socket:
                await self._answer(socket, number, text)
                number += 1

        self._ended = asyncio.Event()
        async with websockets.serve(talk, "127.0.0.1", 0, compression=None) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._ended.wait()

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._loop.close()


def load(answer, messages=20) -> subprocess.CompletedProcess:
    with Server(answer) as server:
        options = ["--connections=2", f"--messages={2 * messages}", "--window=4", f"--port={server.port}"]
        return subprocess.run(
            [PROGRAM, "echo", *options],
            input="\n\n",
            capture_output=True,
            encoding="utf-8",
            errors="replace",  # it shows what it has heard
            timeout=60,
            check=False,
        )


def test_an_honest_server_is_believed():
    done = load(honest)
    assert done.returncode == 0 and done.stdout.endswith("clean\n"), done.stderr


@pytest.mark.parametrize("answer", [lost, doubled, garbled, swapped, shortened])
def test_a_lie_ends_the_run(answer):
    done = load(answer)
    assert done.returncode == 1 and "clean" not in done.stdout
    assert "lost, doubled, out of order or garbled" in done.stderr


def test_the_last_message_doubled_is_found_at_the_end():
    done = load(doubled, messages=LIAR + 1)
    assert done.returncode == 1 and ("more came" in done.stderr or "lost, doubled" in done.stderr), done.stderr
