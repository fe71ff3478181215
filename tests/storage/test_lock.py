"""One SQLite file has one sending process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.lock import SendingLock
from storage.problems import StorageProblem
from tests.storage.databases import new_file

pytestmark = pytest.mark.sqlite_only

ROOT = Path(__file__).resolve().parents[2]

HOLDER = """
import sys
from storage.lock import SendingLock
with SendingLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    url = new_file(tmp_path)
    holder = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", HOLDER, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "."},
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == b"held\n"

    with pytest.raises(StorageProblem, match="already runs on this database") as raised, SendingLock(url):
        pass
    assert f"(process {holder.pid})" in str(raised.value)

    holder.send_signal(signal.SIGKILL)
    holder.wait(10)
    holder.stdin.close()
    holder.stdout.close()
    with SendingLock(url):
        assert (tmp_path / "okra.db.lock").read_text() == str(os.getpid())


def test_it_can_be_taken_again_after_it_was_let_go(tmp_path: Path) -> None:
    url = new_file(tmp_path)
    lock = SendingLock(url)
    for _ in range(2):
        with lock, pytest.raises(StorageProblem, match="already runs"), SendingLock(url):
            pass


def test_two_names_of_one_file_are_one_lock(tmp_path: Path) -> None:
    url = new_file(tmp_path)
    (tmp_path / "other.db").symlink_to(tmp_path / "okra.db")
    with SendingLock(url):
        for name in (f"sqlite:///{tmp_path}/other.db", f"sqlite:///file:{tmp_path}/okra.db?uri=true"):
            with pytest.raises(StorageProblem, match="already runs"), SendingLock(name):
                pass


def test_two_databases_are_two_locks(tmp_path: Path) -> None:
    with SendingLock(new_file(tmp_path, "one.db")), SendingLock(new_file(tmp_path, "two.db")):
        pass


def test_a_folder_that_takes_no_lock_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageProblem, match=r"nowhere.*lock.*cannot be written"):
        SendingLock(f"sqlite:///{tmp_path}/nowhere/okra.db").__enter__()


def test_postgresql_needs_none(tmp_path: Path) -> None:
    url = "postgresql://okra@127.0.0.1/okra"
    with SendingLock(url), SendingLock(url):
        pass
