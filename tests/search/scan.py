"""The search, done again by a plain walk over everything: what an index must agree
with."""

from plans import document as doc
from plans import permissions
from plans.content import storage
from plans.document.syntax.tables import columns_of
from plans.models import Membership, Plan
from plans.search import indexing, queries
from plans.search.folding import words_of
from plans.search.searching import ANYWHERE, Filters, search


def may_see(plan, user):
    role = Membership.objects.filter(team=plan.team, user=user).values_list("role")
    member = permissions.effective_membership(
        plan, user, next((one for (one,) in role), None)
    )
    return bool(permissions.may_see(member))


def texts_of(plan, *, versions=False):
    """Everything written in a plan, each with its words."""
    loaded = storage.load(plan)
    yield ("title", plan.pk), words_of(plan.title)
    headings = [one for one in loaded.document.sections if one.level]
    of_title = [one for one in headings if one.level == 1] or headings
    for section in headings:
        if section is not of_title[0]:
            yield ("heading", section.id), words_of(section.heading)
    for section in loaded.document.sections:
        for block in section.blocks:
            if block.kind.is_table:
                names = [w for name in columns_of(block) for w in words_of(name)]
                yield ("columns", block.id), names
    for _, _, item in loaded.document.walk():
        if item.kind != doc.ItemKind.GUIDANCE:
            texts = [getattr(item, "label", ""), *doc.values_of(item)]
            yield ("item", item.id), [w for text in texts for w in words_of(text)]
    for thread in plan.threads.all():
        if thread.section_id in loaded.sections or thread.item_id in loaded.items:
            for comment in thread.comments.filter(removed_by=None):
                yield ("comment", comment.pk), words_of(comment.text)
    for suggestion in plan.suggestions.filter(state="open"):
        if suggestion.item_id in loaded.items:
            words = [*words_of(suggestion.text), *words_of(suggestion.reason)]
            yield ("suggest", suggestion.pk), words
    if versions:
        for kind, rows in (("version", plan.versions), ("saved", plan.saved_versions)):
            for version in rows.all():
                yield (kind, version.pk), words_of(version.title)
                chapter = []
                for line in version.markdown.splitlines():
                    if line.startswith("#"):
                        yield (kind, version.pk), chapter
                        chapter = []
                    chapter += words_of(line)
                yield (kind, version.pk), chapter


def scan(user, text, *, archived=False, versions=False):
    """The texts that a person may see and that have what is asked for."""
    return scan_texts(texts_for(user, archived=archived, versions=versions), text)


def texts_for(user, *, archived=False, versions=False):
    """The texts that a person may see."""
    return [
        text
        for plan in Plan.objects.filter(archived=archived)
        if may_see(plan, user)
        for text in texts_of(plan, versions=versions)
    ]


def scan_texts(texts, asked):
    query = queries.read(asked)
    return {key for key, words in texts if query.is_in(words)}


def searched(user, text, filters: Filters = ANYWHERE):
    """As a view searches."""
    indexing.catch_up(user)
    hits = search(user, queries.read(text), filters)
    assert hits.is_all
    places = [(hit.kind.value, hit.source) for hit in hits.hits]
    assert filters.versions or len(places) == len(set(places))
    return set(places)
