"""Uploaded files as others see them: what Slack tells of one, and whether it may stand in an image block."""

import mimetypes
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from tests.fakes.slack.state import State, Workspace
from tests.fakes.slack.values import BOT_USER, File, Json


def shown(file: File, looks_until_processed: int) -> Json:
    """A file as the Web API has it; its type only once it was processed."""
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": _mimetype(file) if file.looks >= looks_until_processed else "",
        "size": file.length,
        "alt_txt": file.alt_text,
        "user": file.user or BOT_USER,
    }


def sent(base_url: str, team: str, file: File) -> Json:
    """A file that a person sent, as events and `files.info` tell of it."""
    url = f"{base_url}/files-pri/{team}-{file.id}/download/{quote(file.name)}"
    return {
        **shown(file, 0),
        "mode": "hosted",
        "filetype": file.name.rpartition(".")[2] if "." in file.name else "text",
        "file_access": "visible",
        "url_private": url,
        "url_private_download": url,
    }


def pictures(state: State, workspace: Workspace) -> Callable[[Any], str | None]:
    """Why a file cannot stand in an image block of this workspace; None where it can."""

    def problem(file_id: Any) -> str | None:
        file = workspace.files.get(file_id) if isinstance(file_id, str) else None
        if file is None or not file.complete or file.looks < state.looks_until_processed:
            return "invalid slack file"
        if _mimetype(file) not in ("image/png", "image/jpeg", "image/gif"):
            return "slack file is no picture"
        return None

    return problem


def _mimetype(file: File) -> str:
    return mimetypes.guess_type(file.name)[0] or "text/plain"
