"""How long it takes to read a reply: composed ones, and the most awkward ones there are.

Run as `python -m tests.bench.replies [--count 100000] [--seed 1]`. Times are those of the thread, so that other work on
the machine does not count. Every reply is also checked: no defect, and no number stored for whom it was not written.
"""

import argparse
import random
import statistics
import time

from bot.okr.replies import Reply, ReplyContext, read_reply
from tests.bench.table import Aim, Line, Table, percentile, tell
from tests.okr.replies.composed import Composed, compose, written_for
from tests.okr.replies.contexts import context

IN_MAKE_BENCH = 10_000
"""So many take a few seconds; the script reads 100,000."""
HALF_A_MILLISECOND = Aim(0.0005, of_figure=True)

_AWKWARD = (
    "45k ", "45k, ", "KR1 ", "KR1 45k; ", "KR1/", "KRs 1 and 2 and ", "#1 ", "MRR 45k ", "(1) ", "1) 45k ", "> ", "- ",
    "on track ", "not ", "blocked on ", "next: a ", "same, ", "done ✅ ", "🟢", "a, ", "from 1 to ", "1/", "1,",
    "12 May ",
    "第二个62% ", "一", "一万", "七成", "没变，", "卡在", "about ", "0.7 ", "sorry, ", "45k for KR1, ", "; rest same",
    "up to ", "by Friday ", "the first one 45k, ", "&amp;", "<@U", "`", ":a:", "x@y.", "A-1 ", "because ", "$4 ", "(((",
    "1 000 ", "KR1\n", "45k? ", "remind me ", "提醒", "5月12日", "+1 2", "call ",
)  # fmt: skip


def cost_of_replies(table: Table, count: int, seed: int = 1) -> bool:
    """The times of `count` composed replies and of the awkward ones; False if any was read wrong."""
    rng = random.Random(seed)  # noqa: S311 - the same replies every time
    times: list[tuple[float, str]] = []
    wrong: list[str] = []
    for _ in range(count):
        one = compose(rng)
        took, reply = _timed(one.text, one.against)
        times.append((took, one.text))
        if _is_wrong(reply, one):
            wrong.append(f"{one.name}: {one.text!r}")
    seconds = [took for took, _ in times]
    table.section("Reading a reply")
    where = f"of {count:,} composed ones; {len(wrong)} read wrong"
    table.add(Line("median", statistics.median(seconds), None, "", where, aim=HALF_A_MILLISECOND))
    table.add(Line("99 of 100", percentile(seconds, 99), None, "", where))
    slowest = max(times)
    table.add(Line("the slowest", slowest[0], None, "", repr(slowest[1])))
    awkward = [
        (_timed((part * 2_000)[:2_000], context(name))[0], part) for part in _AWKWARD for name in ("M", "three", "Z3")
    ]
    slowest = max(awkward)
    table.add(Line("2,000 characters of one awkward piece", slowest[0], None, "", repr(slowest[1])))
    for text in wrong[:10]:
        tell(f"    {text}")
    return not wrong


def _timed(text: str, against: ReplyContext) -> tuple[float, Reply]:
    began = time.thread_time()
    reply = read_reply(text, against)
    return time.thread_time() - began, reply


def _is_wrong(reply: Reply, one: Composed) -> bool:
    return reply.defect is not None or not all(written_for(segment, one.said) for segment in reply.segments)


def main() -> None:
    """The script: as many as asked for; exit status 1 if any was read wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    raise SystemExit(0 if cost_of_replies(Table(), given.count, given.seed) else 1)


if __name__ == "__main__":
    main()
