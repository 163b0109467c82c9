"""Certificates change while the server runs, and some are not what they should be."""

import os
import signal
import ssl
import threading

import pytest

from harness.certificates import Authority, Pair
from harness.command import wharf, write
from harness.deadline import seconds, wait_until
from harness.probe import ECHO, ask, probe_configuration
from harness.secure import SecureClient


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def pair(tmp_path, authority):
    return Pair(tmp_path, authority, serial=1)


@pytest.fixture
def start(serve, pair):
    def start_it(**settings):
        listen = [{"address": "127.0.0.1:0", "tls": pair.tls}]
        server = serve(probe_configuration(listen=listen, **settings))
        # Between the two files that a renewal writes, they do not belong together.
        server.allow("not taken up: .* the key is not that of the certificate")
        return server

    return start_it


def connect(server, context) -> SecureClient:
    client = SecureClient(server.address, context)
    server.clients.append(client)
    return client


def serial(server, context):
    """Of the certificate that is served; None when the client does not believe it."""
    try:
        with connect(server, context) as client:
            return client.serial()
    except ssl.SSLCertVerificationError:
        return None


def wait_for_serial(server, context, expected: int):
    wait_until(lambda: serial(server, context) == expected, f"serial {expected} is served:\n{server.log()}")


class Talker(threading.Thread):
    """Echoes without end on one connection."""

    def __init__(self, client):
        super().__init__(daemon=True)
        self.client = client
        self.rounds = 0
        self.failure = None
        self.ended = False
        self.start()

    def run(self):
        try:
            while not self.ended:
                assert ask(self.client, f"round {self.rounds} " + "x" * 3000).startswith(f"round {self.rounds} ")
                self.rounds += 1
        except BaseException as failure:  # told by stop()
            self.failure = failure

    def stop(self):
        self.ended = True
        self.join(seconds(10))
        assert self.failure is None, self.failure


def test_a_renewal_under_load(start, pair, authority):
    server = start(workers=2)
    talkers = []
    for _ in range(6):
        client = connect(server, authority.client())
        client.upgrade(ECHO)
        talkers.append(Talker(client))
    for number in range(2, 6):
        pair.renew(number)
        wait_for_serial(server, authority.client(), number)
        heard = [talker.rounds for talker in talkers]
        wait_until(
            lambda: all(talker.failure or talker.rounds > before for talker, before in zip(talkers, heard)),
            "everybody talks on",
        )
    for talker in talkers:
        talker.stop()
    assert all(ask(talker.client, "still here") == "still here" for talker in talkers)
    server.wait_for_log("taken up: ~ certificate of 127.0.0.1:0: serial 05, until ")


def test_a_renewal_by_links(serve, tmp_path, authority):
    """As certbot does it: the names are links to numbered files elsewhere."""
    archive, live = tmp_path / "archive", tmp_path / "live"
    archive.mkdir()
    live.mkdir()

    def issue(number):
        chain, key = authority.issue(number)
        Pair.put(archive / f"fullchain{number}.pem", chain)
        Pair.put(archive / f"privkey{number}.pem", key)
        for name in ("privkey", "fullchain"):
            link = live / f"{name}.pem"
            link.unlink(missing_ok=True)
            link.symlink_to(f"../archive/{name}{number}.pem")

    issue(1)
    tls = {"certificate": str(live / "fullchain.pem"), "key": str(live / "privkey.pem")}
    server = serve(probe_configuration(listen=[{"address": "127.0.0.1:0", "tls": tls}]))
    server.allow("not taken up")
    wait_for_serial(server, authority.client(), 1)
    issue(2)
    wait_for_serial(server, authority.client(), 2)
    chain, key = authority.issue(3)
    (archive / "privkey2.pem").write_bytes(key)
    (archive / "fullchain2.pem").write_bytes(chain)
    wait_for_serial(server, authority.client(), 3)


def test_other_files(start, pair, authority, tmp_path):
    server = start()
    other = tmp_path / "other"
    other.mkdir()
    config = probe_configuration(listen=[{"address": "127.0.0.1:0", "tls": Pair(other, authority, 7).tls}])
    server.rewrite(config)
    wait_for_serial(server, authority.client(), 7)


def test_a_broken_pair_changes_nothing(start, pair, authority):
    server = start()
    server.allow("not taken up")
    good = pair.certificate.read_bytes(), pair.key.read_bytes()
    _, other_key = authority.issue(9)
    pair.put(pair.key, other_key)
    server.wait_for_log(r"not taken up: .*routes\.yaml:\d+:\d+: `.*privkey\.pem` cannot be used: the key is not that")
    pair.put(pair.key, b"nonsense")
    server.wait_for_log("there is no private key in PEM")
    pair.key.unlink()
    server.wait_for_log("there is no such file")
    assert serial(server, authority.client()) == 1
    pair.put(pair.key, good[1])
    pair.renew(2)
    wait_for_serial(server, authority.client(), 2)


def test_a_signal_takes_up_a_renewal_as_well(start, pair, authority):
    server = start()
    pair.renew(2)
    server.process.send_signal(signal.SIGHUP)
    wait_for_serial(server, authority.client(), 2)


def test_an_expired_certificate_is_served_with_a_warning(serve, tmp_path, authority):
    pair = Pair(tmp_path, authority, serial=1, days=(-3, -1))
    server = serve(probe_configuration(listen=[{"address": "127.0.0.1:0", "tls": pair.tls}]))
    server.allow("clients will refuse the certificate .* it expired at ")
    server.allow("not taken up: .* the key is not that of the certificate")
    server.wait_for_log(r"warning .*routes\.yaml:\d+:\d+: clients will refuse the certificate .* it expired at ")
    with pytest.raises(ssl.SSLCertVerificationError, match="certificate has expired"):
        connect(server, authority.client())
    careless = authority.client()
    careless.check_hostname = False
    careless.verify_mode = ssl.CERT_NONE
    client = connect(server, careless)
    client.upgrade(ECHO)
    assert ask(client, "hi") == "hi"
    pair.renew(2)
    wait_for_serial(server, authority.client(), 2)
    # Told once, and again when there is another one.
    assert server.log().count("clients will refuse") == 1
    pair.renew(3, days=(-3, -2))
    wait_until(lambda: server.log().count("clients will refuse") == 2, "the second is told")


def test_check_tells_what_clients_will_refuse(tmp_path, authority):
    pair = Pair(tmp_path, authority, serial=1, days=(-3, -1))
    os.chmod(pair.key, 0o644)
    write(tmp_path, probe_configuration(listen={"address": "127.0.0.1:0", "tls": pair.tls}))
    outcome = wharf("check", "routes.yaml", directory=tmp_path)
    assert outcome.code == 0
    assert "! routes.yaml:" in outcome.stdout
    assert "it expired at" in outcome.stdout
    assert "everybody on this machine can read the key" in outcome.stdout


def test_a_pair_that_does_not_fit_is_refused_at_the_start(tmp_path, authority):
    pair = Pair(tmp_path, authority, serial=1)
    pair.put(pair.key, authority.issue(2)[1])
    write(tmp_path, probe_configuration(listen={"address": "127.0.0.1:0", "tls": pair.tls}))
    outcome = wharf("serve", "routes.yaml", directory=tmp_path)
    assert outcome.code == 1
    assert "the key is not that of the certificate" in outcome.stderr
    assert "PRIVATE" not in outcome.stderr.replace("BEGIN PRIVATE", "")
