"""The lock that makes sure that one process, and not two, sends from a SQLite database."""

import fcntl
import os
from types import TracebackType

from storage.engine import sqlite_file
from storage.problems import StorageProblem


class SendingLock:
    """Held by the process that sends: `with SendingLock(url): ...`. Raises `StorageProblem` if another one holds it.

    The system lets go of it when the process ends, however that happens, so nothing is ever left locked.
    On PostgreSQL it does nothing: there every message is claimed by itself, and several processes may send.
    """

    def __init__(self, url: str) -> None:
        file = sqlite_file(url)
        # Links are followed, so that two names of one database are one lock.
        self._path = None if file is None else file.resolve().with_name(file.resolve().name + ".lock")
        self._handle: int | None = None

    def __enter__(self) -> "SendingLock":
        if self._path is None:
            return self
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StorageProblem(
                f"The lock file {self._path} cannot be written ({error.strerror}); "
                "the database's folder must exist and be writable."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(handle, 20).decode("ascii", "replace").strip()
            os.close(handle)
            raise StorageProblem(
                f"Another Okra{f' (process {holder})' if holder else ''} already runs on this database; "
                "stop it first, or nothing is sent from here."
            ) from error
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode("ascii"))
        self._handle = handle
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        # The file stays: taking it away would let a third process lock a new file of the same name.
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
