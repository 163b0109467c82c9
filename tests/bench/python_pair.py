"""Two Python processes with channels_redis: one sends to a group, the other is its only member.

The sender hears of each event that has arrived through a pipe, so that it can keep within a window.
"""

import asyncio
import multiprocessing
import os

from channels_redis.core import RedisChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer

from harness.channel_layer import CORE, ChannelLayer

PATIENCE = 60


def make_layer(flavour: str, config: dict):
    return (RedisChannelLayer if flavour == CORE else RedisPubSubChannelLayer)(**config)


def receive(flavour: str, config: dict, orders, acknowledge: int):
    async def join(layer):
        channel = await layer.new_channel()
        await layer.group_add("g", channel)
        return channel

    async def hear(layer, channel, count):
        heard = []
        for _ in range(count):
            heard.append((await layer.receive(channel))["text"])
            os.write(acknowledge, b".")
        return heard

    loop = asyncio.new_event_loop()
    layer = make_layer(flavour, config)
    channel = loop.run_until_complete(join(layer))
    orders.send("joined")
    while count := orders.recv():
        orders.send(loop.run_until_complete(asyncio.wait_for(hear(layer, channel, count), PATIENCE)))


def send(flavour: str, config: dict, orders, acknowledged: int):
    async def talk(layer, count, window):
        loop = asyncio.get_running_loop()
        room = asyncio.Semaphore(window)

        def arrived():
            for _ in os.read(acknowledged, 1 << 16):
                room.release()

        loop.add_reader(acknowledged, arrived)
        for number in range(count):
            await room.acquire()
            await layer.group_send("g", {"type": "probe.text", "text": f"{number:08}"})
        for _ in range(window):
            await room.acquire()
        loop.remove_reader(acknowledged)

    loop = asyncio.new_event_loop()
    layer = make_layer(flavour, config)
    orders.send("ready")
    while order := orders.recv():
        orders.send(loop.run_until_complete(asyncio.wait_for(talk(layer, *order), PATIENCE)))


class PythonPair:
    def __init__(self, layer: ChannelLayer):
        # A fork before anybody here has threads or an event loop.
        context = multiprocessing.get_context("fork")
        acknowledged, acknowledge = os.pipe()
        self.pids, self._orders, self._processes = [], [], []
        for role, end in ((receive, acknowledge), (send, acknowledged)):
            here, there = context.Pipe()
            process = context.Process(
                target=role, args=(layer.flavour, layer.django()["CONFIG"], there, end), daemon=True
            )
            process.start()
            assert here.recv()
            self.pids.append(process.pid)
            self._orders.append(here)
            self._processes.append(process)
        os.close(acknowledge)
        os.close(acknowledged)

    def run(self, count: int, window: int):
        receiver, sender = self._orders
        receiver.send(count)
        sender.send((count, window))
        sender.recv()
        heard = receiver.recv()
        assert heard == [f"{number:08}" for number in range(count)], "lost, doubled or out of order"

    def close(self):
        for orders in self._orders:
            orders.send(None)
        for process in self._processes:
            process.join(10)
