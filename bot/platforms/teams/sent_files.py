"""Files that people send in their personal chat: fetched from the address that Teams gives, without a token.

(learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4: file.download.info)
"""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.intake.inbound import FileProblem, Inbound, Place, Typed
from bot.platforms.attached import SECONDS, NotFetched, Offered, bytes_of, fetched
from bot.platforms.teams.config import is_loopback

KIND = "application/vnd.microsoft.teams.file.download.info"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Body = Mapping[str, Any]


async def with_files(inbound: Inbound, body: Body, *, from_here: bool) -> Inbound:
    """The same message with the files that came with it. `from_here`: they may stand on this machine, as in tests."""
    if not isinstance(inbound.what, Typed) or inbound.place is not Place.DM:
        return inbound
    offered = [one for each in _attachments(body) if (one := _offered(each, from_here=from_here)) is not None]
    if not offered:
        return inbound
    return replace(inbound, what=replace(inbound.what, files=await fetched(offered)))


def _attachments(body: Body) -> list[Body]:
    found = body.get("attachments")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _offered(attachment: Body, *, from_here: bool) -> Offered | None:
    kind, content = attachment.get("contentType"), attachment.get("content")
    if not isinstance(kind, str) or kind.partition(";")[0].strip().lower() != KIND:
        return None
    told = content if isinstance(content, Mapping) else {}
    url, ending = told.get("downloadUrl"), told.get("fileType")
    name = attachment.get("name")
    name = name if isinstance(name, str) and name.strip() else f"file.{ending}" if isinstance(ending, str) else "file"
    return Offered(name, None, partial(_fetch, url if isinstance(url, str) else "", from_here=from_here))


async def _fetch(url: str, *, from_here: bool) -> bytes:
    host = _host_of(url, from_here=from_here)
    resolver = None if from_here and is_loopback(host) else _Public(host)
    connector = aiohttp.TCPConnector(resolver=resolver)
    limit = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=limit, trust_env=True) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise NotFetched(FileProblem.NOT_FETCHED)
            return await bytes_of(answer)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise NotFetched(FileProblem.NOT_FETCHED) from error


def _host_of(url: str, *, from_here: bool) -> str:
    """The host of an address that may be asked: by https, and nothing within the house. Raises `NotFetched`."""
    try:
        parts = urlsplit(url)
        host, scheme = parts.hostname or "", parts.scheme
    except ValueError:
        host, scheme = "", ""
    if from_here and is_loopback(host):
        return host
    if scheme != "https" or not host or not _may_be_public(host):
        raise NotFetched(FileProblem.NOT_FETCHED)
    return host


def _may_be_public(host: str) -> bool:
    """False for an address that is written out and leads into a private network; names are looked up later."""
    try:
        return _is_public(host)
    except ValueError:
        return True


def _is_public(address: str) -> bool:
    """Whether an address belongs to the internet at large. Raises ValueError for what is none."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        within = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if within is None and found in _NAT64:
            within = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if within is not None:
            return within.is_global
    return found.is_global


class _Public(AbstractResolver):
    """Looks names up, and gives no private address for the host of the file; a proxy may well have one.

    The address that was looked at is the one that is connected to, so that no second look-up can lead elsewhere.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._plain = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._plain.resolve(host, port, family)
        if host != self._host:
            return found
        public = [one for one in found if _is_public(one["host"])]
        if len(public) < len(found) or not public:
            raise OSError("The address of the file leads into a private network.")
        return public

    async def close(self) -> None:
        await self._plain.close()
