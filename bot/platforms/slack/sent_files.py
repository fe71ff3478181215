"""Files that people send: fetched with the bot's token, from Slack's own hosts and from nowhere else.

(docs.slack.dev/reference/objects/file-object)
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.delivery.port import ChatError
from bot.intake.inbound import FileProblem, Inbound, Typed
from bot.platforms.attached import NotFetched, Offered, fetched
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.grants import Grant

SCOPE = "files:read"
_NO_LEAVE = frozenset({"missing_scope", "no_permission", "access_denied"})
_ENDINGS = {"markdown": ".md", "csv": ".csv", "tsv": ".tsv", "yaml": ".yaml", "json": ".json", "text": ".txt"}
"""How a snippet without an ending of its own is written, by Slack's `filetype`."""

File = Mapping[str, Any]


async def with_files(inbound: Inbound, event: Mapping[str, Any], api: SlackApi, grant: Grant) -> Inbound:
    """The same message with the files that came with it."""
    files = event.get("files")
    if not isinstance(inbound.what, Typed) or not isinstance(files, list):
        return inbound
    offered = [_offered(one, api, grant) for one in files if isinstance(one, dict)]
    return replace(inbound, what=replace(inbound.what, files=await fetched(offered)))


def _offered(file: File, api: SlackApi, grant: Grant) -> Offered:
    size = file.get("size")
    return Offered(_name(file), size if isinstance(size, int) else None, partial(_fetch, file, api, grant))


async def _fetch(file: File, api: SlackApi, grant: Grant) -> bytes:
    if not grant.allows(SCOPE):
        raise NotFetched(FileProblem.NO_LEAVE)
    url = _url(file)
    if url is None:  # shared from another workspace: the event has the id alone (`file_access: check_file_info`)
        url = _url(await _looked_up(api, file))
    if url is None:
        raise NotFetched(FileProblem.NOT_FETCHED)
    return await api.fetch(url)


async def _looked_up(api: SlackApi, file: File) -> File:
    name = file.get("id")
    if not isinstance(name, str) or not name:
        raise NotFetched(FileProblem.NOT_FETCHED)
    try:
        answer = await api.read("files.info", file=name)
    except ChatError as error:
        no_leave = any(code in str(error) for code in _NO_LEAVE)
        raise NotFetched(FileProblem.NO_LEAVE if no_leave else FileProblem.NOT_FETCHED) from error
    found = answer.get("file")
    return found if isinstance(found, dict) else {}


def _url(file: File) -> str | None:
    found = file.get("url_private_download") or file.get("url_private")
    return found if isinstance(found, str) and found else None


def _name(file: File) -> str:
    """Its name, with the ending that tells how it is written."""
    name = next((one for one in (file.get("name"), file.get("title")) if isinstance(one, str) and one), "file")
    ending = _ENDINGS.get(str(file.get("filetype")), "")
    return name if "." in name else f"{name}{ending}"
