"""Certificates that exist for one test: a root that clients know, one below it that signs, and what it has signed."""

import datetime
import os
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "wharf.test"
DAY = datetime.timedelta(days=1)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


class Authority:
    def __init__(self, directory: Path):
        self._root_key, self._root = self._sign("root", None, None, authority=True)
        self._key, self._certificate = self._sign("between", self._root, self._root_key, authority=True)
        self.root_file = directory / "root.pem"
        self.root_file.write_bytes(_pem(self._root))

    @staticmethod
    def _sign(subject, issuer, issuer_key, *, authority=False, serial=None, days=(-1, 30), names=()):
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(issuer.subject if issuer else _name(subject))
            .public_key(key.public_key())
            .serial_number(serial or x509.random_serial_number())
            .not_valid_before(now + days[0] * DAY)
            .not_valid_after(now + days[1] * DAY)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
        return key, builder.sign(issuer_key or key, hashes.SHA256())

    def issue(self, serial: int, days=(-1, 30)):
        """(chain, key) as PEM. `days`: from when to when it is valid, from now."""
        key, certificate = self._sign(NAME, self._certificate, self._key, serial=serial, days=days, names=[NAME])
        key_pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return _pem(certificate) + _pem(self._certificate), key_pem

    def client(self) -> ssl.SSLContext:
        """A client that believes this authority and nobody else."""
        context = ssl.create_default_context(cafile=str(self.root_file))
        context.set_alpn_protocols(["http/1.1"])
        return context


class Pair:
    """The two files of a server's `tls:`, as the tools that renew them write them: one after the other, each at once."""

    def __init__(self, directory: Path, authority: Authority, serial=1, **options):
        self.certificate = directory / "fullchain.pem"
        self.key = directory / "privkey.pem"
        self._authority = authority
        self.renew(serial, **options)

    def renew(self, serial: int, **options):
        chain, key = self._authority.issue(serial, **options)
        self.put(self.key, key)
        self.put(self.certificate, chain)

    @staticmethod
    def put(file: Path, text: bytes):
        new = file.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_bytes(text)
        os.replace(new, file)

    @property
    def tls(self) -> dict:
        """The value of `tls:`."""
        return {"certificate": str(self.certificate), "key": str(self.key)}
