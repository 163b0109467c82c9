"""/echo, /relay and /message (see ../../peer.py) by Django Channels; /message is the original's consumer."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
http = get_asgi_application()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402  # these read the settings
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from consumers import MessageConsumer  # noqa: E402
from django.urls import re_path  # noqa: E402


class Echo(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data)


class Relay(AsyncWebsocketConsumer):
    groups = ["relay"]

    async def receive(self, text_data=None, bytes_data=None):
        await self.channel_layer.group_send("relay", {"type": "relay.text", "text": text_data})

    async def relay_text(self, event):
        await self.send(event["text"])


sockets = URLRouter(
    [
        re_path("^echo$", Echo.as_asgi()),
        re_path("^relay$", Relay.as_asgi()),
        re_path("^message$", MessageConsumer.as_asgi()),
    ]
)


async def named_sockets(scope, receive, send):
    return await sockets({**scope, "username": "anonymous"}, receive, send)


application = ProtocolTypeRouter({"http": http, "websocket": named_sockets})
