"""A Django whose visitors log in, and nginx in front of it and of a wharf, for tests in another language, as bed.py says."""

import subprocess
from pathlib import Path

import bed
from harness.accounts_site import SECRET, AccountsSite
from harness.front import nginx, to_wharf

# Where nginx comes from, so that it is not the browser.
PROXY = "127.0.0.3"

TO_DJANGO = """\
    location / {{
      proxy_pass http://127.0.0.1:{port};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
"""

CERTIFICATE = """\
    ssl_certificate {directory}/certificate.pem;
    ssl_certificate_key {directory}/key.pem;
"""


class Bed:
    def __init__(self, directory: Path, users: dict):
        """`users`: passwords by name."""
        self._directory = directory
        self._fronts = []
        (directory / "site").mkdir()
        self._site = AccountsSite(directory / "site")
        for name, password in users.items():
            self._site.set_user(name, password=password)

    def facts(self) -> dict:
        return {"database": self._site.database["NAME"], "secretKey": SECRET, "proxy": PROXY}

    def front(self, wharf: int, tls: bool) -> int:
        """One host for both: `/message/` and the pages below `/chat/` are those of the wharf at that port. Answers with
        the port of nginx."""
        room = self._directory / f"front{len(self._fronts)}"
        room.mkdir()
        server = TO_DJANGO.format(port=self._site.port)
        for place in ("/message/", "/chat/"):
            server += to_wharf(place, f"127.0.0.1:{wharf}", f"proxy_bind {PROXY};")
        if tls:
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-subj", "/CN=127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"],
                cwd=room, check=True, capture_output=True,
            )
            server += CERTIFICATE.format(directory=room)
        self._fronts.append(nginx(room, server, " ssl" if tls else ""))
        return self._fronts[-1].port

    def stop(self):
        for front in self._fronts:
            front.stop()
        self._site.kill()


if __name__ == "__main__":
    bed.serve(Bed)
