"""What is fetched with npm is fetched once, is what it always was, and is asked for plainly where it cannot be had."""

import os
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

from tests.gates.house import House, Outcome, bare
from tools.published import PACKAGES, place_of

NPM = """#!/bin/sh
# Packs what it is given; $5 is the folder and $6 the package.
echo "$6" >> {asked}
cp {archive} "$5/pretend-1.0.0.tgz"
echo '[{{"filename": "pretend-1.0.0.tgz"}}]'
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return bare(tmp_path)


def fetched(house: House, *names: str, npm: str | None) -> Outcome:
    """Run the tool where npm is this script, or missing."""
    (house.root / "bin").mkdir(exist_ok=True)
    if npm is not None:
        house.write("bin/npm", npm)
        (house.root / "bin" / "npm").chmod(0o755)
    path = str(house.root / "bin") + ("" if npm is None else os.pathsep + os.environ["PATH"])
    return House(house.root, {"PATH": path}).run(sys.executable, "-m", "tools.published", *names)


def pretending(house: House) -> str:
    """An npm that brings something else than what is asked for."""
    house.write("package/hello.txt", "hello")
    archive = house.root / "pretend.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(house.root / "package", "package")
    return NPM.format(archive=archive, asked=house.root / "asked")


def test_without_npm_one_sentence_says_what_is_missing(house: House) -> None:
    outcome = fetched(house, "app-manifest", npm=None)

    assert outcome.code == 1
    assert outcome.said == (
        "There is no npm here, and @microsoft/app-manifest@1.1.2 comes from its registry; install Node.js with npm.\n"
    )


def test_an_npm_that_reaches_nothing_is_quoted(house: House) -> None:
    outcome = fetched(house, "app-manifest", npm="#!/bin/sh\necho 'npm error network' >&2\nexit 1\n")

    assert outcome.code == 1
    assert outcome.said == "npm does not bring @microsoft/app-manifest@1.1.2: npm error network\n"


def test_another_archive_than_the_known_one_is_not_unpacked(house: House) -> None:
    outcome = fetched(house, "app-manifest", npm=pretending(house))

    assert outcome.code == 1
    assert outcome.said.startswith("@microsoft/app-manifest@1.1.2 is not what it was: its SHA-512 is ")
    assert not place_of(house.root, "app-manifest").exists()


def test_what_is_here_is_not_fetched_again(house: House) -> None:
    for name, package in PACKAGES.items():
        mark = place_of(house.root, name) / ".sha512"
        mark.parent.mkdir(parents=True)
        mark.write_text(package.sha512, encoding="utf-8")

    assert fetched(house, npm=None).accepted


def test_a_name_that_is_not_known(house: House) -> None:
    shutil.rmtree(house.root / ".published", ignore_errors=True)

    outcome = fetched(house, "left-pad", npm=None)

    assert outcome.said == "left-pad is not known here; there is app-manifest, adaptivecards.\n"
