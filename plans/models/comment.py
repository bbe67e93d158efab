"""Comments on a plan: threads on an item or a section, and the people they mention.

Comments are not part of the plan and appear in no export. Nothing is deleted
(docs/decisions/0003): a removed comment keeps its row.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse

from plans.models.content import Item, Section
from plans.models.people import User
from plans.models.plan import Plan


class ThreadQuerySet(models.QuerySet["Thread"]):
    def open(self) -> Self:
        return self.filter(resolved_at=None)


class Thread(models.Model):
    """A conversation about one item or one section, about a stretch of an item's text,
    or about an open question in it.

    `key` names the value of the item, `quote` is the stretch or what is asked.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="threads")
    item = models.ForeignKey(
        Item, models.CASCADE, null=True, blank=True, related_name="threads"
    )
    section = models.ForeignKey(
        Section, models.CASCADE, null=True, blank=True, related_name="threads"
    )
    key = models.CharField(max_length=8, blank=True, db_default="")
    is_question = models.BooleanField(default=False, db_default=False)
    quote = models.TextField(blank=True, db_default="")
    prefix = models.TextField(
        blank=True, db_default="", help_text="What stood before the stretch."
    )
    suffix = models.TextField(
        blank=True, db_default="", help_text="What stood behind the stretch."
    )
    position = models.PositiveIntegerField(
        null=True, blank=True, help_text="Where the stretch began."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Thread]] = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(item__isnull=False, section__isnull=True)
                | models.Q(item__isnull=True, section__isnull=False),
                name="thread_on_one_item_or_section",
            ),
            models.CheckConstraint(
                condition=models.Q(resolved_by__isnull=True, resolved_at__isnull=True)
                | models.Q(resolved_by__isnull=False, resolved_at__isnull=False),
                name="thread_resolved_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(key="", is_question=False, quote="")
                | (~models.Q(key="") & models.Q(item__isnull=False)),
                name="thread_about_a_text_of_an_item",
            ),
        ]
        # The open threads of a plan: its comments panel, part of every page.
        indexes = [
            models.Index(
                fields=["plan"],
                condition=models.Q(resolved_at=None),
                name="open_threads_of_plan",
            )
        ]

    def __str__(self) -> str:
        return f"thread {self.pk} on {self.place}"

    def get_absolute_url(self) -> str:
        address = reverse("plans:comments", args=[self.plan.slug])
        return f"{address}?{self.query}#thread-{self.pk}"

    @property
    def place(self) -> Item | Section:
        """The item or section it is about."""
        place = self.item or self.section
        assert place is not None, "thread_on_one_item_or_section"
        return place

    @property
    def is_about_a_stretch(self) -> bool:
        return bool(self.quote) and not self.is_question

    @property
    def query(self) -> str:
        """The query string of the comments page that selects its place."""
        if self.item_id:
            return f"item={self.item_id}"
        return f"section={self.section_id}"


class ThreadReader(models.Model):
    """How far somebody has read a thread; without a row, they have read none of it."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="readers")
    # The constraint below starts with it.
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    read_until = models.PositiveBigIntegerField(
        help_text="The id of the newest comment that they have seen."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "thread"], name="one_reader_of_thread"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.thread}"


class Comment(models.Model):
    """One comment in a thread. `text` is Markdown. `asks`: it is a question, which is
    put to whoever looks after the place, without a word in the plan's text."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField()
    asks = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Its author, or an owner of the team.",
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"comment {self.pk} of {self.author}"

    @property
    def is_removed(self) -> bool:
        return self.removed_by_id is not None


class MentionQuerySet(models.QuerySet["Mention"]):
    def waiting_for(self, user: User) -> Self:
        """Mentions of a user in open threads of their teams' plans that they have not
        answered in that thread."""
        answers = Comment.objects.filter(
            thread=models.OuterRef("comment__thread"),
            author=user,
            removed_by=None,
            # A mention of oneself counts as answered.
            pk__gte=models.OuterRef("comment"),
        )
        return self.filter(
            ~models.Exists(answers),
            user=user,
            comment__removed_by=None,
            comment__thread__resolved_at=None,
            comment__thread__plan__archived=False,
            comment__thread__plan__team__memberships__user=user,
        )


class Mention(models.Model):
    """A comment that mentions a member of the team."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    # The index below starts with it.
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)

    objects: ClassVar[models.Manager[Mention]] = MentionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "user"], name="one_mention_in_comment"
            )
        ]
        # A user's unanswered mentions, newest first.
        indexes = [models.Index(fields=["user", "-comment"], name="mentions_of_user")]

    def __str__(self) -> str:
        return f"{self.user} in {self.comment}"
