"""The few sentences that the Slack edge itself says, when no handler could."""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Words:
    """Each says what happened, that nothing was lost, and what to do (style: errors for people)."""

    not_saved: str
    form_not_opened: str
    form_needs_a_press: str
    not_installed: str
    not_yours: str
    answered_in_dm: str


_WORDS: dict[Lang, Words] = {
    "en": Words(
        not_saved="I could not save that just now. Nothing was recorded; please try again.",
        form_not_opened="The form did not open in time. Nothing was recorded; please press or type it once more.",
        form_needs_a_press="A form opens only from a button or from `/okr`; please use one of them.",
        not_installed=(
            "Okra is not installed in this workspace, so nothing was recorded. "
            "Please ask somebody who manages its apps to install it."
        ),
        not_yours="Okra works with the people of its own workspace, so nothing was recorded.",
        answered_in_dm="My answer is in our direct messages.",
    ),
    "zh": Words(
        not_saved="刚才没能保存，什么都没有记录，请再试一次。",
        form_not_opened="表单没有及时打开，什么都没有记录，请再点一次或再输入一次。",
        form_needs_a_press="表单只能从按钮或 `/okr` 打开，请用其中一种。",
        not_installed="这个工作区还没有安装 Okra，什么都没有记录。请让管理应用的同事来安装。",
        not_yours="Okra 只为自己工作区的人服务，什么都没有记录。",
        answered_in_dm="我的回复在我们的私信里。",
    ),
}


def words(lang: Lang) -> Words:
    """The sentences in a language."""
    return _WORDS[lang]
