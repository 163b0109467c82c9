"""However a file comes to be another one, the server notices by itself. What is gone is told, and changes nothing."""

import os
import shutil
import subprocess
import time

import pytest

from harness.deadline import wait_until
from harness.site import CONSUMERS, Undisturbed

CHANGES = 200


@pytest.fixture
def site(serve, tmp_path):
    site = Undisturbed(serve, tmp_path)
    yield site
    site.check()


# --- Editors, which all have their own way to save.


def vim(file, text):
    backup = file.with_name(file.name + "~")
    os.rename(file, backup)
    file.write_text(text, encoding="utf-8")
    backup.unlink()


def emacs(file, text):
    lock = file.with_name(".#" + file.name)
    lock.symlink_to("operator@host.1:2")
    os.rename(file, file.with_name(file.name + "~"))
    file.write_text(text, encoding="utf-8")
    lock.unlink()


def cp(file, text):
    other = file.with_name("other")
    other.write_text(text, encoding="utf-8")
    subprocess.run(["cp", other, file], check=True)


def sed(file, _):
    subprocess.run(["sed", "-i", "s/: ^answer/: ^new/", file], check=True)


@pytest.mark.parametrize("save", [vim, emacs, cp, sed])
def test_an_editor_saves_routes(site, save):
    text = site.server.file.read_text(encoding="utf-8").replace(": ^answer", ": ^new")
    save(site.server.file, text)
    site.wait_for_answer("one", "/new")
    assert site.answer() == 404


def mv(file, new):
    os.replace(new, file)


def install(file, new):
    subprocess.run(["install", new, file], check=True)


def cp_plugin(file, new):
    subprocess.run(["cp", new, file], check=True)


@pytest.mark.parametrize("put", [mv, install, cp_plugin])
def test_a_plugin_is_put_in_place(site, put):
    new = site.plugins / "answer.new"
    shutil.copyfile(CONSUMERS / "answer_two.so", new)
    put(site.plugins / "answer.so", new)
    site.wait_for_answer("two")


# --- Many at once.


def test_many_changes_of_the_routes(site):
    threads, descriptors = site.server.threads(), site.server.descriptors()
    routes = site.config["routes"]
    for change in range(CHANGES):
        site.write(routes=[*routes, {"url": f"^new{change}$", "consumer": "answer"}])
        time.sleep(1 / CHANGES)  # a pace
    site.wait_for_answer("one", f"/new{CHANGES - 1}")
    assert site.answer("/new0") == 404
    assert not site.refusals()
    wait_until(lambda: site.server.descriptors() <= descriptors, "no descriptor is left over")
    assert site.server.threads() == threads


@pytest.mark.parametrize("in_place", [False, True], ids=["renamed", "overwritten"])
def test_many_changes_of_a_plugin(site, in_place):
    """What stands behind the end of an ELF file is ignored, so that each is another content."""
    threads, descriptors = site.server.threads(), site.server.descriptors()
    content = (CONSUMERS / "answer_two.so").read_bytes()
    new = site.plugins / "answer.new"
    for change in range(CHANGES):
        if in_place:
            (site.plugins / "answer.so").write_bytes(content + str(change).encode())
        else:
            new.write_bytes(content + str(change).encode())
            os.replace(new, site.plugins / "answer.so")
        time.sleep(1 / CHANGES)  # a pace
    site.wait_for_answer("two")
    wait_until(lambda: site.server.descriptors() <= descriptors, "no descriptor is left over")
    assert site.server.threads() == threads
    # One that is caught while it is written may be refused; the last one is whole.
    assert in_place or not site.refusals()
    site.put_plugin("one")
    site.wait_for_answer("one")


# --- What is gone.


def test_the_routes_file_is_gone_for_a_while(site):
    away = site.server.file.with_suffix(".away")
    os.rename(site.server.file, away)
    site.wait_for_refusal(r"/routes\.yaml: there is no such file: write one, or name another$")
    assert site.answer() == "one"
    os.rename(away, site.server.file)
    site.put_plugin("two")
    site.wait_for_answer("two")
    assert len(site.refusals()) == 1, site.refusals()


def test_a_plugin_in_use_is_gone_for_a_while(site):
    away = site.plugins / "away"
    os.rename(site.plugins / "answer.so", away)
    site.wait_for_refusal(r"/routes\.yaml:\d+:\d+: no answer\.so on plugin_path \(.*\): ")
    assert site.answer() == "one"
    taken = site.server.log().count("taken up: ~")
    os.rename(away, site.plugins / "answer.so")
    site.add_route(url="^again$", consumer="answer")
    site.wait_for_answer("one", "/again")
    assert len(site.refusals()) == 1, site.refusals()
    # It is the same code, which nobody had to take up.
    assert site.server.log().count("taken up: ~") == taken


def test_a_drop_in_comes_and_goes(site):
    """Whatever it is called: it is what the pattern says."""
    directory = site.server.directory / "routes.d"
    directory.mkdir()
    site.write(include="routes.d/*.conf")
    (directory / "new.conf").write_text("routes:\n  - {url: ^new$, consumer: answer}\n", encoding="utf-8")
    site.wait_for_answer("one", "/new")
    staying = site.server.open("/new")
    (directory / "new.conf").unlink()
    site.wait_for_answer(404, "/new")
    staying.say("?")
    assert staying.text() == "one"
