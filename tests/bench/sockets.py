"""Sockets that hear numbered messages: counted by their bytes as they come, and looked at when all is over."""

import selectors
import threading
import time

from harness import frame
from harness.message import is_answer

PATIENCE = 60
# A number of eight digits, as a frame of the server; and as the message consumer says it, twice.
NUMBER_BYTES = 2 + 8
PAIR_BYTES = NUMBER_BYTES + 2 + len("2000-01-01 00:00:00收到消息：".encode()) + 8


class Exchange:
    """`voice` says `words` with each number, and every ear hears `size` bytes of it."""

    def __init__(self, voice, ears: list, count: int, words: str, size: int):
        self.voice = voice
        self.count = count
        self.size = size
        self.heard = {ear: bytearray() for ear in ears}
        # Before anybody looks at a clock: this process is not what is to be measured.
        self._frames = [frame.text(words.format(number)) for number in range(count)]

    def run(self, window):
        """`window`: how many the slowest may not have heard yet, or None."""
        speaker = threading.Thread(target=self._say, args=[0, self.count], daemon=True) if window is None else None
        if speaker is not None:
            speaker.start()
        sent = self.count if window is None else 0
        end = time.monotonic() + PATIENCE
        with selectors.DefaultSelector() as selector:
            for ear in self.heard:
                selector.register(ear.socket, selectors.EVENT_READ, ear)
            while selector.get_map():
                slowest = min(map(len, self.heard.values())) // self.size
                if sent < min(self.count, slowest + (window or 0)):
                    self._say(sent, slowest + window)
                    sent = min(self.count, slowest + window)
                assert time.monotonic() < end, f"only {slowest} of {sent} have been heard"
                for key, _ in selector.select(1):
                    self._hear(key.data, selector)
        if speaker is not None:
            speaker.join()

    def _say(self, first: int, last: int):
        self.voice.send(b"".join(self._frames[first:last]))

    def _hear(self, ear, selector):
        data = ear.socket.recv(1 << 18)
        assert data, "a socket has ended"
        self.heard[ear] += data
        if len(self.heard[ear]) >= self.count * self.size:
            selector.unregister(ear.socket)


def check_numbers(data: bytearray, count: int):
    expected = b"".join(b"\x81\x08%08d" % number for number in range(count))
    wrong = next((index for index, (one, other) in enumerate(zip(data, expected)) if one != other), None)
    assert data == expected, f"lost, doubled or out of order: {bytes(data[wrong:][:30])!r}"


def check_pairs(data: bytearray, count: int):
    for number in range(count):
        texts = []
        for _ in range(2):
            found, size = frame.parse(data[:PAIR_BYTES])
            del data[:size]
            texts.append(found.text)
        assert texts[0] == f"{number:08}" and is_answer(texts[1], texts[0]), texts
    assert not data
