"""A server whose files are changed while it runs, as an operator would."""

import os
import shutil

import yaml

from .deadline import wait_until
from .probe import ask, probe_configuration
from .raw import RawClient
from .server import BUILD, PLUGIN_PATH

CONSUMERS = BUILD / "tests" / "consumers"


class Site:
    def __init__(self, serve, tmp_path):
        self.plugins = tmp_path / "plugins"
        self.plugins.mkdir()
        self.config = probe_configuration(plugin_path=[str(self.plugins), *PLUGIN_PATH])
        self.server = serve(self.config)
        self.server.allow("not taken up")

    def put_plugin(self, version, name="answer"):
        """cp, over a file that may be in use."""
        shutil.copyfile(CONSUMERS / f"{name}_{version}.so", self.plugins / f"{name}.so")

    def write(self, **changes):
        """As editors do: a new file in the place of the old one."""
        self.config = {**self.config, **changes}
        new = self.server.file.with_suffix(".new")
        new.write_text(yaml.safe_dump(self.config, sort_keys=False), encoding="utf-8")
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
