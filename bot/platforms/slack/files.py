"""Files brought to Slack: an address for the bytes, the bytes, the word that they are there, and a look until it knows.

(docs.slack.dev/reference/methods/files.getUploadURLExternal)
"""

import asyncio

from bot.cards.graphemes import clip
from bot.delivery.port import OutcomeUnknown
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.grants import Grant

SCOPES = ("files:write", "files:read")
"""To upload, and to see when Slack is done with it."""

WAITS = (0.2, 0.4, 0.8, 1.5, 2.5, 4.0)
"""Seconds before each look at a file that Slack works on. Longer than all of them nobody waits for a picture."""

MOST_SECONDS = 20.0
"""For a whole upload, whatever hangs."""

_MAX_ALT = 1000


def may_upload(grant: Grant) -> bool:
    """Whether an upload is worth trying in this workspace."""
    return all(grant.allows(scope) for scope in SCOPES)


async def upload_picture(api: SlackApi, name: str, data: bytes, alt: str) -> str:
    """The id of a picture that nobody has seen yet and that may stand in a block now. Raises `ChatError`.

    It is shared nowhere: whoever sees the message that it stands in sees it, and no channel lists it.
    """
    try:
        async with asyncio.timeout(MOST_SECONDS):
            file = await _bring(api, name, data, alt)
            await api.call("files.completeUploadExternal", files=[{"id": file, "title": name}])
            await _until_known(api, file)
    except TimeoutError as error:
        raise OutcomeUnknown("Slack took too long with a file.") from error
    return file


async def share_file(api: SlackApi, name: str, data: bytes, channel: str, comment: str) -> None:
    """Post a file in a channel or a direct message (its own id, D…), with a sentence above it. Raises `ChatError`."""
    try:
        async with asyncio.timeout(MOST_SECONDS):
            file = await _bring(api, name, data, "")
            await api.call(
                "files.completeUploadExternal",
                files=[{"id": file, "title": name}],
                channel_id=channel,
                initial_comment=comment,
            )
    except TimeoutError as error:
        raise OutcomeUnknown("Slack took too long with a file.") from error


async def _bring(api: SlackApi, name: str, data: bytes, alt: str) -> str:
    """The id of a file whose bytes Slack has."""
    answer = await api.read(
        "files.getUploadURLExternal", filename=name, length=len(data), alt_txt=clip(alt, _MAX_ALT) or None
    )
    url, file = answer.get("upload_url"), answer.get("file_id")
    if not isinstance(url, str) or not isinstance(file, str):
        raise OutcomeUnknown("Slack gave no address for a file.")
    await api.put(url, data)
    return file


async def _until_known(api: SlackApi, file: str) -> None:
    """Wait until Slack knows what the file is: a block that names it earlier is refused."""
    for seconds in WAITS:
        await asyncio.sleep(seconds)
        answer = await api.read("files.info", file=file)
        found = answer.get("file")
        if isinstance(found, dict) and found.get("mimetype"):
            return
    raise OutcomeUnknown("Slack did not get ready with a file.")
