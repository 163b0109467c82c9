"""Numbered messages that go on and on, and who hears which.

A voice is a socket that sends to a group without being in it, an ear is one that is in it, and the outsider is
Python's channels_redis in a thread of its own.
"""

import asyncio
import re
import selectors
import threading
import time

from . import frame
from .channel_layer import ChannelLayer
from .deadline import seconds
from .probe import ECHO, ask

PAUSE = 0.005
REFUSALS = ("UNAVAILABLE", "FULL")
LOSSES = re.compile(r"channel layer: (?:(an) event is|(\d+) events are) lost: ([^:]*)")


class Voice:
    def __init__(self, name: str, server):
        self.name = name
        self.server = server
        self.client = server.open(ECHO)
        self.sent = 0
        self.refused = {}  # the answer, by number
        self.answered = 0
        self._answer = None

    def say_next(self):
        number = self.sent
        self.sent += 1
        # Only what is refused has an answer, and what is no command comes back.
        self.client.send(frame.text(f"send g {self.name} {number}") + frame.text(f"said {number}"))

    def hear(self, text: str):
        if text in REFUSALS:
            self._answer = text
            return
        assert text == f"said {self.answered}", text
        if self._answer is not None:
            self.refused[self.answered] = self._answer
        self.answered += 1
        self._answer = None

    @property
    def accepted(self) -> list:
        return [number for number in range(self.answered) if number not in self.refused]


class Ear:
    def __init__(self, server):
        self.server = server
        self.client = server.open(ECHO)
        assert ask(self.client, "join g") == "OK"
        self.heard = {}

    def hear(self, text: str):
        name, number = text.split()
        numbers = self.heard.setdefault(name, [])
        assert not numbers or int(number) > numbers[-1], f"{name}: {number} after {numbers[-5:]}"
        numbers.append(int(number))

    def last(self, name: str) -> int:
        return self.heard.get(name, [-1])[-1]


class Outsider:
    name = "outsider"

    def __init__(self, layer: ChannelLayer):
        self.sent = 0
        self.refused = {}
        self._ended = False
        self._thread = threading.Thread(target=layer.run, args=[self._talk, 120], daemon=True)
        self._thread.start()

    async def _talk(self, layer):
        while not self._ended:
            number = self.sent
            self.sent += 1
            try:
                await layer.group_send("g", {"type": "probe.text", "text": f"{self.name} {number}"})
            except Exception as error:  # whatever channels_redis makes of it; nobody knows what became of the event
                self.refused[number] = repr(error)
            await asyncio.sleep(PAUSE)

    def stop(self):
        self._ended = True
        self._thread.join(seconds(30))
        assert not self._thread.is_alive(), "channels_redis hangs"


class SteadyLoad:
    def __init__(self, layer: ChannelLayer, servers: list):
        self.voices = [Voice(f"voice{index}", server) for index, server in enumerate(servers)]
        self.ears = [Ear(server) for server in servers for _ in range(2)]
        layer.wait_for_entries("g", len(servers))
        self.outsider = Outsider(layer)
        self.senders = [*self.voices, self.outsider]
        self._selector = selectors.DefaultSelector()
        for each in (*self.voices, *self.ears):
            self._selector.register(each.client.socket, selectors.EVENT_READ, each)

    def run_until(self, condition, what: str, within: float = 20, speaking=True):
        """Goes on until `condition`. Whatever is heard has to be in order, and no socket may end."""
        end = time.monotonic() + seconds(within)
        due = time.monotonic()
        while not condition():
            now = time.monotonic()
            assert now < end, f"not within {seconds(within)} s: {what}\n{self.state()}"
            if speaking and now >= due:
                due = now + PAUSE
                for voice in self.voices:
                    voice.say_next()
            for key, _ in self._selector.select(PAUSE):
                self._read(key.data)

    def run_until_heard(self, beyond: dict, what: str, **options):
        """Until every ear has heard a number of each sender that is not below that in `beyond`."""

        def heard():
            return all(ear.last(name) >= number for ear in self.ears for name, number in beyond.items())

        self.run_until(heard, what, **options)

    def sent(self, more: int = 0) -> dict:
        """How much each has said, which is the number that it says next."""
        return {sender.name: sender.sent + more for sender in self.senders}

    def stop(self):
        """Silence, when everything has been heard."""
        self.outsider.stop()
        self.run_until_heard(self.sent(-1), "the last word of each is heard", speaking=False)
        self.run_until(
            lambda: all(voice.answered == voice.sent for voice in self.voices), "all is answered", speaking=False
        )
        self._selector.close()
        for each in (*self.voices, *self.ears):
            each.client.nothing_before_pong()

    @staticmethod
    def _read(who):
        data = who.client.socket.recv(1 << 16)
        assert data, "a socket has ended"
        buffer = who.client.buffer
        buffer += data
        while parsed := frame.parse(buffer):
            found, size = parsed
            del buffer[:size]
            if found.opcode == frame.PING:
                who.client.send(frame.frame(frame.PONG, found.payload))
            else:
                who.hear(found.text)

    def state(self) -> str:
        senders = [f"{sender.name}: {sender.sent} sent, {len(sender.refused)} refused" for sender in self.senders]
        ears = [str({name: (len(numbers), numbers[-1]) for name, numbers in ear.heard.items()}) for ear in self.ears]
        return "\n".join([*senders, *ears])


def losses(server) -> dict:
    """Events that were lost according to the log, by the reason given."""
    found = {}
    for _, number, reason in LOSSES.findall(server.log()):
        found[reason] = found.get(reason, 0) + int(number or 1)
    return found
