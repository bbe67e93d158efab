"""allauth's forms in the planner's words."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from allauth.socialaccount import forms as social
from django.core.exceptions import ValidationError

from plans.views.teams import invitation_of

NOT_EASILY_GUESSED = (
    "At least eight characters, not digits alone, and nothing that is easily guessed."
)


class Worded:
    """Lays our words over those of a form: a mixin, before the form itself."""

    labels: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # type: ignore[attr-defined]
        for name, label in self.labels.items():
            fields[name].label = label
        for name, field in fields.items():
            field.error_messages["required"] = "Fill this in."
            if name == "password1":
                field.help_text = NOT_EASILY_GUESSED
            if name == "code":
                field.widget.attrs |= {"inputmode": "text", "spellcheck": "false"}


class WithNewPassword(Worded):
    labels: ClassVar = {
        "password1": "New password",
        "password2": "New password, once more",
    }


class SignIn(Worded, account.LoginForm):
    labels: ClassVar = {"login": "User name or mail address"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username webauthn",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        }


class SignUp(Worded, account.SignupForm):
    labels: ClassVar = {
        "username": "User name",
        "email": "Mail address",
        "password1": "Password",
        "password2": "Password, once more",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = "Letters, digits and any of @ . + - _"
        invitation = invitation_of(context.request)
        if invitation and invitation.email:
            self.fields["email"].initial = invitation.email


class CompanySignUp(Worded, social.SignupForm):
    labels: ClassVar = {"username": "User name", "email": "Mail address"}


class ChangePassword(WithNewPassword, account.ChangePasswordForm):
    labels: ClassVar = {
        "oldpassword": "Present password",
        **WithNewPassword.labels,
    }


class SetPassword(WithNewPassword, account.SetPasswordForm):
    pass


class ForgottenPassword(Worded, account.ResetPasswordForm):
    labels: ClassVar = {"email": "Mail address"}


class NewPassword(WithNewPassword, account.ResetPasswordKeyForm):
    pass


class NewAddress(Worded, account.AddEmailForm):
    labels: ClassVar = {"email": "New address"}


class PasswordAgain(Worded, account.ReauthenticateForm):
    pass


class SecondFactor(Worded, mfa.AuthenticateForm):
    pass


class SecondFactorAgain(Worded, mfa.ReauthenticateForm):
    pass


class SetUpApp(Worded, ActivateTOTPForm):
    labels: ClassVar = {"code": "Six digits"}


# What is thrown at allauth by a credential that no browser made.
BROKEN = (ValidationError, AttributeError, KeyError, TypeError, ValueError)


def refusal(error: Exception, sentence: str) -> ValidationError:
    """What was wrong with a passkey, which allauth calls an incorrect code."""
    code = getattr(error, "code", "incorrect_code")
    if isinstance(error, ValidationError) and code != "incorrect_code":
        return error
    return ValidationError(sentence, code=code)


NONE_USED = "No passkey was used. Passkeys need JavaScript: try again with it."


class NamedPasskey(Worded):
    labels: ClassVar = {"name": "Name"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]  # type: ignore[attr-defined]
        name.help_text = "By which you recognise it among others."


class AddPasskey(NamedPasskey, webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        passwordless = self.fields["passwordless"]
        passwordless.label = "Signs in without a password"
        passwordless.help_text = "Leave it out for a key that only adds to a password."
        passwordless.initial = True
        self.fields["credential"].error_messages["required"] = NONE_USED

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except BROKEN as error:
            raise refusal(
                error,
                "The passkey was not added. Try again; if it fails once more, use "
                "another one.",
            ) from None


class RenamePasskey(NamedPasskey, webauthn.EditWebAuthnForm):
    pass


class KnownPasskey:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        credential = self.fields["credential"]  # type: ignore[attr-defined]
        credential.error_messages["required"] = NONE_USED

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except BROKEN as error:
            raise refusal(
                error,
                "That passkey is not known here. Perhaps it was removed: use another "
                "one, or another way.",
            ) from None


class PasskeySignIn(KnownPasskey, webauthn.LoginWebAuthnForm):
    pass


class PasskeyFactor(KnownPasskey, webauthn.AuthenticateWebAuthnForm):
    pass


class PasskeyAgain(KnownPasskey, webauthn.ReauthenticateWebAuthnForm):
    pass
