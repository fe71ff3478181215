"""What a benchmark ran on, as far as it matters for its figures: nothing that tells whose machine it is."""

import os
import platform
import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """The hardware and the versions."""

    cores: int
    memory_gb: int
    python: str
    sqlite: str
    postgresql: str | None
    """None where there is none to measure."""

    def told(self) -> str:
        """In one line."""
        databases = f"SQLite {self.sqlite}" + ("" if self.postgresql is None else f", PostgreSQL {self.postgresql}")
        return f"{self.cores} cores, {self.memory_gb} GB, Python {self.python}, {databases}"


def this_machine(postgresql: str | None) -> Machine:
    """The machine that this runs on."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        cores=os.cpu_count() or 1,
        memory_gb=round(memory / 2**30),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        postgresql=postgresql,
    )
