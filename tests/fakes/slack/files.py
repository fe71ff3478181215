"""`files.*`: an upload in three steps, and a type that is known only after a while."""

from typing import Any

from tests.fakes.slack.pictures import sent, shown
from tests.fakes.slack.state import Ask
from tests.fakes.slack.values import File, Json, Message, Refusal


def upload_url(ask: Ask) -> Json:
    """files.getUploadURLExternal"""
    name, length = ask.text("filename"), ask.number("length", 0)
    if not name or length <= 0:
        raise Refusal("invalid_arguments")
    file = File(f"F{next(ask.state.count)}", name, length, ask.text("alt_txt"))
    ask.workspace.files[file.id] = file
    return {"upload_url": f"{ask.state.base_url()}/upload/{ask.workspace.team}/{file.id}", "file_id": file.id}


def complete(ask: Ask) -> Json:
    """files.completeUploadExternal"""
    wanted = ask.arguments.get("files")
    if not isinstance(wanted, list) or not wanted:
        raise Refusal("invalid_arguments")
    files = [_uploaded(ask, each) for each in wanted]
    channel_id = ask.text("channel_id")
    if channel_id.startswith("U"):
        raise Refusal("invalid_channel")
    channel = ask.workspace.channel(channel_id) if channel_id else None
    if channel is not None and not channel.is_member:
        raise Refusal("not_in_channel")
    for file in files:
        file.complete = True
        file.channel = channel.id if channel else None
    if channel is not None:
        text, thread = ask.text("initial_comment"), ask.text("thread_ts") or None
        shared = [shown(file, 0) for file in files]
        ask.workspace.add(channel.id, Message(ask.state.new_ts(), text, [], thread_ts=thread, files=shared))
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def info(ask: Ask) -> Json:
    """files.info"""
    file = ask.workspace.files.get(ask.text("file"))
    if file is None or not file.complete:
        raise Refusal("file_not_found")
    if file.user is not None:
        return {"file": sent(ask.state.base_url(), ask.workspace.team, file)}
    file.looks += 1
    return {"file": shown(file, ask.state.looks_until_processed)}


def _uploaded(ask: Ask, wanted: Any) -> File:
    file = ask.workspace.files.get(str(wanted.get("id"))) if isinstance(wanted, dict) else None
    if file is None or file.data is None:
        raise Refusal("file_not_found")
    file.title = str(wanted.get("title") or "")
    return file


METHODS = {
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete,
    "files.info": info,
}
