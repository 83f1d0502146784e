"""One sitting of one person at one device."""

from typing import Any

from groundswell.simulate import messages
from groundswell.simulate.cast import Membership, Person, Team
from groundswell.simulate.channels import Link
from groundswell.simulate.rhythm import SECOND
from groundswell.simulate.world import World


class Session:
    """Tells what a person does, one thing after the other; ``clock`` is the time of the latest (ms since 1970)."""

    __slots__ = ("_membership", "_sender", "clock", "dice", "person", "world")

    def __init__(
        self, world: World, at: int, person: Person, *, membership: Membership | None = None, device: str = ""
    ) -> None:
        self.world = world
        self.dice = world.dice
        self.clock = at
        self.person = person
        self._membership = membership
        self._sender = {"userId": person.user_id, "anonymousId": device or person.devices[0]}

    @property
    def team(self) -> Team:
        return self._membership.team if self._membership else self.person.team

    def wait(self, low: float, high: float) -> None:
        """Let that many seconds pass."""
        self.clock += int(self.dice.between(low, high) * SECOND)

    def track(self, event: str, properties: dict[str, Any] | None = None, *, account: bool = False) -> None:
        """Do something, after a moment; ``account``: the event always names the team's account, if it is one."""
        self.wait(2, 60)
        self.note(event, properties, account=account)

    def note(self, event: str, properties: dict[str, Any] | None = None, *, account: bool = False) -> None:
        """The same, at once."""
        self.person.notice(event, self.clock, self.world.blueprint.truths.helper)
        context = messages.context(self.person.place)
        if self._names_account(account):
            context["groupId"] = self.team.group_id
        self._tell(messages.track(event, properties or {}, sender=self._sender, context=context))

    def _names_account(self, always: bool) -> bool:
        person = self.person
        if not person.memberships or not self.team.is_account:
            return False
        return always or person.tells_account or len(person.memberships) > 1

    def page(self, name: str, path: str, *, link: Link | None = None, is_known: bool = True) -> None:
        self.wait(1, 20)
        sender = self._sender if is_known else {"anonymousId": self._sender["anonymousId"]}
        self._tell(messages.page(name, path, sender=sender, place=self.person.place, link=link))

    def identify(self, traits: dict[str, Any]) -> None:
        self._tell(
            {"type": "identify", **self._sender, "traits": traits, "context": messages.context(self.person.place)}
        )

    def group(self, traits: dict[str, Any]) -> None:
        """Say to which account the person belongs, and what is known of it."""
        self._tell({"type": "group", **self._sender, "groupId": self.team.group_id, "traits": traits})

    def _tell(self, message: dict[str, Any]) -> None:
        self.world.tell(self.clock, message)
