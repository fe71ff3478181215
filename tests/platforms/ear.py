"""A server that counts what arrives, byte by byte: for tests in which nothing may."""

import asyncio
import contextlib
import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Ear:
    """Listens on a free port of loopback. `answer` is what it says as soon as a request is whole."""

    def __init__(self, answer: bytes = b"", tls: ssl.SSLContext | None = None) -> None:
        self._answer = answer
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.connections = 0
        self.heard = bytearray()
        self.ended = asyncio.Event()
        """Set when a connection was ended by the other side."""

    @property
    def url(self) -> str:
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"{'http' if self._tls is None else 'https'}://{host}:{port}/"

    async def start(self) -> "Ear":
        self._server = await asyncio.start_server(self._hear, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            while self._open:
                writer = self._open.pop()
                writer.transport.abort()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
            await self._server.wait_closed()

    async def until_ended(self) -> None:
        async with asyncio.timeout(30):
            await self.ended.wait()

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        with contextlib.suppress(OSError):  # a connection that is reset has ended, too
            while chunk := await reader.read(65536):
                self.heard += chunk
                if self._answer and is_whole(bytes(self.heard)):
                    writer.write(self._answer)
                    await writer.drain()
        self.ended.set()


def is_whole(request: bytes) -> bool:
    """Whether a request has all of its body."""
    head, found, body = request.partition(b"\r\n\r\n")
    lengths = [
        int(line.partition(b":")[2]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    ]
    return bool(found) and len(body) >= sum(lengths)


def answering(status: int, body: bytes, *headers: str) -> bytes:
    """An answer to any request."""
    head = [f"HTTP/1.1 {status} Whatever", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


def own_certificate(folder: Path) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that nobody but us would trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Pretend")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "pretend.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def server_side(certificate: Path) -> ssl.SSLContext:
    """TLS of a server with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
