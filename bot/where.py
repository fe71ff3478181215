"""Where an error happened, for the log: what it says itself may quote what somebody wrote, or a token."""

import traceback
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_OURS = (_ROOT / "bot", _ROOT / "storage")


def where(error: BaseException) -> str:
    """The innermost place of ours that an error came through, as `bot/intake/accept.py:120`."""
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if any(Path(frame.filename).is_relative_to(room) for room in _OURS)
    ]
    return f"{Path(ours[-1].filename).relative_to(_ROOT)}:{ours[-1].lineno}" if ours else "elsewhere"


def what_and_where(error: BaseException) -> str:
    """The kind of error and its place: `KeyError at bot/views/prompt.py:40`."""
    return f"{type(error).__name__} at {where(error)}"
