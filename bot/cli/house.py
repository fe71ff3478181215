"""The rooms put together: one database, one way in, one way out, and the tick that keeps them going."""

import asyncio
from dataclasses import dataclass, field

import structlog

from bot.cards.render import Cards
from bot.clock import Clock
from bot.delivery.auditing import Auditor
from bot.delivery.directory import Directory
from bot.delivery.port import ChatPort
from bot.delivery.pump import Pump
from bot.intake.accept import Intake
from bot.rituals.approvals import Approvals
from bot.rituals.conflicts import Conflicts
from bot.rituals.forgetting import Forgetting
from bot.rituals.planner import plan_due
from bot.rituals.ticker import Every, Ticker
from bot.where import what_and_where
from storage.problems import StorageProblem
from storage.session import Database

log = structlog.get_logger()


@dataclass
class House:
    """What a command works with. `ports` may be filled after building: a platform needs `intake` first."""

    db: Database
    clock: Clock
    cards: Cards
    intake: Intake
    pump: Pump
    ports: dict[str, ChatPort]
    wake: asyncio.Event
    directory: Directory
    auditor: Auditor = field(init=False)
    approvals: Approvals = field(init=False)
    conflicts: Conflicts = field(init=False)

    def __post_init__(self) -> None:
        self.approvals = Approvals(self.db, self.clock)
        self.conflicts = Conflicts(self.db, self.clock)
        self.auditor = Auditor(self.db, self.clock, recover=self.pump.recover_lapsed, replay=self.intake.replay)

    async def start(self) -> None:
        """After a start: what was cut off is looked at, what was stored and not handled is handled."""
        await self.pump.recover()
        await self.intake.replay()

    async def catch_up(self) -> None:
        """Handle what was stored and not handled, while everything else goes on: there may be a great deal of it."""
        try:
            await self.intake.replay()
        except StorageProblem as problem:  # it stays stored, and the next tick tries again
            log.warning("replay", problem=str(problem))

    async def plan(self) -> int:
        """Plan what is due now, publish what nobody answered in time, and see who pulls apart. Returns what is new."""
        now = self.clock.now()
        new = await plan_due(self.db, now) + await self.approvals.settle_open()
        return new + await self.conflicts.look()

    async def tick(self) -> None:
        """Plan and send until nothing more is due at this moment."""
        while await self.plan() + await self.pump.run_once():
            pass

    def ticker(self, *more: Every) -> Ticker:
        """The jobs of a running Okra, and `more`."""
        return Ticker(
            (
                *more,
                Every(15, "plan", self.plan),
                Every(2, "send", self.pump.begin),
                Every(15, "recover", self.pump.recover_lapsed),
                Every(15, "reconcile", self.pump.reconcile),
                Every(60, "sweep", self.pump.sweep),
                Every(20, "replay", self.intake.replay),
                Every(10, "directory", self.directory.look),
                Every(3600, "audit", self.auditor.look),
                Every(600, "forget", Forgetting(self.db, self.clock).look),
            )
        )

    async def send_when_woken(self) -> None:
        """Send at once what answers a person, without waiting for the next tick. Runs until cancelled."""
        while True:
            await self.wake.wait()
            self.wake.clear()
            try:
                await self.pump.begin()
            except StorageProblem as problem:  # what was not sent stays planned, and the next tick sends it
                log.warning("send", problem=str(problem))
            except Exception as error:  # noqa: BLE001 - a mistake of ours in one message must not end the sending of all
                log.error("send", error=what_and_where(error))

    async def rest(self) -> None:
        """Before a clean stop: let the messages that are leaving now leave, and take up no more."""
        await self.pump.rest()
