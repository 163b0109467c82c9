"""Who connects is who the header says."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
http = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402  # these read the settings
from consumers import ParamikoConsumer  # noqa: E402
from django.urls import path  # noqa: E402

sockets = URLRouter([path("paramiko", ParamikoConsumer.as_asgi())])


async def named_sockets(scope, receive, send):
    name = dict(scope["headers"]).get(b"x-remote-user", b"nobody")
    return await sockets({**scope, "username": name.decode()}, receive, send)


application = ProtocolTypeRouter({"http": http, "websocket": named_sockets})
