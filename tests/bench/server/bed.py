"""What a run has: a directory, a Redis if somebody asks for one, and how much is to be done."""

import contextlib
from pathlib import Path

from harness.redis import Redis


class Bed:
    def __init__(self, directory: Path, scale: float, ends: contextlib.ExitStack):
        self.directory = directory
        self.scale = scale
        self._ends = ends
        self._rooms = 0
        self._redis = None

    def room(self) -> Path:
        """A new directory."""
        self._rooms += 1
        room = self.directory / str(self._rooms)
        room.mkdir()
        return room

    def redis(self) -> Redis:
        if self._redis is None:
            self._redis = Redis(self.room())
            self._ends.callback(self._redis.stop)
        return self._redis

    def start(self, peer, **options):
        return peer.start(self, **options)
