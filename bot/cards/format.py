"""Everything a template can say about figures, days and names, as plain functions and as Jinja filters per language."""

from collections.abc import Callable
from functools import partial
from typing import Any

from bot.cards.clean import clean, user_text
from bot.cards.figures import (
    amount,
    amount_change,
    amount_exact,
    amount_pair,
    amount_short,
    digits,
    heading,
    likelihood,
    score,
    self_score,
)
from bot.cards.graphemes import clip
from bot.cards.i18n import Lang
from bot.cards.moments import clock_time, day, iso_day, weekday, weekday_at, weekday_time, when
from bot.cards.words import join_names, plural, status, status_icon, status_word, tag_icon, tag_word

__all__ = [
    "amount",
    "amount_change",
    "amount_exact",
    "amount_pair",
    "amount_short",
    "clip",
    "clock_time",
    "day",
    "digits",
    "filters",
    "heading",
    "iso_day",
    "join_names",
    "likelihood",
    "plural",
    "score",
    "self_score",
    "status",
    "status_icon",
    "status_word",
    "tag_icon",
    "tag_word",
    "user_text",
    "weekday",
    "weekday_at",
    "weekday_time",
    "when",
]


def filters(lang: Lang) -> dict[str, Callable[..., Any]]:
    """The filters of a template in `lang`; the language is bound, all else is as in the functions of this name."""
    speaking = (
        amount,
        amount_change,
        amount_exact,
        amount_pair,
        amount_short,
        day,
        join_names,
        status,
        status_word,
        tag_word,
        weekday,
        weekday_at,
        weekday_time,
        when,
    )
    same_everywhere = (
        clip,
        clock_time,
        digits,
        heading,
        iso_day,
        likelihood,
        plural,
        score,
        self_score,
        status_icon,
        tag_icon,
    )
    found: dict[str, Callable[..., Any]] = {function.__name__: partial(function, lang=lang) for function in speaking}
    found |= {function.__name__: function for function in same_everywhere}
    found["user"] = user_text
    found["clean"] = clean
    return found
