"""The order in which a company's teams are told, and how deep."""

from bot.okr.company import Place, TreeTeam, in_order, told


def tree(*teams: tuple[int, str, int | None]) -> list[TreeTeam]:
    return [TreeTeam(number, key, parent) for number, key, parent in teams]


def test_parents_come_before_children_and_siblings_by_their_key() -> None:
    teams = tree((1, "ZZ", None), (2, "GRO", 1), (3, "ACQ", 2), (4, "BIZ", 1))

    assert in_order(teams) == [Place(1, 0), Place(4, 1), Place(2, 1), Place(3, 2)]


def test_the_company_comes_first_whatever_its_key() -> None:
    company = TreeTeam(9, "ZED", None, is_company=True)

    assert [place.team_id for place in in_order([*tree((1, "ABC", None)), company])] == [9, 1]


def test_teams_in_a_circle_and_with_a_parent_that_is_gone_are_told_once() -> None:
    teams = tree((1, "A", 2), (2, "B", 1), (3, "C", 77))

    assert sorted(place.team_id for place in in_order(teams)) == [1, 2, 3]


def test_a_deep_tree_is_summed_up_in_the_ancestors_line() -> None:
    teams = tree((1, "CO", None), (2, "A", 1), (3, "AA", 2), (4, "AB", 2), (5, "B", 1))

    assert told(in_order(teams), lines=3) == [Place(1, 0), Place(2, 1, (3, 4)), Place(5, 1)]


def test_a_wide_tree_is_cut_after_its_lines_and_nobody_is_lost() -> None:
    teams = tree(*((number, f"T{number:02}", None) for number in range(1, 8)))

    shown = told(in_order(teams), lines=3)

    assert [place.team_id for place in shown] == [1, 2, 3]
    assert shown[-1].below == (4, 5, 6, 7)


def test_a_company_of_one_chain_shows_its_first_levels() -> None:
    chain = tree(*((number, f"T{number:03}", number - 1 or None) for number in range(1, 121)))

    shown = told(in_order(chain), lines=30)

    assert len(shown) == 30
    assert sum(len(place.below) for place in shown) == 90
