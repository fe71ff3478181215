"""Short answers of ours, as data: one sentence by its msgid, or the echo of a reply."""

from collections.abc import Sequence

from bot.cards.i18n import N_
from bot.handlers.recording import NotAllowedError
from bot.intake.conversation import Answer, Reply

__all__ = ["ECHO", "N_", "echo", "not_allowed", "notice", "sentence", "with_what_was_said"]

ECHO = "echo"
NOT_ALLOWED = "not_allowed"
NOT_WORKED_ON = N_("{kr} is not worked on any more, so nothing was recorded.")


def sentence(msgid: str, **params: str | int) -> dict[str, object]:
    """A sentence to be translated when it is shown."""
    return {"msgid": msgid, "params": params}


def notice(msgid: str, **params: str | int) -> Answer:
    """A message of one sentence."""
    return Answer("notice", sentence(msgid, **params))


def echo(
    inbox_id: int | None,
    *,
    restored: Sequence[int] = (),
    extra: Sequence[dict[str, object]] = (),
    truncated: bool = False,
) -> Answer:
    """What was stored under `inbox_id`, what an undo restored, and the open question if there is one."""
    return Answer(
        ECHO,
        {
            "inbox_id": inbox_id,
            "restored": list(restored),
            "extra": list(extra),
            "truncated": truncated,
        },
    )


def not_allowed(error: NotAllowedError) -> Answer:
    """Who may change it, by name, and a way to ask them; nothing was recorded."""
    return Answer(NOT_ALLOWED, {"kr": error.view.row.id})


def with_what_was_said(reply: Reply, inbox_id: int) -> Reply:
    """A refusal keeps which reply was refused, so that [Ask them] can pass it on."""
    if isinstance(reply, Answer) and reply.name == NOT_ALLOWED:
        return Answer(reply.name, {**reply.data, "inbox": inbox_id}, reply.private)
    return reply
