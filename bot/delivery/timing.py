"""How long things may take in delivery: real seconds, shorter in the tests that live through them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """The order holds the promise: a request leaves before `fence` or never, is answered or given up before `lease`,
    and has arrived, if it ever does, before `grace` is over."""

    fence: float = 30.0
    """After the claim: until then a request may leave."""
    lease: float = 75.0
    """After the claim: then whoever has it counts as gone. More than `fence` and the longest time-out of a platform."""
    grace: float = 60.0
    """After the doubt: a message that is absent for so long was not sent."""
    sweep: float = 180.0
    """After a message was sent again: when to look for a second copy."""
    drain: float = 20.0
    """After the word to stop: what is leaving may take so long."""
