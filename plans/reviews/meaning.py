"""What a signature says."""

from __future__ import annotations

from plans.models import AuditRecord

Kind = AuditRecord.Kind

_MEANINGS = {
    "technical design": "I approve the technical design",
    "security review": "I have reviewed the security of this plan and approve it",
    "product sign-off": "I accept this plan for the product",
    "launch approval": "I approve the launch",
}


def default_meaning(role: str, kind: str) -> str:
    """What a signature says when the signer does not put it in other words."""
    match kind:
        case Kind.APPROVED | Kind.APPROVED_IF:
            said = _MEANINGS.get(
                role.casefold().strip(), f"I approve this plan: {role}"
            )
            return f"{said}, on a condition" if kind == Kind.APPROVED_IF else said
        case Kind.CHANGES_REQUESTED:
            return f"I ask for changes: {role}"
    return f"I decline this plan: {role}"
