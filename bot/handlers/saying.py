"""Short answers of ours, as data: one sentence by its msgid, or the echo of a reply."""

from collections.abc import Sequence

from bot.cards.i18n import N_
from bot.handlers.recording import NotAllowedError
from bot.intake.conversation import Answer

__all__ = ["N_", "echo", "not_allowed", "notice", "sentence"]


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
        "echo",
        {
            "inbox_id": inbox_id,
            "restored": list(restored),
            "extra": list(extra),
            "truncated": truncated,
        },
    )


def not_allowed(error: NotAllowedError) -> Answer:
    """Who may change it, by name; nothing was recorded."""
    view = error.view
    owners = " / ".join(owner.short_name for owner in view.owners)
    if not owners:
        return notice(N_("Only the lead of its team can change {kr}. Nothing was recorded."), kr=view.kr.key)
    return notice(
        N_("Only {owner} or the team's lead can change {kr}. Nothing was recorded."), owner=owners, kr=view.kr.key
    )
