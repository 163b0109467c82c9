"""`auth: [{jwt: …}]`: a JSON Web Token names the user. The tokens are PyJWT's."""

import base64
import hmac
import json
import signal
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from harness.probe import CONFIG, probe_configuration, scope

SECRET = "0123456789abcdef0123456789abcdef"


def configuration(*methods, **settings):
    routes = [
        {"url": "^open/", "consumer": "probe", "config": CONFIG},
        {"url": "^users/", "consumer": "probe", "config": CONFIG, "require": "user"},
    ]
    auth = [*({"jwt": method} for method in methods), "anonymous"]
    return probe_configuration(auth=auth, routes=routes, **settings)


def token(key=SECRET, algorithm="HS256", headers=None, **claims):
    return jwt.encode({"sub": "alice", "exp": time.time() + 600, **claims}, key, algorithm=algorithm, headers=headers)


def bearer(text):
    return [("Authorization", f"Bearer {text}")]


def ask(server, path="/users/x", also=()):
    return server.raw().ask(path, also=also)


def user(server, path="/users/x", also=()):
    """Who the consumer takes the visitor for."""
    client = server.open(path, also=also)
    return scope(client)["user"]


def public_pem(key):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@pytest.fixture
def server(serve):
    return serve(configuration({"secret": SECRET}))


# --- Where the token is.


def test_the_authorization_header(server):
    alice = {"id": "alice", "username": "alice", "is_authenticated": True, "method": "jwt"}
    assert user(server, also=bearer(token())) == alice


def in_cookie(text):
    return [("Cookie", f"a=b; access={text}"), ("Origin", "http://wharf.test")]


def in_subprotocol(text):
    return [("Sec-WebSocket-Protocol", f"probe.v1, bearer.{text}")]


@pytest.mark.parametrize(
    "source, path, also",
    [
        ({"cookie": "access"}, "/users/x", in_cookie),
        ({"query": "token"}, "/users/x?a=b&token={}", lambda text: []),
        ({"subprotocol": "bearer."}, "/users/x", in_subprotocol),
    ],
    ids=["cookie", "query", "subprotocol"],
)
def test_other_places(serve, source, path, also):
    server = serve(configuration({"secret": SECRET, "from": [source]}))
    good = token()
    assert user(server, path.format(good), also(good))["username"] == "alice"
    assert ask(server, path.format("x"), also("x")).status == 401
    assert ask(server, "/users/x", bearer(good)).status == 401, "the header is not among the sources"


def test_a_token_in_a_subprotocol_is_not_chosen(serve):
    server = serve(configuration({"secret": SECRET, "from": [{"subprotocol": "bearer."}]}))
    response = ask(server, also=[("Sec-WebSocket-Protocol", f"bearer.{token()}, probe.v2")])
    assert response.status == 101
    assert response.all("sec-websocket-protocol") == ["probe.v2"]


def test_a_cookie_needs_the_origin_of_its_page(serve):
    server = serve(configuration({"secret": SECRET, "from": [{"cookie": "access"}]}))
    cookie = ("Cookie", f"access={token()}")
    assert ask(server, also=[cookie]).status == 403
    assert ask(server, also=[cookie, ("Origin", "http://evil.test")]).status == 403
    assert ask(server, also=[cookie, ("Origin", "http://wharf.test")]).status == 101


async def test_a_library_client(server):
    async with server.websocket("/users/x", extra_headers={"Authorization": f"Bearer {token()}"}) as client:
        await client.send("hi")
        assert await client.recv() == "hi"


# --- What is wrong with it.


def unsigned(**claims):
    parts = ({"alg": "none"}, {"sub": "alice", "exp": time.time() + 600, **claims})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, ""])


@pytest.mark.parametrize(
    "make, why",
    [
        (lambda: token(exp=time.time() - 60), "The token has expired."),
        (lambda: token(nbf=time.time() + 600), "The token is not valid yet."),
        (lambda: token(sub=""), "The token names no user."),
        (lambda: token(key="x" * 32), "The token's signature is wrong."),
        (lambda: token(algorithm="HS384", key="x" * 48), "The token is signed by an algorithm that is not taken here."),
        (unsigned, "The token is signed by an algorithm that is not taken here."),
        (lambda: jwt.encode({"sub": "alice"}, SECRET), "The token has no expiry."),
        (lambda: token(aud="somebody"), "The token is for somebody else."),
        (lambda: "no-token", "This is no JSON Web Token."),
        (lambda: "a.b.c", "This is no JSON Web Token."),
    ],
)
def test_a_bad_token(server, make, why):
    response = ask(server, also=bearer(make()))
    assert response.status == 401
    assert response.body.decode() == why + "\n"
    assert response.first("www-authenticate") == 'Bearer error="invalid_token"'
    server.wait_for_log(f"401 for route .*: {why}")
    assert user(server, "/open/x", bearer(make()))["is_authenticated"] is False


