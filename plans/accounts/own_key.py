"""A person's own key at the moment of signing: their passkey signs the intent itself.

The browser is given the digest of the intent as its challenge (`begin`), and what the
passkey answered is verified and kept (`complete`). The intent waits in the session, for
one try.
"""

from __future__ import annotations

import json
from time import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from fido2.webauthn import AuthenticationResponse, UserVerificationRequirement

from planner_evidence.assertion import keep_assertion
from planner_evidence.intent import Intent, challenge_of
from plans.models import User
from plans.reviews.intents import OwnSignature

VALID_SECONDS = 300.0
# An answer of an authenticator has some hundred bytes.
MAX_CREDENTIAL_CHARACTERS = 20_000
# In the session: the intent to be signed, and what fido2 compares.
_PENDING = "own_key"
_FAILED = "The passkey was not accepted. Nothing was signed. Try again."


def has_passkey(user: User) -> bool:
    passkeys = Authenticator.objects.filter(user=user, type="webauthn")
    return passkeys.exists()


def begin(request: HttpRequest, intent: Intent) -> dict[str, Any]:
    """What the browser asks the passkey for. Raises ValidationError with a sentence."""
    credentials = webauthn.get_credentials(request.user)
    if not credentials:
        raise ValidationError("You have no passkey. Add one under Security.")
    options, state = webauthn.get_server().authenticate_begin(
        credentials=credentials,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=challenge_of(intent),
    )
    request.session[_PENDING] = {"intent": intent, "state": state, "at": time()}
    return dict(options)


def complete(request: HttpRequest, credential: str) -> OwnSignature:
    """The signature of the intent that waited. Raises ValidationError."""
    pending = request.session.pop(_PENDING, None)
    if pending is None or not 0 <= time() - pending["at"] < VALID_SECONDS:
        raise ValidationError("That took too long. Nothing was signed. Try again.")
    server = webauthn.get_server()
    try:
        sent = json.loads(credential)
        response = AuthenticationResponse.from_dict(sent)
        key = server.authenticate_complete(
            pending["state"], webauthn.get_credentials(request.user), sent
        )
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise ValidationError(_FAILED) from None
    authenticator = webauthn.get_authenticator_by_credential_id(
        request.user, key.credential_id
    )
    authenticator.record_usage()
    assertion = keep_assertion(
        rp_id=str(server.rp.id),
        credential_id=key.credential_id,
        public_key=key.public_key,
        client_data=bytes(response.response.client_data),
        authenticator_data=bytes(response.response.authenticator_data),
        signature=response.response.signature,
    )
    return OwnSignature(pending["intent"], assertion)
