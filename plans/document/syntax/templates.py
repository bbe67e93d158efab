"""What a template asks people to replace or to take out, told by its text."""

from __future__ import annotations

import re

from plans.document.syntax.blanks import is_literal
from plans.document.syntax.brackets import brackets
from plans.document.syntax.comments import comments_in, folded_comment, is_marker
from plans.document.syntax.spans import code_lines, code_spans, is_within

# Besides brackets, templates write `{title}`, `<name>`, `(fill me in ...)`, `SPEC-XXX`.
_LITERAL = re.compile(
    r"""\{\{?[^{}\n]*[^\W\d_][^{}\n]*\}\}?
    | <[A-Za-z][\w ./'’-]*>
    | \((?:please\ )?(?:fill|insert|enter|describe|replace|specify)\b[^()\n]*\)
    | YYYY-MM-DD
    | [^\s|`：:(){}<>\[\]]*XXX[^\s|`：:(){}<>\[\]]*""",
    re.VERBOSE,
)


def template_placeholders(text: str) -> frozenset[str]:
    """What stands in a template's brackets, its other placeholders as they are written,
    and its comments: to be known again in plans that were made from it."""
    contents = {bracket.content for bracket in brackets(text)}
    code = code_lines(text)
    spans = code_spans(text)
    for match in _LITERAL.finditer(text):
        is_code = is_within(code, match.start()) or is_within(spans, match.start())
        if not is_code and is_literal(match[0]):
            contents.add(match[0])
    comments = [comment for comment in comments_in(text) if not is_marker(comment)]
    return frozenset(contents | {folded_comment(comment) for comment in comments})
