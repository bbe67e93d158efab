"""allauth's forms with our labels and messages."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from allauth.socialaccount import forms as social
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms import EmailField

from plans.accounts.invitations import get_invitation

STRENGTH_HINT = "At least eight characters, not only digits, and not easy to guess."
# As long as an email address can be; SQLite fails to compare very long words.
MAX_LOGIN_LENGTH = 254


class WordingMixin:
    """Replaces labels and messages. Goes before the form in a class's bases."""

    fields: dict[str, Any]
    labels: ClassVar[dict[str, str]] = {}
    # The field to focus on a page that has no other purpose.
    autofocus = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            self.fields[name].label = label
        for name, field in self.fields.items():
            field.error_messages["required"] = "This field is required."
            if name == "password1":
                field.help_text = STRENGTH_HINT
            if name in ("code", "login", "username"):
                field.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
            if isinstance(field, EmailField):
                field.error_messages["invalid"] = (
                    "Enter an email address such as name@example.org."
                )
            if name == self.autofocus:
                field.widget.attrs["autofocus"] = True


class NewPasswordMixin(WordingMixin):
    labels: ClassVar = {
        "password1": "New password",
        "password2": "Repeat new password",
    }


class SignInForm(WordingMixin, account.LoginForm):
    autofocus = "login"
    labels: ClassVar = {"login": "Username or email address"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.widget.attrs["autocomplete"] = "username webauthn"
        login.validators.append(MaxLengthValidator(MAX_LOGIN_LENGTH))


class SignUpForm(WordingMixin, account.SignupForm):
    autofocus = "username"
    labels: ClassVar = {
        "username": "Username",
        "email": "Email address",
        "password1": "Password",
        "password2": "Repeat password",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = "Letters, digits and @ . + - _"
        invitation = get_invitation(context.request)
        if invitation and invitation.email:
            self.fields["email"].initial = invitation.email


class CompanySignUpForm(WordingMixin, social.SignupForm):
    autofocus = "username"
    labels: ClassVar = {"username": "Username", "email": "Email address"}


class ChangePasswordForm(NewPasswordMixin, account.ChangePasswordForm):
    labels: ClassVar = {
        "oldpassword": "Current password",
        **NewPasswordMixin.labels,
    }


class SetPasswordForm(NewPasswordMixin, account.SetPasswordForm):
    pass


class ResetPasswordForm(WordingMixin, account.ResetPasswordForm):
    autofocus = "email"
    labels: ClassVar = {"email": "Email address"}


class NewPasswordForm(NewPasswordMixin, account.ResetPasswordKeyForm):
    autofocus = "password1"


class AddEmailForm(WordingMixin, account.AddEmailForm):
    labels: ClassVar = {"email": "New address"}


class ReauthenticateForm(WordingMixin, account.ReauthenticateForm):
    autofocus = "password"


class SecondFactorForm(WordingMixin, mfa.AuthenticateForm):
    autofocus = "code"


class ReauthenticateSecondFactorForm(WordingMixin, mfa.ReauthenticateForm):
    labels: ClassVar = {"code": "Code from your authenticator app, or a recovery code"}
    autofocus = "code"


class ActivateAppForm(WordingMixin, ActivateTOTPForm):
    autofocus = "code"
    labels: ClassVar = {"code": "Six-digit code"}


# What allauth raises for a malformed credential.
CREDENTIAL_ERRORS = (ValidationError, AttributeError, KeyError, TypeError, ValueError)


def passkey_error(error: Exception, sentence: str) -> ValidationError:
    """allauth's error, or ours where allauth only says "incorrect code"."""
    code = getattr(error, "code", "incorrect_code")
    if isinstance(error, ValidationError) and code != "incorrect_code":
        return error
    return ValidationError(sentence, code=code)


NO_PASSKEY_USED = (
    "No passkey was used. Passkeys need JavaScript: turn it on and try again."
)


class PasskeyNameMixin(WordingMixin):
    labels: ClassVar = {"name": "Name"}
    MAX_LENGTH = 100

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.help_text = "A name to recognise it by."
        name.widget.attrs["maxlength"] = self.MAX_LENGTH
        name.validators.append(MaxLengthValidator(self.MAX_LENGTH))


class AddPasskeyForm(PasskeyNameMixin, webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        passwordless = self.fields["passwordless"]
        passwordless.label = "Sign in without a password"
        passwordless.help_text = (
            "Untick for a security key that’s only used after your password."
        )
        passwordless.initial = True
        self.fields["credential"].error_messages["required"] = NO_PASSKEY_USED

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except CREDENTIAL_ERRORS as error:
            raise passkey_error(
                error,
                "The passkey wasn’t added. Try again, or use another one.",
            ) from None


class RenamePasskeyForm(PasskeyNameMixin, webauthn.EditWebAuthnForm):
    autofocus = "name"


class CredentialMixin:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        credential = self.fields["credential"]
        credential.error_messages["required"] = NO_PASSKEY_USED

    def clean_credential(self) -> Any:
        try:
            # The method of the form that this is mixed into.
            return super().clean_credential()  # type: ignore[misc]
        except CREDENTIAL_ERRORS as error:
            raise passkey_error(
                error,
                "This passkey isn’t known here. It may have been removed. Use "
                "another one, or sign in another way.",
            ) from None


class PasskeySignInForm(CredentialMixin, webauthn.LoginWebAuthnForm):
    pass


class PasskeyFactorForm(CredentialMixin, webauthn.AuthenticateWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(CredentialMixin, webauthn.ReauthenticateWebAuthnForm):
    pass
