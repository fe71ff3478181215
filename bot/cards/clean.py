"""Text that people typed, made fit to store and to show: no character may break a card or reorder its line."""

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")

# What XML 1.0 cannot hold (C0 controls, surrogates, U+FFFE, U+FFFF), plus what is never meant: DEL and C1
# controls (a terminal obeys some of them) and the other noncharacters of Unicode.
_UNFIT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "]"
)

_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BIDI_UNSAFE = re.compile("[\u202a-\u202e\u2066\u2067]")
_FIRST_STRONG_ISOLATE = "\u2068"
_POP_ISOLATE = "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def clean(text: str) -> str:
    """`text` without characters that XML cannot hold or that reorder a line; used once, at intake.

    Line ends of every kind become `\\n`. Zero-width joiners stay: emoji are made of them.
    """
    return _BIDI_CONTROLS.sub("", _fit(text))


def user_text(text: str) -> str:
    """`text` fit to stand inside a line of ours: clean, and isolated if it holds right-to-left writing.

    Without the isolate a Hebrew name would pull the digits after it to its own side. Doing it twice is the same as
    once, so a sentence that holds an isolated name may itself be passed through here.
    """
    if not text.isprintable():  # what could be taken away is none of the printable characters
        text = _BIDI_UNSAFE.sub("", _fit(text))
        if not _isolates_are_paired(text):
            text = _BIDI_CONTROLS.sub("", text)
    if _has_bare_right_to_left(text):
        return f"{_FIRST_STRONG_ISOLATE}{_BIDI_CONTROLS.sub('', text)}{_POP_ISOLATE}"
    return text


def without_bidi_controls(text: str) -> str:
    """`text` as data, not as a part of a line: for URLs and for what stands in an input."""
    return _BIDI_CONTROLS.sub("", text)


def _fit(text: str) -> str:
    return _UNFIT.sub("", _LINE_ENDS.sub("\n", text))


def _isolates_are_paired(text: str) -> bool:
    depth = 0
    for character in text:
        if character == _FIRST_STRONG_ISOLATE:
            depth += 1
        elif character == _POP_ISOLATE:
            depth -= 1
            if depth < 0:
                return False
    return depth == 0


def _has_bare_right_to_left(text: str) -> bool:
    if text.isascii():
        return False
    depth = 0
    for character in text:
        if character == _FIRST_STRONG_ISOLATE:
            depth += 1
        elif character == _POP_ISOLATE:
            depth -= 1
        elif depth == 0 and unicodedata.bidirectional(character) in _RIGHT_TO_LEFT:
            return True
    return False
