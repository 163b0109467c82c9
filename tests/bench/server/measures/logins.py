"""Connections that come with a login, which has to be looked up or checked, and go."""

import contextlib

from harness.accounts_site import AccountsSite
from harness.postgres import Postgres
from load import Work
from peers.logins import contenders, start_endpoint, token
from report import Measured, Table
from rounds import by_turns

from .costs import spread


def measure(bed, peers, options) -> Measured:
    with contextlib.ExitStack() as ends:
        postgres = Postgres()
        ends.callback(postgres.remove)
        site = AccountsSite(bed.room(), database=postgres.django())
        ends.callback(site.kill)
        site.set_user("alice", password="first", active="1")
        headers = (
            "Origin: http://127.0.0.1",
            f"Cookie: {site.log_in('alice', 'first')}",
            f"Authorization: Bearer {token('alice')}",
        )
        work = Work("40 at a time", "arrivals", "/echo", 40, 4000, headers=headers)
        endpoint = start_endpoint(bed.room())
        ends.callback(endpoint.stop)
        those = contenders(site, postgres, endpoint, bed.room())
        series = by_turns(bed, those, work, options.rounds)
    daphne = series["daphne"]
    rows = []
    for peer in those:
        mine = series[peer.name]
        if mine.failure:
            cells = [f"failed: {mine.failure}", "", "", ""]
        else:
            times = "" if mine is daphne or daphne.failure else spread(daphne.ratios(mine))
            cells = [peer.what, f"{mine.median():.0f} µs", times, f"{mine.median('rate'):.0f}"]
        rows.append((peer.name, cells))
    about = (
        "Connections of alice, whom everybody but the first lets in alone: processor time of the server for one with its\n"
        "handshake and its goodbye, how many times that Daphne takes, and how many came and went in a second with 40 at a\n"
        "time (noisy). All have one session and one token, and who comes while its look-up is under way shares it. The\n"
        "time of PostgreSQL and of the endpoint is nobody's. Daphne runs the sessions and the users of the same\n"
        "PostgreSQL through Django's AuthMiddlewareStack."
    )
    columns = ["who is it", "time", "Daphne takes, times", "a second"]
    return Measured(Table("Logins", about, columns, rows), [])
