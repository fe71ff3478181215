"""The ways of Teams' connector to fail, turned into ours."""

import json
from collections.abc import Mapping
from typing import Any

from azure.core.exceptions import DeserializationError
from msrest.exceptions import ClientRequestError, HttpOperationError
from urllib3.exceptions import MaxRetryError

from bot.delivery.port import ChatError, NotDelivered, OutcomeUnknown, RateLimited, Rejected, Unreachable, Why
from bot.platforms.teams.ids import is_place
from bot.platforms.teams.pace import Where

DEFAULT_RETRY_AFTER = 5.0
"""Seconds to wait where Teams does not say: its windows are 1, 2 and 30 seconds (Teams: rate limits)."""

LONGEST_RETRY_AFTER = 3600.0
_LONGEST_CODE = 80

_WRITES_BLOCKED = "MessageWritesBlocked"
"""Teams' word where nobody, or nobody but some, may write: in a team that is archived, or by moderation."""

SDK_ERRORS = (HttpOperationError, ClientRequestError, DeserializationError)
"""What a call of the SDK's connector raises."""


class TokenRefused(NotDelivered):
    """401: our token ran out or was revoked. Nothing was posted; the next try brings a new one."""


class NotFound(Unreachable):
    """404: the conversation, or the message in it."""


def from_sdk(error: HttpOperationError | ClientRequestError | DeserializationError) -> ChatError:
    """The error for a call that brought no answer, or one that the SDK cannot read."""
    if isinstance(error, ClientRequestError):
        return OutcomeUnknown(f"No answer from Teams: {type(error.inner_exception).__name__}")
    return OutcomeUnknown("Teams answered with something unreadable.")


def from_answer(where: Where, status: int, headers: Mapping[str, str], body: str) -> ChatError:
    """The error for an answer that says no, whatever its body looks like: some come from a proxy, as a page."""
    return from_status(status, headers, _code(body), is_place=is_place(where.conversation))


def from_status(status: int, headers: Mapping[str, str], code: str = "", *, is_place: bool = False) -> ChatError:
    """The error for an HTTP status (Teams: rate limits; send proactive messages).

    Of a place (a channel, a group chat) it also says why, as far as somebody there can do something about it.
    """
    said = f"Teams answered {status} {code}".rstrip()
    match status:
        case 429:
            return RateLimited(retry_after(headers))
        case 412:
            return NotDelivered(said)
        case 401:
            return TokenRefused(said)
        case 404:
            return NotFound(said, Why.GONE if is_place else Why.OTHER)
        case 403 if is_place and code == _WRITES_BLOCKED:
            return Unreachable(said, Why.ARCHIVED)
        case 403:
            return Unreachable(said, Why.NOT_MEMBER if is_place else Why.OTHER)
        case _ if status == 408 or status >= 500:
            return OutcomeUnknown(said)
        case _:
            return Rejected(said)


def retry_after(headers: Mapping[str, str], default: float = DEFAULT_RETRY_AFTER) -> float:
    """How many seconds Teams asks to wait; `default` where it does not say, or in a way that is none."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        return min(max(0.0, float(value)), LONGEST_RETRY_AFTER)
    except ValueError:
        return default


def _code(body: str) -> str:
    """Teams' own word for what is wrong."""
    try:
        code = json.loads(body)["error"]["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return code[:_LONGEST_CODE] if isinstance(code, str) else ""


def not_sent(error: Exception) -> NotDelivered:
    """The error for a request of which not a byte left."""
    cause: Any = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) and cause.reason is not None else error
    return NotDelivered(f"No connection to Teams: {type(reason).__name__}")
