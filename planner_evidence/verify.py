"""Whether a plan.md is the one of an approvals file, and who signed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from planner_evidence.assertion import InvalidAssertion, OwnKey, verify_assertion
from planner_evidence.canonical import canonical_json, sha256_hex, sha256_of
from planner_evidence.envelope import InvalidEnvelope, unseal
from planner_evidence.intent import challenge_of, difference
from planner_evidence.keys import KeySet, PublicKey, UnreadableKeys, read_keys


@dataclass(frozen=True)
class Decision:
    """One decision on the version. `own_key`: the person's key that signed it, None if
    the server alone says so; `note`: why it does not count (any more), or "";
    `problem`: why it can't be believed, or ""."""

    role: str
    kind: str
    label: str
    name: str
    meaning: str
    comment: str
    proof: str
    at: str
    record: int
    version: int
    hash: str
    note: str
    sha256: str
    own_key: OwnKey | None = None
    problem: str = ""


@dataclass(frozen=True)
class Report:
    """`problems`: sentences; the file is genuine if there are none. `form`: which form
    of the version the file is. `state`: of the version when the file was made."""

    sha256: str
    problems: list[str]
    form: str = ""
    planner: str = ""
    plan: Mapping[str, Any] = field(default_factory=dict)
    version: Mapping[str, Any] = field(default_factory=dict)
    state: str = ""
    sentence: str = ""
    made: str = ""
    chain: Mapping[str, Any] = field(default_factory=dict)
    key: PublicKey | None = None
    decisions: list[Decision] = field(default_factory=list)

    @property
    def is_genuine(self) -> bool:
        return not self.problems


def verify_files(plan: bytes, approvals: bytes, keys: bytes) -> Report:
    """All that can be told from the bytes of the three files."""
    digest = sha256_hex(plan)
    try:
        key_set = read_keys(keys)
        statement, key = unseal(approvals, key_set)
        return _report(digest, statement, key, key_set)
    except (InvalidEnvelope, UnreadableKeys) as error:
        return Report(digest, [str(error)])
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return Report(digest, ["The statement in the approvals file can’t be read."])


def _report(
    digest: str, statement: dict[str, Any], key: PublicKey, keys: KeySet
) -> Report:
    predicate = statement["predicate"]
    forms = {
        subject["digest"]["sha256"]: subject["name"] for subject in statement["subject"]
    }
    version = predicate["version"]
    decisions = [_decision(entry, predicate, keys) for entry in predicate["decisions"]]
    used = [signature_used(entry["hashed"][1]) for entry in predicate["decisions"]]
    problems = [
        f"{decision.role}, record {decision.record}: {decision.problem}"
        for decision in decisions
        if decision.problem
    ]
    if any(used.count(each) > 1 for each in used if each):
        problems.append("Two decisions rest on the same signature of a passkey.")
    if version["sha256"] not in forms:
        problems.append("The digests in the approvals file are not of its version.")
    if digest not in forms:
        problems.insert(
            0,
            f"The plan is not version {version['number']} of "
            f"“{predicate['plan']['title']}” in any of its forms: another text, or one "
            "that was changed.",
        )
    return Report(
        sha256=digest,
        problems=problems,
        form=forms.get(digest, ""),
        planner=predicate["planner"],
        plan=predicate["plan"],
        version=version,
        state=predicate["state"],
        sentence=predicate["sentence"],
        made=predicate["made"],
        chain=predicate["chain"],
        key=key,
        decisions=decisions,
    )


def _decision(
    entry: Mapping[str, Any], predicate: Mapping[str, Any], keys: KeySet
) -> Decision:
    previous, columns = entry["hashed"]
    own_key, problem = None, ""
    if sha256_of(canonical_json(entry["hashed"])) != entry["hash"]:
        problem = "its hash is wrong."
    elif shown(columns) != {name: entry[name] for name in shown(columns)}:
        problem = "it says something else than its record."
    else:
        own_key, problem = check_own_key(columns, previous, entry["version"])
    known = keys.people.get(columns["name"])
    if known is not None and not problem:
        problem = _problem_with_person(columns["name"], own_key, known)
    return Decision(
        **{name: entry[name] for name in shown(columns)},
        label=entry["label"],
        version=entry["version"],
        hash=entry["hash"],
        sha256=columns["sha256"],
        note=entry["note"],
        own_key=own_key,
        problem=problem,
    )


def shown(columns: Mapping[str, Any]) -> dict[str, Any]:
    """What a decision in a statement repeats of its record, for people who read it."""
    return {
        "role": columns["role"],
        "kind": columns["kind"],
        "name": columns["name"],
        "meaning": columns["meaning"],
        "comment": columns["comment"],
        "proof": columns["proof"],
        "at": columns["at"],
        "record": columns["number"],
    }


def check_own_key(
    columns: Mapping[str, Any], previous: str, version: int
) -> tuple[OwnKey | None, str]:
    """The person's key that signed a record, and what is wrong with its signature.

    `columns`, `previous`: what the hash of the record is of. `version`: the number of
    its version.
    """
    details = columns["details"]
    if not isinstance(details, Mapping) or not {"intent", "assertion"} & set(details):
        return None, ""
    try:
        intent, assertion = details["intent"], details["assertion"]
        own_key = verify_assertion(assertion, challenge_of(intent))
        differs = difference(intent, columns, previous, version)
    except InvalidAssertion as error:
        return None, str(error)
    except (AttributeError, LookupError, TypeError, ValueError):
        return None, "What was signed with the passkey can’t be read."
    if differs:
        return None, f"The passkey signed something else ({differs})."
    return own_key, ""


def signature_used(columns: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Which signature of a passkey a record rests on, and for which slot: no other
    record may rest on the same. None without one."""
    details = columns["details"]
    if not isinstance(details, Mapping) or "assertion" not in details:
        return None
    return canonical_json(details["assertion"]), columns["approval"]


def _problem_with_person(account: str, own_key: OwnKey | None, known: list[str]) -> str:
    if own_key is None:
        return f"{account} did not sign it with a passkey, as the keys file asks."
    if own_key.fingerprint not in known:
        return f"the keys file does not know this passkey as one of {account}."
    return ""
