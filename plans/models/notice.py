"""The outbox: what people and other programs are to be told, and how they want it.

A notice is written in the transaction of the action that it is about, and sent later
(plans.notifications.sender). So nothing is sent of what was rolled back, and nothing is
lost while a mail server is away.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from plans.models.people import Team, User
from plans.models.plan import Plan


class NoticeQuerySet(models.QuerySet["Notice"]):
    def waiting(self) -> Self:
        return self.filter(state=Notice.State.WAITING)

    def due(self, now: datetime) -> Self:
        """Those to be sent now, which no process is sending."""
        is_free = models.Q(claimed_until=None) | models.Q(claimed_until__lte=now)
        return self.waiting().filter(is_free, due_at__lte=now)


class Notice(models.Model):
    """One thing to tell one person, address or webhook.

    `topic` groups the notices that are counted together against floods. `facts` are
    what the text needs beside the plan: ids and short labels. `key` keeps what is
    written by the clock, such as a reminder, from being written twice.
    """

    class Kind(models.TextChoices):
        SIGN_OFF = "sign_off", "Sign-offs to give"
        CHANGES = "changes", "Changes requested on versions you submitted"
        DECISION = "decision", "Other decisions on versions you submitted"
        ASSIGNED = "assigned", "Sections and items assigned to you"
        MENTION = "mention", "Comments that mention you"
        ANSWER = "answer", "Answers to your comments and questions"
        OVERDUE = "overdue", "Overdue sign-offs in teams you own"
        INVITATION = "invitation", "Invitation"
        GUEST = "guest", "Invitation of a guest"
        TEST = "test", "Test"

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        DROPPED = "dropped"
        FAILED = "failed"

    # Of these a person chooses when they are sent.
    CHOSEN_KINDS = (
        Kind.SIGN_OFF,
        Kind.CHANGES,
        Kind.DECISION,
        Kind.ASSIGNED,
        Kind.MENTION,
        Kind.ANSWER,
        Kind.OVERDUE,
    )

    recipient = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    email = models.EmailField(
        blank=True, help_text="Of somebody who has no account yet."
    )
    webhook = models.ForeignKey(
        "Webhook", models.CASCADE, null=True, blank=True, related_name="notices"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    topic = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    key = models.CharField(max_length=80, blank=True)
    is_digest = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Not to be sent before.")
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.UUIDField(
        null=True, blank=True, help_text="One attempt of one process to send it."
    )
    claimed_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When another process may try, should the first have died.",
    )
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Notice]] = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    recipient__isnull=False, email="", webhook__isnull=True
                )
                | models.Q(recipient__isnull=True, webhook__isnull=False, email="")
                | (
                    ~models.Q(email="")
                    & models.Q(recipient__isnull=True, webhook__isnull=True)
                ),
                name="notice_to_one_recipient",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "sent", "dropped", "failed"]),
                name="notice_state_known",
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=~models.Q(key=""),
                name="notice_key_written_once",
            ),
        ]
        indexes = [
            # The sender's question, every few seconds.
            models.Index(
                fields=["due_at"],
                condition=models.Q(state="waiting"),
                name="waiting_notices",
            ),
            # How many a person got about one thing within the hour.
            models.Index(
                fields=["recipient", "topic", "created_at"], name="notices_of_topic"
            ),
            models.Index(fields=["claimed_by"], name="notices_of_claim"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient or self.webhook or self.email}"


class NoticeSettings(models.Model):
    """When a person wants which notices. Without a row: each at once."""

    class When(models.TextChoices):
        AT_ONCE = "at_once", "At once"
        DIGEST = "digest", "In a daily digest"
        NEVER = "never", "Never"

    DIGEST_HOUR = 8

    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="notice_settings"
    )
    choices = models.JSONField(
        default=dict, help_text="A When by kind of notice; at once for the others."
    )
    digest_hour = models.PositiveSmallIntegerField(
        default=DIGEST_HOUR, help_text="In the time zone of the person."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest_hour__lte=23), name="digest_hour_of_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"notices of {self.user}"

    def when(self, kind: str) -> str:
        return str(self.choices.get(kind, self.When.AT_ONCE))


class Webhook(models.Model):
    """An address of another program that is told of a team's plans.

    `secret` signs what is sent there; it is sealed (plans.sealing), so
    that the database alone does not tell it.
    """

    class Format(models.TextChoices):
        STANDARD = "standard", "Signed events (Standard Webhooks)"
        CHAT = "chat", "Chat messages (Slack, Mattermost)"

    LONGEST_URL = 500

    team = models.ForeignKey(Team, models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=LONGEST_URL)
    format = models.CharField(max_length=8, choices=Format)
    kinds = models.JSONField(default=list)
    secret = models.TextField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    was_delivered = models.BooleanField(default=False)
    result = models.CharField(
        max_length=200, blank=True, help_text="Of the last attempt, for the owners."
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(format__in=["standard", "chat"]),
                name="webhook_format_known",
            )
        ]

    def __str__(self) -> str:
        return f"webhook {self.pk} of {self.team}"


class ReminderRules(models.Model):
    """By when a plan's approvers should decide, and who is told when they do not; in
    working days after the request: Monday to Friday without the days off of the team.
    Without a row: nobody is."""

    plan = models.OneToOneField(
        Plan, models.CASCADE, primary_key=True, related_name="reminder_rules"
    )
    due_after = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Empty for no due date."
    )
    remind_after = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The approvers, again each so many days."
    )
    escalate_after = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The owners of the team, once."
    )
    # The key of the newest reminder by the clock, so that each one brings entries of
    # inboxes back once.
    last_reminder = models.CharField(
        max_length=80, blank=True, default="", db_default=""
    )

    def __str__(self) -> str:
        return f"reminders of {self.plan}"
