"""The words of replies: one table per language, and what is looked up in both at once."""

from bot.okr.replies.words.en import ENGLISH
from bot.okr.replies.words.lexicon import (
    TOKEN,
    both,
    everyone_phrases,
    first_tokens,
    is_filler,
    keywords,
    others_phrases,
    says_nothing,
    split_list,
    tokens,
    what_it_means,
)
from bot.okr.replies.words.meaning import SEGMENT_MEANINGS, Language, Meaning
from bot.okr.replies.words.zh import CHINESE

__all__ = [
    "CHINESE",
    "ENGLISH",
    "SEGMENT_MEANINGS",
    "TOKEN",
    "Language",
    "Meaning",
    "both",
    "everyone_phrases",
    "first_tokens",
    "is_filler",
    "keywords",
    "others_phrases",
    "says_nothing",
    "split_list",
    "tokens",
    "what_it_means",
]
