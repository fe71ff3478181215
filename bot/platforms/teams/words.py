"""The few sentences that the Teams edge itself says, when no handler could."""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Words:
    """Each says what happened, that nothing was lost, and what to do (style: errors for people)."""

    not_saved: str
    sent_privately: str
    write_to_me_first: str
    could_not_write: str


_WORDS: dict[Lang, Words] = {
    "en": Words(
        not_saved="I could not save that just now. Nothing was recorded; please try again.",
        sent_privately="Sent to you privately.",
        write_to_me_first="This answer is for you alone: please open our personal chat, say hello, and ask me there.",
        could_not_write="I have read this, but could not write to you just now. Please try again in a few minutes.",
    ),
    "zh": Words(
        not_saved="刚才没能保存，什么都没有记录，请再试一次。",
        sent_privately="已私下发给你。",
        write_to_me_first="这个回答只给你看：请打开和我的个人聊天，打个招呼，再在那里问我。",
        could_not_write="我读到了，但刚才没能给你发消息。请过几分钟再试一次。",
    ),
}


def words(locale: str | None) -> Words:
    """The sentences for a person's locale (`zh-CN`); English where it is not known."""
    return _WORDS["zh" if (locale or "").lower().startswith("zh") else "en"]
