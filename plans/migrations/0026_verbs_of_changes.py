from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0025_audit_records_and_cache_entries"),
    ]

    operations = [
        migrations.AlterField(
            model_name="change",
            name="verb",
            field=models.CharField(
                choices=[
                    ("plan.created", "created"),
                    ("plan.imported", "imported"),
                    ("plan.archived", "archived"),
                    ("plan.restored", "restored"),
                    ("plan.opened", "opened to everyone signed in:"),
                    ("plan.closed", "limited to the team:"),
                    ("plan.shared", "created a link to"),
                    ("plan.unshared", "revoked a link to"),
                    ("section.added", "added section"),
                    ("section.renamed", "renamed section"),
                    ("section.moved", "moved section"),
                    ("section.removed", "removed section"),
                    ("section.block_added", "added to"),
                    ("section.block_removed", "removed from"),
                    ("section.signs", "turned on sign-offs in"),
                    ("section.signs_not", "turned off sign-offs in"),
                    ("item.added", "added to"),
                    ("item.edited", "edited"),
                    ("item.ticked", "ticked in"),
                    ("item.moved", "moved in"),
                    ("item.removed", "removed from"),
                    ("item.restored", "restored"),
                    ("comment.added", "commented on"),
                    ("comment.resolved", "resolved a comment on"),
                    ("comment.reopened", "reopened a comment on"),
                    ("comment.edited", "edited a comment on"),
                    ("comment.removed", "removed a comment on"),
                    ("review.requested", "submitted"),
                    ("review.approved", "approved"),
                    ("review.approved_if", "approved on a condition"),
                    ("review.changes_requested", "asked for changes in"),
                    ("review.declined", "declined"),
                    ("review.withdrawn", "withdrew a decision on"),
                    ("review.condition_met", "confirmed the condition for"),
                    ("review.replaced", "replaced an approver of"),
                    ("review.completed", "gave the last sign-off to"),
                    ("review.expired", "ended the request for"),
                    ("review.reminded", "reminded the approvers of"),
                    ("review.slot_changed", "changed the sign-off setup of"),
                    ("review.rules_changed", "changed the"),
                    ("approver.confirmed", "confirmed an approver for"),
                    ("person.renamed", "was renamed:"),
                    ("undo", "undid a change of"),
                    ("redo", "redid a change of"),
                ],
                max_length=40,
            ),
        ),
    ]
