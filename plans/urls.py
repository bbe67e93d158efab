"""Every address of the planner. Verbs live in the last part."""

from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.urls.converters import IntConverter

from plans.views import (
    arranging,
    assignments,
    bulk,
    columns,
    comments,
    comparing,
    creating,
    evidence,
    guests,
    help,
    history,
    identifying,
    inbox,
    items,
    listing,
    notices,
    pasting,
    plan,
    previewing,
    profile,
    questions,
    reminders,
    reviews,
    sections,
    setup,
    setup_posts,
    sharing,
    suggestions,
    teams,
    templates,
    versions,
    webhooks,
    whole_plans,
)

app_name = "plans"


class RowIdConverter(IntConverter):
    """A number that a database can be asked for: it has 64 bits there."""

    regex = "[0-9]{1,18}"


register_converter(RowIdConverter, "id")

of_an_item: list[URLPattern] = [
    path("", items.item, name="item"),
    path("preview/", previewing.item_preview, name="item_preview"),
    path("move/", arranging.item_move, name="item_move"),
    path("duplicate/", arranging.item_duplicate, name="item_duplicate"),
    path("assign/", assignments.item_assign, name="item_assign"),
    path("paste/", pasting.item_paste, name="item_paste"),
    path("remove/", arranging.item_remove, name="item_remove"),
    path("choose/", items.item_choose, name="item_choose"),
    path("question/", items.question, name="question"),
    path("dismiss/", questions.question_dismiss, name="question_dismiss"),
    path("suggest/", suggestions.suggest, name="suggest"),
    path("history/", history.item_history, name="item_history"),
    path("restore/", history.item_restore, name="item_restore"),
]
of_a_section: list[URLPattern] = [
    path("", sections.section, name="section"),
    path("rename/", sections.section_rename, name="section_rename"),
    path("add/", sections.section_add, name="section_add"),
    path("duplicate/", sections.section_duplicate, name="section_duplicate"),
    path("move/", sections.section_move, name="section_move"),
    path("remove/", sections.section_remove, name="section_remove"),
    path("block/", sections.block_add, name="block_add"),
    path("assign/", assignments.section_assign, name="section_assign"),
    path("signing/", sections.section_signing, name="section_signing"),
]
of_a_comment: list[URLPattern] = [
    path("edit/", comments.comment_edit, name="comment_edit"),
    path("remove/", comments.comment_remove, name="comment_remove"),
    path("use/", questions.answer_use, name="answer_use"),
]
of_a_thread: list[URLPattern] = [
    path("reply/", comments.comment_reply, name="comment_reply"),
    path("resolve/", comments.thread_resolve, name="thread_resolve"),
    path("reopen/", comments.thread_reopen, name="thread_reopen"),
]
of_a_suggestion: list[URLPattern] = [
    path("accept/", suggestions.suggestion_accept, name="suggestion_accept"),
    path("decline/", suggestions.suggestion_decline, name="suggestion_decline"),
    path("withdraw/", suggestions.suggestion_withdraw, name="suggestion_withdraw"),
]
of_a_slot: list[URLPattern] = [
    path("sign/", reviews.review_sign, name="review_sign"),
    path("withdraw/", reviews.review_withdraw, name="review_withdraw"),
    path("condition/", reviews.review_condition, name="review_condition"),
    path("code/", guests.guest_code, name="guest_code"),
    path("confirm/", reviews.slot_confirm, name="slot_confirm"),
    path("setup/", setup_posts.slot_setup, name="slot_setup"),
    path("people/", setup_posts.slot_people, name="slot_people"),
    path("replace/", setup_posts.slot_replace, name="slot_replace"),
    path("drop/", setup_posts.slot_drop, name="slot_drop"),
]
of_a_plan: list[URLPattern | URLResolver] = [
    path("", plan.plan_page, name="plan"),
    path("side/", plan.plan_side, name="side"),
    path("body/", plan.plan_body, name="body"),
    path("preview/", plan.plan_preview, name="preview"),
    path("plan.md", plan.plan_download, name="download"),
    path("history/", history.plan_history, name="history"),
    path("compare/", comparing.plan_compare, name="compare"),
    path("undo/", plan.plan_undo, name="undo"),
    path("redo/", plan.plan_redo, name="redo"),
    path("items/<id:item_id>/", include(of_an_item)),
    path("blocks/<id:block_id>/add/", arranging.item_add, name="item_add"),
    path("blocks/<id:block_id>/columns/", columns.columns, name="columns"),
    path("blocks/<id:block_id>/remove/", sections.block_remove, name="block_remove"),
    path("phases/add/", sections.phase_add, name="phase_add"),
    path("sections/<id:section_id>/", include(of_a_section)),
    path("comments/", comments.comments, name="comments"),
    path("comments/add/", comments.comment_add, name="comment_add"),
    path("comments/<id:comment_id>/", include(of_a_comment)),
    path("suggestions/", suggestions.suggestions_decide, name="suggestions_decide"),
    path("suggestions/<id:suggestion_id>/", include(of_a_suggestion)),
    path("threads/<id:thread_id>/", include(of_a_thread)),
    path("review/", reviews.review, name="review"),
    path("review/request/", reviews.review_request, name="review_request"),
    path("review/remind/", reviews.review_remind, name="review_remind"),
    path("review/expire/", reviews.review_expire, name="review_expire"),
    path("review/reminders/", reminders.reminders, name="reminders"),
    path("review/setup/", setup.review_setup, name="review_setup"),
    path("review/rules/", setup_posts.review_rules, name="review_rules"),
    path("review/add/", setup_posts.slot_add, name="slot_add"),
    path("review/approvals/", setup_posts.approvals_add, name="approvals_add"),
    path("review/<id:approval_id>/", include(of_a_slot)),
    path("evidence/", evidence.evidence, name="evidence"),
    path("evidence.json", evidence.evidence_file, name="evidence_file"),
    path("sharing/", sharing.sharing, name="sharing"),
    path("menu/", whole_plans.plan_menu, name="plan_menu"),
    path("duplicate/", whole_plans.duplicate, name="plan_duplicate"),
    path("tags/", whole_plans.plan_tags, name="plan_tags"),
    path("lock/", whole_plans.lock, name="lock"),
    path("archive/", whole_plans.archive, name="archive"),
    path("sharing/open/", sharing.sharing_open, name="sharing_open"),
    path("sharing/link/", sharing.sharing_link, name="sharing_link"),
    path("sharing/guests/", guests.guest_invite, name="guest_invite"),
    path("sharing/guests/end/", guests.guest_end, name="guest_end"),
    path("sharing/end/", sharing.sharing_end, name="sharing_end"),
    path("versions/", versions.versions, name="versions"),
    path("versions/name/", versions.version_name, name="version_name"),
    path("versions/restore/", versions.version_restore, name="version_restore"),
    path(
        "versions/saved-<id:number>/plan.md",
        versions.saved_version_download,
        name="saved_version",
    ),
    path("versions/<id:number>/plan.md", reviews.version_download, name="version"),
    path(
        "versions/<id:number>/plan.approvals.json",
        evidence.approvals,
        name="approvals",
    ),
]
of_a_template: list[URLPattern] = [
    path("", templates.template, name="template"),
    path("edit/", templates.template_edit, name="template_edit"),
    path("rename/", templates.template_rename, name="template_rename"),
    path("archive/", templates.template_archive, name="template_archive"),
    path(
        "<id:number>/plan-template.md",
        templates.template_download,
        name="template_download",
    ),
]
of_a_team: list[URLPattern | URLResolver] = [
    path("", teams.team, name="team"),
    path("invite/", teams.team_invite, name="team_invite"),
    path(
        "invitations/<id:invitation_id>/revoke/",
        teams.invitation_revoke,
        name="invitation_revoke",
    ),
    path("templates/", templates.templates, name="templates"),
    path("templates/new/", templates.template_new, name="template_new"),
    path("templates/look/", templates.template_look, name="template_look"),
    path("templates/default/", templates.template_default, name="template_default"),
    path("templates/editors/", templates.template_editors, name="template_editors"),
    path("templates/<id:template_id>/", include(of_a_template)),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<id:webhook_id>/test/", webhooks.webhook_test, name="webhook_test"),
    path(
        "webhooks/<id:webhook_id>/remove/",
        webhooks.webhook_remove,
        name="webhook_remove",
    ),
    path("members/<id:user_id>/role/", teams.member_role, name="member_role"),
    path("members/<id:user_id>/remove/", teams.member_remove, name="member_remove"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.plan_list, name="plan_list"),
    path("bulk/", bulk.bulk, name="plans_bulk"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/count/", inbox.inbox_count, name="inbox_count"),
    path("inbox/mark/", inbox.inbox_mark, name="inbox_mark"),
    path("new/", creating.plan_new, name="plan_new"),
    path("new/look/", creating.plan_new_look, name="plan_new_look"),
    path("import/", creating.plan_import, name="plan_import"),
    path("import/store/", creating.plan_import_store, name="plan_import_store"),
    path("identify/", identifying.identify, name="identify"),
    path("help/", help.guide, name="help"),
    path("profile/", profile.profile, name="profile"),
    path("notices/", notices.notice_settings, name="notice_settings"),
    path("notices/stop/<str:token>/", notices.unsubscribe, name="unsubscribe"),
    path("teams/", teams.team_list, name="team_list"),
    path("teams/<slug:slug>/", include(of_a_team)),
    path("join/<str:token>/", teams.join, name="join"),
    path("guest/<str:token>/", guests.guest, name="guest"),
    path("shared/<str:token>/", sharing.shared, name="shared"),
    path("shared/<str:token>/plan.md", sharing.shared_download, name="shared_download"),
    path("plans/<slug:slug>/", include(of_a_plan)),
    path(".well-known/planner-keys", evidence.planner_keys, name="planner_keys"),
]
