"""The revisions of the schema that this version brings: read from its migrations, without Alembic.

Alembic takes as long to load as a platform's SDK, and a start whose database is up to date needs nothing else of it.
"""

import functools
import re
from collections.abc import Mapping
from pathlib import Path

VERSIONS = Path(__file__).resolve().parent / "migrations" / "versions"
_NAMED = re.compile(r'^revision = "(\w+)"\ndown_revision = (?:"(\w+)"|None)$', re.MULTILINE)


def known_revisions() -> frozenset[str]:
    """The states of the schema that this version can bring up to date."""
    return frozenset(_revisions())


def newest_revision() -> str:
    """The state that it brings a database to."""
    (newest,) = known_revisions() - set(_revisions().values())
    return newest


@functools.cache
def _revisions() -> Mapping[str, str | None]:
    """Each with the one before it."""
    texts = (file.read_text(encoding="utf-8") for file in VERSIONS.glob("*.py"))
    return {found[1]: found[2] for text in texts for found in _NAMED.finditer(text)}
