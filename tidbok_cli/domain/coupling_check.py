"""TAK's routes to what units' services need, and a consumer's permissions, checked (S22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.coupling import address_key

if TYPE_CHECKING:
    from tidbok_cli.domain.coupling import Route, SnapshotRead
    from tidbok_cli.domain.coupling_snapshot import Permission


class RouteNeeded(NamedTuple):
    """A contract that a unit's service needs, and its route.

    In force, else its last one; `routed` is None where no snapshot tells of the address. `alike` counts the routes in
    force with the same address, contract and profile: more than one, and the platform refuses them.

    `permission` is the consumer's asked about, in force, else its last one; `permitted` is None where nobody is asked
    about, and where no snapshot tells.
    """

    unit: str
    logical_address: str
    service: str
    contract: str
    routed: bool | None
    route: Route | None
    alike: int = 0
    permitted: bool | None = None
    permission: Permission | None = None

    @property
    def carried_by(self) -> str | None:
        """The parent's address, or the default, whose route leads there; None of the unit's own."""
        return self._elsewhere(self.route) if self.routed else None

    @property
    def permitted_by(self) -> str | None:
        """The parent's address, or the default, whose permission holds; None of the unit's own."""
        return self._elsewhere(self.permission) if self.permitted else None

    def _elsewhere(self, found: Route | Permission | None) -> str | None:
        return found.address if found and address_key(found.address) != address_key(self.unit) else None


class CouplingChecked(NamedTuple):
    """TAK's routes for all that the units' services need, at a moment, and a consumer's permissions where asked."""

    at: int
    snapshot: SnapshotRead | None
    routes: tuple[RouteNeeded, ...]
    consumer: str | None = None

    @property
    def complete(self) -> bool:
        return not self.missing.routes

    @property
    def missing(self) -> CouplingChecked:
        """Keep what is left to order: routes and permissions not known to be there."""
        return self._replace(routes=tuple(each for each in self.routes if not each.routed or self._forbidden(each)))

    @property
    def unrouted(self) -> tuple[RouteNeeded, ...]:
        return tuple(each for each in self.routes if not each.routed)

    @property
    def unpermitted(self) -> tuple[RouteNeeded, ...]:
        """Keep what TAK is not known to permit the consumer: calls that end in VP007."""
        return tuple(each for each in self.routes if self._forbidden(each))

    def _forbidden(self, needed: RouteNeeded) -> bool:
        return self.consumer is not None and not needed.permitted

    @property
    def twice(self) -> tuple[RouteNeeded, ...]:
        """The routes that the platform refuses, each contract of a unit once, since there are two."""
        return tuple({(each.unit, each.contract): each for each in self.routes if each.alike > 1}.values())
