"""Where a request to Teams leaves: in a thread, on a connection that stands, at once and whole, or not at all."""

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

from bot.platforms import sockets
from bot.platforms.departure import Departure

T = TypeVar("T")

_DEPARTURE: ContextVar[Departure] = ContextVar("departure")


def leaving(departure: Departure, request: Callable[[], T]) -> T:
    """Make a request over an `AskingAdapter`, in the thread that this runs in. Raises `FencePassed`."""
    token = _DEPARTURE.set(departure)
    try:
        return request()
    finally:
        _DEPARTURE.reset(token)


class AskingAdapter(HTTPAdapter):
    """Connections of ours for `requests`."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, socket_options=_options())

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, **kwargs, socket_options=_options())

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = _asking(pool.ConnectionCls)
        return pool


class _Asking(HTTPConnection):
    """Holds back what a request writes (urllib3 writes the headers, and then the body), asks, and writes it as one."""

    _held: list[bytes] | None = None
    """What is held back; None where nobody makes a request: what opens a tunnel through a proxy is no message."""

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._held = []
        try:
            super().request(*args, **kwargs)
            whole = b"".join(self._held)
        finally:
            self._held = None
        if self.sock is None:
            self.connect()
        _DEPARTURE.get().leave()
        super().send(whole)

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)


@functools.cache
def _asking(kind: type[Any]) -> type[Any]:
    """The same kind of connection (plain, TLS, through a proxy), and one that asks."""
    return kind if issubclass(kind, _Asking) else type(f"Asking{kind.__name__}", (_Asking, kind), {})


def _options() -> list[sockets.Option]:
    return [*HTTPConnection.default_socket_options, *sockets.options()]
