"""Slack's ways to fail, turned into ours."""

import json
import re

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.delivery.port import ChatError, NotDelivered, OutcomeUnknown, RateLimited, Rejected, Unreachable, Why

DEFAULT_RETRY_AFTER = 30.0
"""Seconds to wait where Slack says "too many" and not how long; its windows are a minute."""


class AppRefused(NotDelivered):
    """The app itself is not welcome, by its token or its scopes; that says nothing about a person or a channel."""


_WORD = re.compile(r"[a-z0-9_]{1,60}")

_RATE_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})

_UNREACHABLE = frozenset(
    {
        # the person or the channel
        "channel_not_found",
        "channel_is_limited_access",
        "is_archived",
        "is_inactive",
        "not_in_channel",
        "user_not_found",
        "users_not_found",
        "user_disabled",
        "user_not_visible",
        "user_not_in_channel",
        "cannot_dm_bot",
        "messages_tab_disabled",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "slack_connect_file_link_sharing_blocked",
        "team_access_not_granted",
        "team_not_found",
    }
)

_WHY = {
    "not_in_channel": Why.NOT_MEMBER,
    "is_archived": Why.ARCHIVED,
    "channel_not_found": Why.GONE,
    "slack_connect_file_link_sharing_blocked": Why.SHARED,
}

_NOT_DELIVERED = frozenset(
    {
        "request_timeout",  # "the POST data was either missing or truncated"
        "external_channel_migrating",  # a shared channel on its way: again later
        "team_added_to_org",  # the workspace is being moved: again later
        "token_expired",  # rotation: the next try has a fresh token
    }
)

_APP_REFUSED = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "no_permission",
        "missing_scope",
        "access_denied",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "not_allowed_token_type",
        "org_login_required",
        "two_factor_setup_required",
    }
)

TOKEN_IS_DEAD = frozenset({"account_inactive", "token_revoked"})
"""Slack's words for a token that was withdrawn: no try will ever work again, until Okra is installed anew."""

_UNKNOWN = frozenset({"internal_error", "fatal_error", "service_unavailable"})
"""Slack's own words for these: "it's possible some aspect of the operation succeeded before the error was raised"."""


def refusal(code: str, retry_after: float = DEFAULT_RETRY_AFTER) -> ChatError:
    """The error for an `ok: false` answer. A code that is not known is a definite refusal."""
    if code in _RATE_LIMITED:
        return RateLimited(retry_after)
    if code in _UNREACHABLE:
        return Unreachable(f"Slack: {code}", _WHY.get(code, Why.OTHER))
    if code in _APP_REFUSED:
        return AppRefused(f"Slack: {code}")
    if code in _NOT_DELIVERED:
        return NotDelivered(f"Slack: {code}")
    if code in _UNKNOWN:
        return OutcomeUnknown(f"Slack: {code}")
    return Rejected(f"Slack: {code}")


def from_api(error: SlackApiError) -> ChatError:
    """The error for an answer that Slack gave."""
    return from_answer(_status(error.response), getattr(error.response, "headers", {}), code_of(error))


def from_answer(status: int, headers: object, code: str | None) -> ChatError:
    """The error for a status and Slack's own code, if the answer holds one."""
    retry_after = _retry_after(headers)
    if status == 429:
        return RateLimited(retry_after)
    if status >= 500:
        return OutcomeUnknown(f"Slack answered {status}.")
    if 300 <= status < 400:
        # The page of a network that wants to be asked first, for example: nothing reached Slack.
        return NotDelivered(f"Slack's address answered {status}, which is not followed.")
    if code is None:
        # 2xx without a readable answer, for example from a proxy: it may have been done.
        return OutcomeUnknown(f"Slack answered {status} with something unreadable.")
    return refusal(code, retry_after)


def from_status(status: int, headers: object, said: str = "") -> ChatError:
    """The error for an HTTP status, as a response_url answers; `said` is what Slack wrote beside it, a word of its own.

    Anything longer is left out, for it may quote the message.
    """
    if status == 429:
        return RateLimited(_retry_after(headers))
    if status >= 500:
        return OutcomeUnknown(f"Slack answered {status}.")
    word = _word_of(said)
    return Rejected(f"Slack answered {status}: {word}" if word else f"Slack answered {status}.")


def _word_of(said: str) -> str:
    """Slack's own word for what is wrong, alone or as an answer's `error`; nothing else of what stands there."""
    try:
        answer = json.loads(said)
    except ValueError:
        answer = {"error": said}
    word = answer.get("error") if isinstance(answer, dict) else None
    return word if isinstance(word, str) and _WORD.fullmatch(word) else ""


def from_connection(error: aiohttp.ClientError | TimeoutError | OSError) -> ChatError:
    """The error for a request that got no answer. Only a connection that never stood is known not to have delivered."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return NotDelivered(f"No connection to Slack: {_why(error)}")
    said = getattr(error, "strerror", None) or ""
    return OutcomeUnknown(f"No answer from Slack: {type(error).__name__} {said}".rstrip())


def not_sent(error: aiohttp.ClientError | TimeoutError | OSError) -> NotDelivered:
    """The error for a request of which not a byte left."""
    said = "no connection in time" if isinstance(error, TimeoutError) else _why(error)
    return NotDelivered(f"No connection to Slack: {said}")


def _why(error: Exception) -> str:
    """What the system says, without what the library adds of its own settings."""
    cause = getattr(error, "os_error", None) or getattr(error, "certificate_error", error)
    if isinstance(cause, ConnectionRefusedError):
        return "connection refused"
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__


def code_of(error: SlackApiError) -> str | None:
    """Slack's own error code, if the answer holds one."""
    return code_in(getattr(error.response, "data", None))


def code_in(answer: object) -> str | None:
    """The same, of the answer itself."""
    code = answer.get("error") if isinstance(answer, dict) else None
    return code if isinstance(code, str) else None


def _status(response: object) -> int:
    # Where the body is no JSON the SDK hands over aiohttp's own response instead of its own.
    for name in ("status_code", "status"):
        value = getattr(response, name, None)
        if isinstance(value, int):
            return value
    return 0


def _retry_after(headers: object) -> float:
    get = getattr(headers, "get", None)
    value = get("Retry-After") if get is not None else None
    try:
        return max(0.0, float(value)) if value is not None else DEFAULT_RETRY_AFTER
    except ValueError:
        return DEFAULT_RETRY_AFTER
