"""What of a workspace one reader's export holds, and the names of everything in it (spec/10 §16)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.okr.access import Actor, Sight, sight_of
from bot.okr.model import KRState
from storage import models as m
from storage.okr_files.stored import Kind, Ref, Stored

DRAFTS = (m.ObjectiveState.DRAFT, m.ObjectiveState.TEAM_REVIEW, m.ObjectiveState.APPROVAL)


@dataclass(slots=True)
class Scope:
    """The rows that go into an export. Whoever is named on the way is remembered: a file contains what it names."""

    stored: Stored
    workspace: m.Workspace
    actor: Actor | None
    """None for whoever runs Okra: everything, settings of people and workspace included."""
    teams: list[m.Team]
    objectives: list[tuple[m.Objective, Sight]] = field(default_factory=list)
    key_results: dict[int, list[m.KeyResult]] = field(default_factory=dict)
    """By objective, in order."""
    named_people: set[int] = field(default_factory=set)
    named_teams: set[int] = field(default_factory=set)
    _names: dict[int, str] = field(default_factory=dict)
    _objectives: dict[int, str] = field(default_factory=dict)

    def person(self, person_id: int | None) -> str | None:
        """A handle."""
        if person_id is None or not self.stored.person(person_id):
            return None
        self.named_people.add(person_id)
        return self.stored.person(person_id)

    def team(self, team_id: int | None) -> str | None:
        """A team's key."""
        if team_id is None or not self.stored.team(team_id):
            return None
        self.named_teams.add(team_id)
        return self.stored.team(team_id)

    def key_result(self, kr_id: int | None) -> str | None:
        """`GRO-2`; the row's id where several cycles have one; None where it is not in the export."""
        return None if kr_id is None else self._names.get(kr_id)

    def objective(self, objective_id: int | None) -> str | None:
        """`GRO-O1`; with its cycle where several have one; None where it is not in the export."""
        return None if objective_id is None else self._objectives.get(objective_id)

    def reads(self, team_id: int) -> bool:
        """True where the inner matters of a team are the reader's, too."""
        return self.actor is None or self.actor.is_admin or team_id in self.actor.sees

    def zone_of(self, row: m.KeyResult) -> str:
        """The lead owner's clock; the team's where nobody answers for it."""
        owner = self.row(Kind.PERSON, row.lead_owner_id)
        team = self.row(Kind.TEAM, row.team_id)
        if isinstance(owner, m.Person):
            return owner.timezone or self.workspace.timezone
        return (team.timezone if isinstance(team, m.Team) else None) or self.workspace.timezone

    def row(self, kind: Kind, row_id: int | None) -> m.Row | None:
        """A row by its key."""
        name = self.stored.name(kind, row_id)
        return None if name is None else self.stored.rows.get(Ref(kind, name))

    @property
    def kr_ids(self) -> list[int]:
        return list(self._names)

    def choose(self) -> None:
        """Find the objectives and key results that the reader may see, in order."""
        ids = {team.id for team in self.teams}
        rows = [row for row in self._of(Kind.OBJECTIVE) if isinstance(row, m.Objective) and row.team_id in ids]
        for objective in sorted(rows, key=self._place):
            sight = self._sight(objective)
            if sight is not Sight.NOTHING:
                self.objectives.append((objective, sight))
        seen = {row.id for row, sight in self.objectives if sight is Sight.ALL}
        for kr in sorted((one for one in self._of(Kind.KEY_RESULT) if isinstance(one, m.KeyResult)), key=self._place):
            if kr.objective_id in seen and (kr.state is not KRState.DRAFT or self.reads(kr.team_id)):
                self.key_results.setdefault(kr.objective_id, []).append(kr)
        self._name_objectives([row for row, sight in self.objectives if sight is Sight.ALL])
        self._name([kr for krs in self.key_results.values() for kr in krs])

    def _name(self, rows: Iterable[m.KeyResult]) -> None:
        labels = {row.id: (f"{self.stored.team(row.team_id)}-{row.number}", row.token) for row in rows}
        count = Counter(label for label, _token in labels.values())
        self._names = {key: label if count[label] == 1 else token for key, (label, token) in labels.items()}

    def _name_objectives(self, rows: Iterable[m.Objective]) -> None:
        """One of the same number in two cycles of the same name has none."""
        labels: dict[int, tuple[str, str]] = {}
        for row in rows:
            label = f"{self.stored.team(row.team_id)}-O{row.number}"
            cycle = str((self.stored.name(Kind.CYCLE, row.cycle_id) or ("", ""))[1])
            labels[row.id] = (label, f"{label} ({cycle})")
        count = Counter(one for both in labels.values() for one in both)
        for key, both in labels.items():
            name = next((one for one in both if count[one] == 1), None)
            if name is not None:
                self._objectives[key] = name

    def _sight(self, row: m.Objective) -> Sight:
        """Drafts are their team's own; else what the objective itself allows."""
        if self.actor is None:
            return Sight.ALL
        if row.state in DRAFTS and not self.reads(row.team_id):
            return Sight.NOTHING
        return sight_of(self.actor, row.visibility, row.team_id)

    def _of(self, kind: Kind) -> list[m.Row]:
        return [row for ref, row in self.stored.rows.items() if ref.kind is kind]

    def _place(self, row: m.Objective | m.KeyResult) -> tuple[str, str, str, str, int]:
        cycle = self.row(Kind.CYCLE, row.cycle_id)
        first = cycle.first_day.isoformat() if isinstance(cycle, m.Cycle) else ""
        team, name = self.stored.name(Kind.CYCLE, row.cycle_id) or ("", "")
        return self.stored.team(row.team_id), first, str(team), str(name), row.number
