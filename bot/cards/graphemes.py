"""Cutting text where a reader sees a border: never inside an emoji, a flag, or a letter with its accents."""

import unicodedata

ELLIPSIS = "…"

_ZERO_WIDTH_JOINER = "\u200d"
_POP_ISOLATE = "\u2069"
_FIRST_STRONG_ISOLATE = "\u2068"


def cut(text: str, limit: int) -> int:
    """The largest index up to `limit` at which `text` may be cut.

    A simplified reading of Unicode's grapheme rules: combining marks, variation selectors, skin tones, joiners, tags
    and the second half of a flag stay with what stands before them. A cluster longer than `limit` is cut anyway.
    """
    if len(text) <= limit:
        return len(text)
    index = limit
    while index > 0 and _sticks(text, index):
        index -= 1
    return index or limit


def clip(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, with `…` at the end if something was cut."""
    if len(text) <= limit:
        return text
    kept = text[: cut(text, limit - 1)].rstrip()
    if kept.count(_FIRST_STRONG_ISOLATE) > kept.count(_POP_ISOLATE):
        kept = kept[: cut(kept, limit - 2)] + _POP_ISOLATE
    return kept + ELLIPSIS


def pieces(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` characters, cut at line ends, else at blanks, else between graphemes."""
    found: list[str] = []
    while len(text) > limit:
        index = text.rfind("\n", 1, limit + 1)
        if index < 0:
            index = text.rfind(" ", limit // 2, limit + 1)
        if index < 0:
            index = cut(text, limit)
            found.append(text[:index])
            text = text[index:]
        else:
            found.append(text[:index])
            text = text[index + 1 :]
    if text:
        found.append(text)
    return found


def _sticks(text: str, index: int) -> bool:
    """True where no border lies between text[index - 1] and text[index]."""
    before, after = text[index - 1], text[index]
    if after == _ZERO_WIDTH_JOINER or before == _ZERO_WIDTH_JOINER:
        return True
    if unicodedata.category(after) in ("Mn", "Me", "Mc"):  # accents and variation selectors
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":  # skin tones, tags
        return True
    if _is_flag_half(after):
        run = 0
        while run < index and _is_flag_half(text[index - 1 - run]):
            run += 1
        return run % 2 == 1
    return False


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
