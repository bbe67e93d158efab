"""The meaning of a signature, as 21 CFR Part 11 calls it: the statement it makes."""

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
    """The meaning that a signature has unless the signer words it differently."""
    match kind:
        case Kind.APPROVED | Kind.APPROVED_IF:
            meaning = _MEANINGS.get(
                role.casefold().strip(), f"I approve this plan: {role}"
            )
            return f"{meaning}, on a condition" if kind == Kind.APPROVED_IF else meaning
        case Kind.CHANGES_REQUESTED:
            return f"I ask for changes: {role}"
    return f"I decline this plan: {role}"
