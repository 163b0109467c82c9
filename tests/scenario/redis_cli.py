"""`wharf send`: a word to a group, from the command line."""

import json
import re

import pytest

from harness.channel_layer import FLAVOURS, ChannelLayer
from harness.command import wharf, write
from harness.conversation import Conversation
from harness.message import message_configuration
from harness.port import free_port

pytest_plugins = ["harness.redis_fixtures"]

EVENT = json.dumps({"type": "user.message", "text": "from the shell 你好"}, ensure_ascii=False)


@pytest.fixture
def directory(tmp_path, layer):
    write(tmp_path, message_configuration(channel_layer=layer.wharf()))
    return tmp_path


def test_members_everywhere_hear_it(serve, django, layer, directory):
    talk = Conversation(layer, "alice")
    for place in (serve(message_configuration(channel_layer=layer.wharf())), django(layer)):
        talk.open(place)
    outcome = wharf("send", "alice", EVENT, "--file", "routes.yaml", directory=directory)
    assert outcome.code == 0, outcome
    talk.hear("from the shell 你好")
    # The file has a name that need not be said.
    (directory / "routes.yaml").rename(directory / "other.yaml")
    assert wharf("send", "alice", EVENT, "--file", "other.yaml", directory=directory).code == 0
    talk.hear("from the shell 你好")
    assert wharf("send", "alice", EVENT, directory=directory).code != 0


def test_values_of_every_kind_arrive(layer, directory):
    event = {"type": "x", "a": [1, -1, 1.5, None, True, {"b": "c"}], "big": 2**63, "text": "\0é"}

    async def listen(sender):
        channel = await sender.new_channel()
        await sender.group_add("g", channel)
        outcome = wharf("send", "g", json.dumps(event), "--file", "routes.yaml", directory=directory)
        assert outcome.code == 0, outcome
        return await sender.receive(channel)

    assert layer.run(listen) == event


def test_nobody_is_there(directory):
    assert wharf("send", "nobody", EVENT, "--file", "routes.yaml", directory=directory).code == 0


@pytest.mark.parametrize(
    "event, reason",
    [
        ("{", "JSON"),
        ("", "JSON"),
        (EVENT + "x", "JSON"),
        ("[]", "(?i)object|map"),
        ('"text"', "(?i)object|map"),
        ('{"text": "hello"}', "type"),
        ('{"type": 7}', "type"),
        ('{"type": ""}', "type"),
    ],
)
def test_what_is_no_event(directory, event, reason):
    outcome = wharf("send", "alice", event, "--file", "routes.yaml", directory=directory)
    assert outcome.code == 1, outcome
    assert re.search(reason, outcome.stderr), outcome.stderr


def test_a_file_that_is_not_there(tmp_path):
    outcome = wharf("send", "alice", EVENT, "--file", "nowhere.yaml", directory=tmp_path)
    assert outcome.code == 1
    assert "nowhere.yaml" in outcome.stderr


def test_a_layer_of_one_process(tmp_path):
    """Nobody else can be reached through it."""
    write(tmp_path, message_configuration(channel_layer="memory"))
    outcome = wharf("send", "alice", EVENT, "--file", "routes.yaml", directory=tmp_path)
    assert outcome.code == 1
    assert "memory" in outcome.stderr


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_nobody_listens_where_redis_should(tmp_path, flavour):
    port = free_port()
    layer = ChannelLayer(flavour, [], hosts=[f"redis://127.0.0.1:{port}/0"], timeout="1 s")
    write(tmp_path, message_configuration(channel_layer=layer.wharf()))
    outcome = wharf("send", "alice", EVENT, "--file", "routes.yaml", directory=tmp_path)
    assert outcome.code == 1
    assert str(port) in outcome.stderr


@pytest.mark.parametrize("arguments", [[], ["alice"], ["alice", EVENT, "more"], ["alice", EVENT, "--to", "x"]])
def test_wrong_usage(directory, arguments):
    outcome = wharf("send", *arguments, directory=directory)
    assert outcome.code == 2
    assert outcome.stderr
