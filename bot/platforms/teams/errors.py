"""The ways of Teams' connector to fail, turned into ours."""

from collections.abc import Mapping
from typing import Any

from azure.core.exceptions import DeserializationError
from msrest.exceptions import ClientRequestError, HttpOperationError
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from bot.delivery.port import ChatError, NotDelivered, OutcomeUnknown, RateLimited, Rejected, Unreachable

DEFAULT_RETRY_AFTER = 5.0
"""Seconds to wait where Teams does not say: its windows are 1, 2 and 30 seconds (Teams: rate limits)."""

GONE = 404

SDK_ERRORS = (HttpOperationError, ClientRequestError, DeserializationError)
"""What a call of the SDK's connector raises."""


class TokenRefused(NotDelivered):
    """401: our token ran out or was revoked. Nothing was posted; the next try brings a new one."""


class NotFound(Unreachable):
    """404: the conversation, or the message in it."""


def from_sdk(error: HttpOperationError | ClientRequestError | DeserializationError) -> ChatError:
    """The error for a call that went wrong."""
    if isinstance(error, HttpOperationError):
        response: Any = error.response
        return from_status(int(response.status_code), dict(response.headers), _code(error))
    if isinstance(error, ClientRequestError):
        return _from_connection(error)
    return OutcomeUnknown("Teams answered with something unreadable.")


def from_status(status: int, headers: Mapping[str, str], code: str = "") -> ChatError:
    """The error for an HTTP status (Teams: rate limits; send proactive messages)."""
    said = f"Teams answered {status} {code}".rstrip()
    if status == 429:
        return RateLimited(_retry_after(headers))
    if status == 412:
        return NotDelivered(said)
    if status == 401:
        return TokenRefused(said)
    if status == GONE:
        return NotFound(said)
    if status == 403:
        return Unreachable(said)
    if status == 408 or status >= 500:
        return OutcomeUnknown(said)
    return Rejected(said)


def _code(error: HttpOperationError) -> str:
    inner = getattr(getattr(error, "error", None), "error", None)
    code = getattr(inner, "code", "")
    return code if isinstance(code, str) else ""


def _from_connection(error: ClientRequestError) -> ChatError:
    """Only a connection that never stood is known not to have delivered."""
    cause: Any = error.inner_exception
    first = cause.args[0] if getattr(cause, "args", ()) else None
    if isinstance(first, MaxRetryError) and isinstance(first.reason, NewConnectionError | ConnectTimeoutError):
        return NotDelivered(f"No connection to Teams: {type(first.reason).__name__}")
    return OutcomeUnknown(f"No answer from Teams: {type(cause).__name__}")


def _retry_after(headers: Mapping[str, str]) -> float:
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        return max(0.0, float(value))
    except ValueError:
        return DEFAULT_RETRY_AFTER
