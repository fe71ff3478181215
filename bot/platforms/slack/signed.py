"""What comes over HTTP: taken when it is of a sensible size and signed by Slack within the last five minutes."""

import logging

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

logger = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
"""Slack's largest payload, a view, has 250 kB."""

_TYPES = ("application/json", "application/x-www-form-urlencoded")


async def signed_body(request: web.Request, verifier: SignatureVerifier) -> str:
    """The text of a request that Slack signed. Raises aiohttp's refusals; nothing of the body is looked at before."""
    raw = bytearray()
    async for chunk in request.content.iter_any():
        raw += chunk
        if len(raw) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(raw))
    if request.content_type not in _TYPES:
        raise web.HTTPUnsupportedMediaType
    try:
        body = raw.decode()
    except UnicodeDecodeError as error:
        raise web.HTTPBadRequest(text="not UTF-8") from error
    if not _is_signed(request, body, verifier):
        logger.warning("A request was refused: it has no signature of Slack's that is younger than five minutes.")
        raise web.HTTPUnauthorized(text="not signed by Slack")
    return body


def _is_signed(request: web.Request, body: str, verifier: SignatureVerifier) -> bool:
    try:
        return verifier.is_valid(
            body,
            request.headers.get("X-Slack-Request-Timestamp"),
            request.headers.get("X-Slack-Signature"),
        )
    except (ValueError, TypeError):  # the SDK takes the time for a number and the signature for ASCII
        return False
