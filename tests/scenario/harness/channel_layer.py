"""One channel layer as everybody sees it: wharf's configuration, Django's settings, and the keys in Redis."""

import asyncio
import re

from .deadline import seconds, wait_until
from .probe import probe_configuration

CORE, PUBSUB = "redis", "redis_pubsub"
FLAVOURS = [CORE, PUBSUB]
CLASSES = {
    CORE: "channels_redis.core.RedisChannelLayer",
    PUBSUB: "channels_redis.pubsub.RedisPubSubChannelLayer",
}


class ChannelLayer:
    def __init__(self, flavour: str, servers: list, *, hosts=None, prefix="asgi", keys=(), **settings):
        """`servers`: where to look at keys. `hosts`: what wharf is told, unless the URLs of the servers.
        `settings`: more of `channel_layer:`, which concerns wharf alone."""
        self.flavour = flavour
        self.servers = servers
        self.hosts = hosts or [server.url for server in servers]
        self.prefix = prefix
        self.keys = list(keys)
        self.settings = settings

    # --- As each side is told of it.

    def wharf(self) -> dict:
        """The value of `channel_layer:`."""
        secret = {"symmetric_encryption_keys": self.keys} if self.keys else {}
        return {"backend": self.flavour, "hosts": self.hosts, "prefix": self.prefix, **secret, **self.settings}

    def probe(self, **settings) -> dict:
        """A routes.yaml with the probe on this layer."""
        return probe_configuration(channel_layer=self.wharf(), **settings)

    def django(self) -> dict:
        """The value of CHANNEL_LAYERS["default"]."""
        hosts = [server.url for server in self.servers]
        options = {"hosts": hosts, "prefix": self.prefix}
        if self.keys:
            options["symmetric_encryption_keys"] = self.keys
        return {"BACKEND": CLASSES[self.flavour], "CONFIG": options}

    # --- What Django's code does with it, in the process of the test.

    def run(self, conduct, within: float = 30):
        """Runs `conduct(layer)` with a channel layer of Python's."""
        from channels_redis.core import RedisChannelLayer
        from channels_redis.pubsub import RedisPubSubChannelLayer

        kind = RedisChannelLayer if self.flavour == CORE else RedisPubSubChannelLayer

        async def whole():
            layer = kind(**self.django()["CONFIG"])
            return await asyncio.wait_for(conduct(layer), seconds(within))

        return asyncio.run(whole())

    def send(self, group: str, text: str, event="probe.text"):
        """An event from outside."""
        self.run(lambda layer: layer.group_send(group, {"type": event, "text": text}))

    # --- What stands in Redis.

    def members(self, group: str) -> list:
        """Channel names, the oldest first. Core only."""
        found = []
        for server in self.servers:
            with server.client() as client:
                found += client.zrange(f"{self.prefix}:group:{group}", 0, -1)
        return [name.decode() for name in found]

    def entries(self, group: str) -> int:
        """Members of the group in Redis, or processes that are subscribed to it."""
        if self.flavour == CORE:
            return len(self.members(group))
        return sum(server.subscribers(f"{self.prefix}__group__{group}") for server in self.servers)

    def wait_for_entries(self, group: str, count: int, within: float = 10):
        wait_until(
            lambda: self.entries(group) == count, f"{count} entries of {group}, not {self.entries(group)}", within
        )

    def queue(self, group: str) -> str:
        """The key of the queue of the process whose entry is the group's only one. Core only."""
        (member,) = self.members(group)
        return self.prefix + re.match(r"specific\.[0-9a-f]{32}!", member)[0]
