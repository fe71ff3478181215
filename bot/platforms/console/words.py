"""The one sentence that the console itself says, when nothing else could."""

from bot.cards.i18n import Lang
from bot.cards.model import Card, Run, Text

_NOT_SAVED: dict[Lang, str] = {
    "en": "I could not save that just now. Nothing was recorded; please try again.",
    "zh": "刚才没能保存，什么都没有记录，请再试一次。",
}


def not_saved(lang: Lang) -> Card:
    """What somebody is told whose message could not be stored."""
    return Card((Text(((Run(_NOT_SAVED[lang]),),)),), lang)
