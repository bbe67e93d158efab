"""A passkey without a browser: it signs what it is asked to."""

import json
from hashlib import sha256

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from planner_evidence.assertion import keep_assertion
from planner_evidence.intent import challenge_of
from plans.reviews.intents import OwnSignature, intent_of

PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class Passkey:
    def __init__(self, site="testserver"):
        self.site = site
        self.credential_id = b"passkey-of-tests"
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        self.public_key = ES256.from_cryptography_key(self.private_key.public_key())

    def add_to(self, user):
        """As allauth stores it."""
        data = AuthenticatorData.create(
            sha256(self.site.encode()).digest(),
            PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.AT,
            0,
            AttestedCredentialData.create(
                Aaguid.NONE, self.credential_id, self.public_key
            ),
        )
        credential = {
            "id": websafe_encode(self.credential_id),
            "rawId": websafe_encode(self.credential_id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": websafe_encode(
                    self._client_data(b"0" * 32, "create")
                ),
                "attestationObject": websafe_encode(
                    AttestationObject.create("none", data, {})
                ),
            },
        }
        Authenticator.objects.create(
            user=user,
            type="webauthn",
            data={"name": "Laptop", "credential": credential},
        )

    def _client_data(self, challenge, what="get"):
        return CollectedClientData.create(
            type=f"webauthn.{what}",
            challenge=challenge,
            origin=f"https://{self.site}",
        )

    def sign(self, challenge, flags=PRESENT_AND_VERIFIED):
        client_data = self._client_data(challenge)
        data = AuthenticatorData.create(sha256(self.site.encode()).digest(), flags, 1)
        signature = self.private_key.sign(
            data + client_data.hash, ec.ECDSA(hashes.SHA256())
        )
        return client_data, data, signature

    def own_signature(self, intent, **how):
        client_data, data, signature = self.sign(challenge_of(intent), **how)
        assertion = keep_assertion(
            rp_id=self.site,
            credential_id=self.credential_id,
            public_key=self.public_key,
            client_data=bytes(client_data),
            authenticator_data=bytes(data),
            signature=signature,
        )
        return OwnSignature(intent, assertion)

    def answer(self, challenge):
        """What a browser sends."""
        client_data, data, signature = self.sign(challenge)
        return json.dumps(
            {
                "id": websafe_encode(self.credential_id),
                "rawId": websafe_encode(self.credential_id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {
                    "clientDataJSON": websafe_encode(client_data),
                    "authenticatorData": websafe_encode(data),
                    "signature": websafe_encode(signature),
                },
            }
        )


def intent_for(plan, act):
    """The intent of what an action would record: it is done, read and taken back."""
    from django.db import transaction

    with transaction.atomic():
        before = plan.records.count()
        act()
        records = plan.records.filter(number__gt=before).exclude(approval=None)
        intent = intent_of(list(records.order_by("number").select_related("version")))
        transaction.set_rollback(True)
    return intent
