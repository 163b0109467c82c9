"""Replays what was recorded from the original application: Channels on daphne over Redis. On each channel layer.

Where wharf is meant to behave otherwise, DIFFERENCES says how and why; everything else must be the same.
"""

import json
from pathlib import Path

import pytest

from harness import frame
from harness.channel_layer import FLAVOURS, ChannelLayer
from harness.conversation import hear_pair
from harness.message import STAMP, as_user, message_configuration

pytest_plugins = ["harness.redis_fixtures"]

MEMORY = "memory"
SCENARIOS = json.loads((Path(__file__).parent / "data" / "transcript_daphne-redis.json").read_text("utf-8"))["scenarios"]

# What a tab receives in place of what was recorded, by scenario and tab.
PAIR = [{"text": ""}, {"text": "<NOW>收到消息："}]
CLOSED = {
    "unsupported": [{"close": 1003}],
    "not UTF-8": [{"close": 1007}],
    "nothing": [{"end": "TIMEOUT"}],
}
DIFFERENCES = {
    # daphne does not send empty messages.
    "empty_text": {"alice": [*PAIR, {"end": "TIMEOUT"}]},
    # There a binary message raises in every member of the group and takes all tabs down.
    "binary_frame": {"alice-tab1": CLOSED["unsupported"], "alice-tab2": CLOSED["nothing"]},
    "empty_binary_frame": {"alice-tab1": CLOSED["unsupported"], "alice-tab2": CLOSED["nothing"]},
    # There the connection is reset without a word.
    "not_utf8": {"alice-tab1": CLOSED["not UTF-8"]},
    # There group names are ASCII letters, digits, '.', '-' and '_' only.
    "invalid_group_at": {"carol": CLOSED["nothing"]},
    "invalid_group_unicode": {"zoe": CLOSED["nothing"]},
}


def frames_of(does: str) -> bytes:
    """What a client sends, from the transcript's words."""
    kind, _, rest = does.partition(" ")
    if does == "empty text frame":
        return frame.text("")
    if does == "empty binary":
        return frame.binary(b"")
    if does == "text in 3 fragments that split a character":
        whole = "你xy".encode()
        return frame.fragments(frame.TEXT, whole[:1], whole[1:4], whole[4:])
    if does.startswith("text frame "):
        return frame.text(bytes.fromhex(does.removeprefix("text frame ")))
    if does.startswith("text of "):
        count, letter = does.removeprefix("text of ").split(" times ")
        return frame.text(letter * int(count))
    if kind == "texts":
        first, last = rest.split()[0].split("..")
        return b"".join(frame.text(f"{first[0]}{number}") for number in range(int(first[1:]), int(last[1:]) + 1))
    if kind == "text":
        return frame.text(rest.encode().replace(rb"\u0000", b"\0").replace(rb"\r", b"\r").replace(rb"\n", b"\n")
                          .replace(rb"\u2028", "\u2028".encode()))
    if kind == "binary":
        return frame.binary(bytes.fromhex(rest))
    if kind == "close":
        return frame.close(int(rest))
    raise AssertionError(f"the transcript says something new: {does}")


def check_text(text: str, expected):
    stamped = STAMP.sub("<NOW>", text, count=1)
    if isinstance(expected, str):
        assert stamped == expected
        return
    assert len(text.encode()) == expected["length_bytes"]
    assert stamped.startswith(expected["head"]) and stamped.endswith(expected["tail"])


def check_received(tab, expected: list, settle):
    for item in expected:
        if "ping_hex" in item:
            continue  # a keepalive happened to fall into the recording
        if "text" in item:
            check_text(tab.text(), item["text"])
        elif "close" in item:
            assert tab.close_status()[0] == item["close"]
        elif item["end"] == "TIMEOUT":
            # The recording waited a while; a pong behind everything that could come says the same at once.
            settle()
            tab.nothing_before_pong()
        else:
            tab.at_end()


def check_counts(tab, expected: dict, settle):
    heard = []
    for _ in range(expected["frames"] // 2):
        heard.append(tab.text())
        check_text(tab.text(), f"<NOW>收到消息：{heard[-1]}")
    settle()
    tab.nothing_before_pong()
    assert len(set(heard)) == expected["distinct"]
    assert heard == [f"b{number}" for number in range(300)]


@pytest.fixture(params=[MEMORY, *FLAVOURS])
def start(serve, request):
    """start(): a server, and `settle`, which returns when what was said before has come to everybody."""

    # One worker: it has handed an event to all members of the group before it answers the ping of any.
    settings = {"workers": 1, "limits": {"message": "32 MiB", "outbox": "128 MiB"}}

    def without_redis():
        return serve(message_configuration(**settings)), lambda: None

    def with_redis():
        layer = ChannelLayer(request.param, [request.getfixturevalue("redis")])
        server = serve(message_configuration(channel_layer=layer.wharf(), **settings))
        server.wait_for_log(r"Redis \(.*\) is connected")
        # The events of one worker go to Redis, and come back, on one connection each.
        witness = server.open("/message/", **as_user("witness"))

        def settle():
            witness.say("settled")
            hear_pair(witness, "settled")

        return server, settle

    return without_redis if request.param == MEMORY else with_redis


@pytest.mark.parametrize("name", SCENARIOS)
def test_replay(start, name):
    server, settle = start()
    differences = dict(DIFFERENCES.get(name, {}))
    tabs = {}
    for step in SCENARIOS[name]:
        if "open" in step:
            tabs[step["open"]] = tab = server.raw()
            options = {} if step["user"] is None else as_user(step["user"])
            assert tab.ask(step["path"], **options).status == step["status"]
        elif "client" in step:
            tabs[step["client"]].send(frames_of(step["does"]))
        elif "received" in step:
            for client, expected in step["received"].items():
                check_received(tabs[client], differences.pop(client, expected), settle)
        elif "counts" in step:
            for client, expected in step["counts"].items():
                check_counts(tabs[client], expected, settle)
        else:
            raise AssertionError(f"the transcript says something new: {step}")
    assert not differences, "a difference that the transcript does not reach"
