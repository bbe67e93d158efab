"""Whose mail address is whose for sure."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from plans.models import User


def find_verified_user(email: str) -> User | None:
    """Whose address it is for sure: confirmed by a mail, or entered by the people who
    run the planner, for somebody who has none of their own."""
    address = EmailAddress.objects.filter(email__iexact=email, verified=True).first()
    if address:
        return address.user
    entered = User.objects.filter(email__iexact=email, emailaddress=None)[:2]
    if len(entered) != 1:
        return None
    confirm_address(entered[0])
    return entered[0]


def confirm_address(user: User) -> None:
    """Take the address of a user as theirs, without a mail."""
    EmailAddress.objects.update_or_create(
        user=user,
        email=user.email.lower(),
        defaults={"verified": True, "primary": True},
    )
