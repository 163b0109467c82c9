"""What the message consumer says, and a server that serves it to named users."""

import re

from .server import configuration

STAMP = re.compile(r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?=收到消息：)")

# A reverse proxy on this machine names the user.
NAMED_USERS = [{"header": {"name": "X-Remote-User", "trust": ["127.0.0.1"]}}, "anonymous"]


def message_configuration(**settings) -> dict:
    routes = [{"url": "^message/?$", "consumer": "message"}]
    return configuration(**{"auth": NAMED_USERS, "routes": routes, **settings})


def as_user(name: str) -> dict:
    """Options of RawClient.handshake."""
    return {"also": [("X-Remote-User", name.encode())]}


def is_answer(text: str, to: str) -> bool:
    return STAMP.sub("", text, count=1) == f"收到消息：{to}" and STAMP.match(text) is not None
