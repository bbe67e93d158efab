from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from planner import env, evidence_key
from planner_evidence.keys import new_private_key, signer_of
from plans.actions.evidence_keys import publish_key, revoke_key
from plans.errors import Refused
from plans.management.base import PlannerCommand
from plans.management.files import CANNOT
from plans.reviews.evidence_keys import current_signer


class Command(PlannerCommand):
    help = (
        "Make a key that signs files of approvals, in a file that only you can read, "
        "and publish its public part. The keys before stay published. Ends with 1 when "
        "there is no such key to revoke, 2 when the file is there or cannot be written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "file", type=Path, nargs="?", metavar="FILE", help="where to keep it"
        )
        what.add_argument(
            "--revoke",
            metavar="KEY",
            help="accept nothing any longer that this published key signed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["revoke"]:
            self.revoke(options["revoke"])
        else:
            self.make(options["file"])

    def revoke(self, keyid: str) -> None:
        try:
            key = revoke_key(keyid=keyid)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=1) from None
        self.stdout.write(f"Revoked: {key.keyid}")
        signer = current_signer()
        if signer and signer.public_key.keyid == key.keyid:
            self.stdout.write(
                "It is the key that this server signs with. Make another one."
            )

    def make(self, path: Path) -> None:
        try:
            evidence_key.refuse_if_inside(path, settings.BASE_DIR)
        except env.InvalidSetting as error:
            raise CommandError(str(error), returncode=CANNOT) from None
        pem = new_private_key()
        try:
            file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(file, "w") as writer:
                writer.write(pem)
        except OSError as error:
            raise CommandError(
                f"{path}: {error.strerror}.", returncode=CANNOT
            ) from None
        # The present one may never have been stored.
        if signer := current_signer():
            publish_key(signer=signer)
        key = publish_key(signer=signer_of(pem))
        self.stdout.write(
            f"Made {key.keyid}\nSet EVIDENCE_KEY_FILE={path.absolute()} and start the "
            "server again. Keep what it shows at /.well-known/planner-keys elsewhere."
        )
