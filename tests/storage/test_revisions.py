"""What is read of the migrations without Alembic is what Alembic reads; and a start that changes nothing loads none."""

import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory

from storage.revisions import known_revisions, newest_revision
from storage.schema import alembic_config
from tests.starting import ROOT
from tests.storage.databases import new_file

_START = """
import sys
from storage.session import bring_up_to_date
bring_up_to_date(sys.argv[1])
print("alembic" in sys.modules)
"""


def test_the_revisions_are_those_that_alembic_knows() -> None:
    alembic = ScriptDirectory.from_config(alembic_config("sqlite:///"))
    assert known_revisions() == {script.revision for script in alembic.walk_revisions()}
    assert newest_revision() == alembic.get_current_head()


def test_alembic_is_not_loaded_where_there_is_nothing_to_migrate(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", _START, new_file(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
