"""The site, for an ASGI server: its pages, and /echo for who is logged in."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402  # these read the settings
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402


class Echo(AsyncWebsocketConsumer):
    async def connect(self):
        if self.scope["user"].is_authenticated:
            await self.accept()
        else:
            await self.close()

    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data)


sockets = AuthMiddlewareStack(URLRouter([re_path("^echo$", Echo.as_asgi())]))
application = ProtocolTypeRouter({"http": http, "websocket": sockets})