def test_no_token(server):
    assert ask(server).status == 401
    assert user(server, "/open/x") == {"id": "", "username": "", "is_authenticated": False, "method": "anonymous"}


def test_a_token_that_is_longer_than_a_head_may_be(server):
    client = server.raw()
    assert client.ask("/users/x", also=bearer("A" * 20_000)).status == 431


def test_a_megabyte(serve):
    server = serve(configuration({"secret": SECRET}, limits={"head": "1 MiB"}))
    for text in ("A" * 1_000_000, "." * 1_000_000, token() + "A" * 1_000_000):
        assert ask(server, also=bearer(text)).status == 401


def test_no_token_is_in_the_log(serve):
    server = serve(configuration({"secret": SECRET}, log="debug"))
    good, bad = token(), token(key="x" * 32)
    user(server, also=bearer(good))
    assert ask(server, also=bearer(bad)).status == 401
    server.wait_for_log("401 for route")
    for text in (good, bad, SECRET):
        assert text not in server.log()


# --- Keys.


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "RS512", "ES256", "ES384"])
def test_public_keys(serve, tmp_path, algorithm):
    if algorithm.startswith("ES"):
        curve = ec.SECP256R1() if algorithm == "ES256" else ec.SECP384R1()
        key, other = ec.generate_private_key(curve), ec.generate_private_key(curve)
    else:
        key, other = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    (tmp_path / "key.pem").write_text(public_pem(key), encoding="ascii")
    server = serve(configuration({"public_key": {"file": str(tmp_path / "key.pem")}, "username": "name"}))
    assert user(server, also=bearer(token(key, algorithm, name="zoë"))) == {
        "id": "alice",
        "username": "zoë",
        "is_authenticated": True,
        "method": "jwt",
    }
    assert ask(server, also=bearer(token(other, algorithm, name="zoë"))).status == 401


def test_a_public_key_is_no_secret(serve, tmp_path):
    key = rsa.generate_private_key(65537, 2048)
    pem = public_pem(key)
    (tmp_path / "key.pem").write_text(pem, encoding="ascii")
    server = serve(configuration({"public_key": {"file": str(tmp_path / "key.pem")}}))
    head, claims, _ = token("x" * 32).split(".")
    signature = hmac.digest(pem.encode(), f"{head}.{claims}".encode(), "sha256")
    forged = f"{head}.{claims}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    assert ask(server, also=bearer(forged)).status == 401


def test_a_set_of_keys_and_its_rotation(serve, tmp_path):
    keys = [rsa.generate_private_key(65537, 2048) for _ in range(2)]
    file = tmp_path / "keys.json"

    def publish(*indices):
        entries = []
        for index in indices:
            entry = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(keys[index].public_key()))
            entries.append({**entry, "kid": str(index), "use": "sig", "alg": "RS256"})
        file.write_text(json.dumps({"keys": entries}), encoding="ascii")

    publish(0)
    server = serve(configuration({"jwks": {"file": str(file)}}))
    tokens = [token(keys[i], "RS256", {"kid": str(i)}) for i in range(2)]
    assert [ask(server, also=bearer(text)).status for text in tokens] == [101, 401]
    assert ask(server, also=bearer(token(keys[1], "RS256", {"kid": "0"}))).status == 401
    publish(0, 1)
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_log("taken up: ~ auth")
    assert [ask(server, also=bearer(text)).status for text in tokens] == [101, 101]


def test_two_issuers(serve):
    one = {"secret": SECRET, "issuer": "one"}
    two = {"secret": SECRET[::-1], "issuer": "two", "audience": "wharf"}
    server = serve(configuration(one, two))
    assert user(server, also=bearer(token(iss="one")))["username"] == "alice"
    assert user(server, also=bearer(token(SECRET[::-1], iss="two", aud=["x", "wharf"])))["username"] == "alice"
    assert ask(server, also=bearer(token(SECRET[::-1], iss="one", aud="wharf"))).status == 401
    assert ask(server, also=bearer(token(iss="two", aud="wharf"))).status == 401


# --- Its end.


def test_the_connection_ends_with_its_token(serve):
    server = serve(configuration({"secret": SECRET, "leeway": 0}))
    lasting = server.open("/users/x", also=bearer(token()))
    client = server.open("/users/x", also=bearer(token(exp=time.time() + 2)))
    client.expect_close(4401, within=10)
    lasting.say("still here")
    assert lasting.text() == "still here"


def test_a_token_without_an_end_does_not_end(serve):
    server = serve(configuration({"secret": SECRET, "without_expiry": "allow", "leeway": 0}))
    endless = server.open("/users/x", also=bearer(jwt.encode({"sub": "alice"}, SECRET)))
    far = server.open("/users/x", also=bearer(token(exp=10**15)))
    server.open("/users/x", also=bearer(token(exp=time.time() + 1))).expect_close(4401, within=10)
    for client in (endless, far):
        client.say("still here")
        assert client.text() == "still here"
