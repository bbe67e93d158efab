"""Email addresses that are known to belong to a user."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from plans.models import User


def find_verified_user(email: str) -> User | None:
    """The user of an address that was confirmed by mail, or that an administrator
    entered for a user who has no confirmed one."""
    address = EmailAddress.objects.filter(email__iexact=email, verified=True).first()
    if address:
        return address.user
    entered = User.objects.filter(email__iexact=email, emailaddress=None)[:2]
    if len(entered) != 1:
        return None
    confirm_address(entered[0])
    return entered[0]


def confirm_address(user: User) -> None:
    """Mark a user's address as confirmed, without a mail."""
    EmailAddress.objects.update_or_create(
        user=user,
        email=user.email.lower(),
        defaults={"verified": True, "primary": True},
    )
