"""Directories and links are replaced, as by a package, an operator or a volume of Kubernetes. What they lead to then is
served, and watched."""

import os
import shutil

import pytest

from harness.site import CONSUMERS, Undisturbed


@pytest.fixture
def site(serve, tmp_path):
    site = Undisturbed(serve, tmp_path)
    yield site
    site.check()


# --- Directories.


def test_another_plugin_directory(site):
    new = site.plugins.with_name("plugins.new")
    new.mkdir()
    shutil.copyfile(CONSUMERS / "answer_two.so", new / "answer.so")
    os.rename(site.plugins, site.plugins.with_name("plugins.old"))
    os.rename(new, site.plugins)
    site.wait_for_answer("two")
    site.put_plugin("one")
    site.wait_for_answer("one")


def test_the_plugin_directory_is_gone_for_a_while(site):
    away = site.plugins.with_name("away")
    os.rename(site.plugins, away)
    site.wait_for_refusal(r"/routes\.yaml:\d+:\d+: no answer\.so on plugin_path \(.*\): ")
    shutil.copyfile(CONSUMERS / "answer_two.so", away / "answer.so")
    os.rename(away, site.plugins)
    site.wait_for_answer("two")
    site.put_plugin("one")
    site.wait_for_answer("one")
    assert len(site.refusals()) == 1, site.refusals()


def test_a_plugin_directory_that_comes_later(site, tmp_path):
    site.write(plugin_path=[*site.config["plugin_path"], str(tmp_path / "later")])
    site.add_route(url="^later$", consumer="later")
    site.wait_for_refusal(r"/routes\.yaml:\d+:\d+: no later\.so on plugin_path \(.*\): ")
    (tmp_path / "later").mkdir()
    shutil.copyfile(CONSUMERS / "answer_two.so", tmp_path / "later" / "later.so")
    site.server.allow("calls itself")
    site.wait_for_answer("two", "/later")


def test_a_directory_above_is_replaced(serve, tmp_path):
    """It is not watched itself, so it takes a second."""
    above, new = tmp_path / "above", tmp_path / "new"
    for directory, version in ((above, "one"), (new, "two")):
        (directory / "plugins").mkdir(parents=True)
        shutil.copyfile(CONSUMERS / f"answer_{version}.so", directory / "plugins" / "answer.so")
    site = Undisturbed(serve, tmp_path)
    site.write(plugin_path=[str(above / "plugins"), *site.config["plugin_path"]])
    site.add_route(url="^again$", consumer="answer")
    site.wait_for_answer("one", "/again")
    os.rename(above, tmp_path / "old")
    os.rename(new, above)
    site.wait_for_answer("two", "/again")
    site.check()


def test_another_directory_of_the_routes(site):
    directory = site.server.directory
    new, old = directory.with_name("new"), directory.with_name("old")
    new.mkdir()
    text = site.server.file.read_text(encoding="utf-8")
    (new / "routes.yaml").write_text(text.replace(": ^answer", ": ^new"), encoding="utf-8")
    site.server.stderr_file = old / "stderr"
    os.rename(directory, old)
    os.rename(new, directory)
    site.wait_for_answer("one", "/new")
    site.write()
    site.wait_for_answer("one")


# --- Links, as in a volume of Kubernetes: every file is one through `..data`, which is replaced in one step.


def publish(volume, number, files):
    """`files`: name -> content."""
    directory = volume / f"..{number}"
    directory.mkdir()
    for name, content in files.items():
        (directory / name).write_bytes(content)
    (volume / "..data_tmp").symlink_to(directory.name)
    os.replace(volume / "..data_tmp", volume / "..data")
    for name in files:
        if not (volume / name).is_symlink():
            (volume / f"{name}.new").symlink_to(f"..data/{name}")
            os.replace(volume / f"{name}.new", volume / name)
    for old in volume.glob("..[0-9]*"):
        if old != directory:
            shutil.rmtree(old)


def test_routes_in_a_volume(site):
    text = site.server.file.read_text(encoding="utf-8")
    for number in range(3):
        routes = text.replace(": ^answer", f": ^new{number}")
        publish(site.server.directory, number, {"routes.yaml": routes.encode()})
        site.wait_for_answer("one", f"/new{number}")
    assert not site.refusals()


def test_drop_ins_in_a_volume(site):
    volume = site.server.directory / "routes.d"
    volume.mkdir()
    site.write(include="routes.d/*.yaml")
    for number in range(3):
        publish(volume, number, {"new.yaml": f"routes: [{{url: ^new{number}$, consumer: answer}}]".encode()})
        site.wait_for_answer("one", f"/new{number}")
    assert not site.refusals()


def test_plugins_in_a_volume(site):
    for number, version in enumerate(["two", "one", "two"]):
        publish(site.plugins, number, {"answer.so": (CONSUMERS / f"answer_{version}.so").read_bytes()})
        site.wait_for_answer(version)
    assert not site.refusals()


def test_the_plugin_directory_is_a_link(site, tmp_path):
    """It lies where nobody watches, so a change takes a second."""
    link = tmp_path / "current"
    for version in ("one", "two"):
        (tmp_path / version).mkdir()
        shutil.copyfile(CONSUMERS / f"answer_{version}.so", tmp_path / version / "answer.so")
    link.symlink_to("one")
    site.write(plugin_path=[str(link), *site.config["plugin_path"]])
    site.add_route(url="^again$", consumer="answer")
    site.wait_for_answer("one", "/again")
    (tmp_path / "next").symlink_to("two")
    os.replace(tmp_path / "next", link)
    site.wait_for_answer("two", "/again")
    # And in the directory that it leads to now.
    shutil.copyfile(CONSUMERS / "answer_one.so", tmp_path / "two" / "answer.so")
    site.wait_for_answer("one", "/again")
