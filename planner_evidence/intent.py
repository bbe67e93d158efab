"""What a person signs with their own key: the intent of one decision.

Its digest is the challenge that the passkey signs. So the signature is of these words
and this text, and nobody can put it under others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from planner_evidence.canonical import canonical_json

Intent = dict[str, Any]
TYPE = "planner-intent-1"


def make_intent(
    *,
    planner: str,
    plan: int,
    version: int,
    sha256: str,
    edition: int,
    slots: Sequence[Mapping[str, Any]],
    decision: str,
    comment: str,
    user: int,
    account: str,
    nonce: str,
    previous: str,
) -> Intent:
    """`plan`, `user`: their ids on the server `planner`. `version`: its number.
    `sha256`, `edition`: of the text, and the rules by which it is read. `slots`: id,
    role and meaning of each signature that is given with this one proof. `previous`:
    the hash of the plan's newest record."""
    return {
        "type": TYPE,
        "planner": planner,
        "plan": plan,
        "version": version,
        "sha256": sha256,
        "edition": edition,
        "slots": [dict(slot) for slot in slots],
        "decision": decision,
        "comment": comment,
        "user": user,
        "account": account,
        "nonce": nonce,
        "previous": previous,
    }


def challenge_of(intent: Intent) -> bytes:
    return sha256(canonical_json(intent).encode("utf-8")).digest()


def difference(
    intent: Intent, columns: Mapping[str, Any], previous: str, version: int
) -> str:
    """What a record says otherwise than the intent that was signed for it, or "".

    `columns`: those of the record's hash; `previous`: the hash of the record before;
    `version`: the number of its version.
    """
    slots = [slot.get("id") for slot in intent["slots"]]
    if columns["approval"] not in slots:
        return "slot"
    position = slots.index(columns["approval"])
    slot = intent["slots"][position]
    # Records that share one proof follow each other; the first follows what was known.
    if position == 0 and intent["previous"] != previous:
        return "record before"
    compared = {
        "type": (intent["type"], TYPE),
        "plan": (intent["plan"], columns["plan"]),
        "version": (intent["version"], version),
        "text": (intent["sha256"], columns["sha256"]),
        "role": (slot["role"], columns["role"]),
        "meaning": (slot["meaning"], columns["meaning"]),
        "decision": (intent["decision"], columns["kind"]),
        "comment": (intent["comment"], columns["comment"]),
        "user": (intent["user"], columns["actor"]),
        "account": (intent["account"], columns["name"]),
    }
    return next((name for name, (a, b) in compared.items() if a != b), "")
