"""The digest of the specification, computed from a real database, line by line in both languages (spec/08 §13.3)."""

import pytest
from sqlmodel import Session

from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.okr.digesting import fits
from bot.views.digest import digest_card
from storage import models as m
from storage.session import Database
from tests.views.tea import CHINESE, ENGLISH, Words, found

SAMPLE_EN = """\
Growth · OKR board · week 6 of 13
O: Be the trusted supplier of tea for fine restaurants · 0.30 · 🔵1 🟢1 🟡1 🔴1
🔵 KR1 Enterprise MRR · $46k / $60k · 0.53 ▲ · heading 1.00+
🟢 KR2 Self-serve renewals · 28% / 50% · 0.27 = · heading 0.84 ⏰
🟡 KR3 System satisfaction · 6.9 / 8 · 0.27 ▲ · heading 0.58
🔴 KR4 Phone support calls · 372 / 200 · 0.14 ▼ · heading 0.30 ⛔
Ahead
KR1: Acme renewed early (Mei)
Short
KR4: 64 calls above pace. Blocked on the new order form (Jack). Help: a front-end day
KR3: 0.3 below pace. Next survey 18 Nov (Ana)
Improve
KR2: no update for 9 working days (Li)
Agreement with Support on KR4 open since 4 Nov
Is KR4's target still realistic?
Next steps · 2 of 3 done
☐ Pair on the order form · Jack · Thu → KR4
☐ Add yours before you close the meeting [＋ Next step]
Updated 3 of 4 · [Full board]"""

SAMPLE_ZH = """\
增长组 · OKR 看板 · 第 6/13 周
O：成为高端餐厅信赖的好茶供应商 · 0.30 · 🔵1 🟢1 🟡1 🔴1
🔵 KR1 企业月收入 · 4.6万 / 6万 · 0.53 ▲ · 预计 1.00+
🟢 KR2 自助续费率 · 28% / 50% · 0.27 = · 预计 0.84 ⏰
🟡 KR3 系统满意度 · 6.9 / 8 · 0.27 ▲ · 预计 0.58
🔴 KR4 电话支持量 · 372 / 200 · 0.14 ▼ · 预计 0.30 ⛔
领先
KR1：Acme 提前续约（梅）
落后
KR4：比节奏多 64 通，卡在新订单表单（杰克）。求助：一天前端
KR3：比节奏低 0.3，11月18日再测（安娜）
待改进
KR2：9 个工作日没有更新（李）
KR4 与支持组的约定 11月4日起未确认
KR4 的目标还现实吗？
下一步 · 3 项完成 2 项
☐ 结对改订单表单 · 杰克 · 周四 → KR4
☐ 散会前补上你的 [＋下一步]
已更新 3/4 · [完整看板]"""

BOTH = [pytest.param(ENGLISH, SAMPLE_EN, id="en"), pytest.param(CHINESE, SAMPLE_ZH, id="zh")]


@pytest.mark.parametrize(("words", "sample"), BOTH)
def test_the_sample_comes_out_of_the_figures(db: Database, cards: Cards, words: Words, sample: str) -> None:
    text = db.read_now(_digest, cards, words)

    assert text.splitlines() == sample.splitlines()
    assert fits(text, objectives=1)


def _digest(session: Session, cards: Cards, words: Words) -> str:
    tea = found(session, cards, words)
    return plain_text(digest_card(session, cards, session.get_one(m.RitualRun, tea.run_id), tea.digest_at))
