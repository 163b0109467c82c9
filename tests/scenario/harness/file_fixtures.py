"""Fixtures of the scenarios with files: pytest_plugins = ["harness.file_fixtures"]"""

import pytest

pytest_plugins = ["harness.ssh_fixtures"]


@pytest.fixture
def serve_files(serve_terminal):
    """serve_files(sshd, settings=None, flow=None, **sftp): a server whose terminals have files."""

    def start(sshd, settings=None, flow=None, **sftp):
        server = serve_terminal(sshd, settings=settings, flow=flow or {}, sftp={"enabled": True, **sftp})
        server.allow("paramiko")
        return server

    return start


@pytest.fixture
def remote(start_sshd):
    """remote(name): the path of a file as the SSH server knows it."""

    class Remote:
        sshd = start_sshd()

        def __call__(self, name=""):
            return str(self.sshd.home_root / self.sshd.user.name / name)

        def local(self, name=""):
            return self.sshd.home() / name

        def put(self, name, content: bytes):
            self.local(name).write_bytes(content)
            self.local(name).chmod(0o666)

    return Remote()
