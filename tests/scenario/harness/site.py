"""A server whose files are changed while it runs, as an operator would."""

import os
import re
import shutil

import yaml

from .deadline import wait_until
from .probe import ECHO, ask, probe_configuration
from .raw import RawClient
from .server import BUILD, PLUGIN_PATH

CONSUMERS = BUILD / "tests" / "consumers"


class Site:
    def __init__(self, serve, tmp_path, **settings):
        self.plugins = tmp_path / "plugins"
        self.plugins.mkdir()
        self.config = probe_configuration(plugin_path=[str(self.plugins), *PLUGIN_PATH], **settings)
        self.server = serve(self.config)
        self.server.allow("not taken up")

    def put_plugin(self, version, name="answer"):
        """cp, over a file that may be in use."""
        shutil.copyfile(CONSUMERS / f"{name}_{version}.so", self.plugins / f"{name}.so")

    def write(self, **changes):
        self.config = {**self.config, **changes}
        self.write_text(yaml.safe_dump(self.config, sort_keys=False))

    def write_text(self, text):
        """As editors do: a new file in the place of the old one."""
        new = self.server.file.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        os.replace(new, self.server.file)

    def add_route(self, **route):
        self.write(routes=[*self.config["routes"], route])

    def living(self):
        """Instances of the probe; those of its trials in another process have ended."""
        journal = self.server.journal()
        return journal.count("create") - journal.count("destroy")

    def answer(self, path="/answer"):
        """What a new connection hears, or the status of the refusal."""
        client = RawClient(self.server.address)
        try:
            status = client.ask(path).status
            return ask(client, "?") if status == 101 else status
        finally:
            client.close()

    def wait_for_answer(self, expected, path="/answer"):
        wait_until(lambda: self.answer(path) == expected, f"{path} answers {expected!r}")

    def refusals(self):
        """What the log says about changes that were not taken up, a line each."""
        return re.findall(r"not taken up: (.*)", self.server.log())

    def wait_for_refusal(self, expected):
        wait_until(lambda: self.refusals(), f"a refusal: {expected}\n{self.server.log()}", within=20)
        assert re.search(expected, self.refusals()[-1]), self.refusals()


class Undisturbed(Site):
    """One that serves the first version of `answer`, and has connections that no change concerns."""

    def __init__(self, serve, tmp_path, **settings):
        super().__init__(serve, tmp_path, **settings)
        self.put_plugin("one")
        self.add_route(url="^answer$", consumer="answer")
        self.wait_for_answer("one")
        self.echoing = [self.server.open(ECHO) for _ in range(4)]
        self.answering = self.server.open("/answer")

    def check(self):
        """They go on."""
        for client in self.echoing:
            assert ask(client, "still here") == "still here"
        assert ask(self.answering, "?") == "one"
