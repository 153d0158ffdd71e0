"""Who a person is to Cordon, and what that lets them do."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """From the least to the most. Each may do what those before may."""

    AGENT = "agent"
    """Their own conversations: the widget, and the alerts meant for them."""
    SUPERVISOR = "supervisor"
    """The console, within their queues where they have any named."""
    COMPLIANCE = "compliance"
    """Everything that is recorded: exports, the audit trail, evidence reports."""
    ADMIN = "admin"
    """Dead letters too."""

    @property
    def rank(self) -> int:
        """0 for an agent to 3 for an admin."""
        return _ORDER.index(self)

    @property
    def scopes(self) -> frozenset[str]:
        """What an API key would need to do the same."""
        return _SCOPES[self]


_ORDER: Final = tuple(Role)
_WIDGET: Final = frozenset({"scan", "captures", "tokens:create", "alerts"})
_SCOPES: Final = {
    Role.AGENT: _WIDGET,
    Role.SUPERVISOR: _WIDGET | {"console"},
    Role.COMPLIANCE: _WIDGET | {"console"},
    Role.ADMIN: _WIDGET | {"console", "admin"},
}


def role_of_scopes(scopes: frozenset[str]) -> Role:
    """The role of an API key: keys are made by administrators, so the console's shows all that is recorded."""
    if "console" not in scopes:
        return Role.AGENT
    return Role.ADMIN if "admin" in scopes else Role.COMPLIANCE
