"""`unload: idle`: code that is not used any more leaves the memory, if it can."""

import re
import shutil
import signal
from pathlib import Path

import pytest

from harness.deadline import wait_until
from harness.probe import ask
from harness.server import BUILD
from harness.site import Site

PLUGINS = BUILD / "tests" / "plugins"


@pytest.fixture
def site(serve, tmp_path):
    site = Site(serve, tmp_path)
    site.server.allow("calls itself")
    return site


def versions_mapped(site) -> set:
    """Private copies of `answer` that the process has in its memory."""
    maps = Path(f"/proc/{site.server.process.pid}/maps").read_text(encoding="utf-8")
    return set(re.findall(r"answer-[0-9a-f]{16}\.so", maps))


def replace(site, version):
    site.put_plugin(version)
    site.wait_for_answer(version)


def test_replaced_code_leaves(site):
    site.put_plugin("one")
    site.add_route(url="^answer$", consumer="answer", unload="idle")
    site.wait_for_answer("one")
    old = site.server.open("/answer")
    replace(site, "two")
    assert len(versions_mapped(site)) == 2
    assert ask(old, "?") == "one"
    old.close()
    replace(site, "one")
    replace(site, "two")

    def one_is_left():
        # What nobody uses any more is looked for with each change.
        site.server.process.send_signal(signal.SIGHUP)
        return len(versions_mapped(site)) == 1

    wait_until(one_is_left, "one version is left")


def test_without_it_code_stays(site):
    site.put_plugin("one")
    site.add_route(url="^answer$", consumer="answer")
    site.wait_for_answer("one")
    replace(site, "two")
    replace(site, "one")
    assert len(versions_mapped(site)) == 2


def test_what_one_route_keeps_stays(site):
    site.put_plugin("one")
    site.write(
        routes=[
            *site.config["routes"],
            {"url": "^answer$", "consumer": "answer", "unload": "idle"},
            {"url": "^keeps$", "consumer": "answer"},
        ]
    )
    site.wait_for_answer("one")
    replace(site, "two")
    replace(site, "one")
    assert len(versions_mapped(site)) == 2


@pytest.mark.parametrize(
    "plugin, why", [("sticky", "its code stays after dlclose"), ("leaves_thread", "a thread that it has begun goes on")]
)
def test_a_plugin_that_cannot_leave_is_refused(site, plugin, why):
    shutil.copyfile(PLUGINS / f"{plugin}.so", site.plugins / f"{plugin}.so")
    site.add_route(url="^answer$", consumer=plugin, unload="idle")
    site.server.wait_for_log(f"not taken up: .*routes.yaml:.*`{plugin}` refuses this route: `unload: idle` is not for it: {why}")
    *others, route = site.config["routes"]
    del route["unload"]
    site.write(routes=[*others, route])
    site.server.wait_for_log("taken up: \\+ url \\^answer\\$")
