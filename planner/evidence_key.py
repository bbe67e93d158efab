"""The private key with which the planner signs files of approvals."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from planner import env


def read(*, kept_in: Path | None, repository: Path) -> str:
    """The key as the environment or the file that it names has it; else one that is
    made and kept in a file, or "" where there is none: then nothing is signed.

    `repository`: a key in there would be copied, committed and put into images.
    """
    value, name = env.text("EVIDENCE_KEY", ""), env.text("EVIDENCE_KEY_FILE", "")
    if value and name:
        raise env.InvalidSetting("Set one of EVIDENCE_KEY and EVIDENCE_KEY_FILE.")
    if value:
        return _require_key("EVIDENCE_KEY", value)
    if name:
        key = _read_file(Path(name), repository)
        return _require_key("EVIDENCE_KEY_FILE", key)
    if kept_in is None:
        return ""
    return env.read_or_create_private(kept_in, _make)


def _make() -> str:
    # Costs a sixth of a second, and is needed once.
    from planner_evidence.keys import new_private_key

    return new_private_key()


def _require_key(name: str, value: str) -> str:
    from planner_evidence.keys import UnreadableKeys, signer_of

    try:
        signer_of(value)
    except UnreadableKeys as error:
        raise env.InvalidSetting(
            f"{name} is no key for evidence. {error} `manage.py make_evidence_key` "
            "makes one."
        ) from None
    return value


def _read_file(path: Path, repository: Path) -> str:
    refuse_if_inside(path, repository)
    try:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_IMODE(mode) & 0o077:
                raise env.InvalidSetting(
                    f"EVIDENCE_KEY_FILE: others can read {path}. `chmod 600 {path}`, "
                    "or make a new key if they may have."
                )
            return file.read(10_000)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise env.InvalidSetting(
            f"EVIDENCE_KEY_FILE: {path} can’t be read: {why}."
        ) from None


def refuse_if_inside(path: Path, repository: Path) -> None:
    if path.resolve().is_relative_to(repository.resolve()):
        raise env.InvalidSetting(
            f"EVIDENCE_KEY_FILE: {path} is in the folder of the program, which is "
            "copied and published. Keep the key elsewhere."
        )
