"""Markdown <-> Document. Pure Python: no Django, no database, no clock.

`read` and `write` are inverses for any text; `check` says what keeps a plan from being
finished, `finalize` gives the finished text.
"""

from plans.document.chapters import split_chapters, split_covered_chapters
from plans.document.check import check
from plans.document.completeness import ItemCompleteness, item_completeness, waiting_in
from plans.document.dialects import Dialect
from plans.document.diff.compare import ItemChange, SectionChange, ValueChange, compare
from plans.document.diff.merge import Merged, merge
from plans.document.diff.word_diff import DiffSpan, fold_unchanged, word_diff
from plans.document.editions import NEWEST, Edition
from plans.document.export import (
    NotFinished,
    Snapshot,
    draft,
    finalize,
    snapshot_text,
    take_snapshot,
)
from plans.document.fingerprint import item_reads_back, outline, reads_back
from plans.document.model import (
    SIGNING_KINDS,
    Block,
    BlockKind,
    Check,
    Document,
    Entry,
    Field,
    Item,
    ItemKind,
    Row,
    Section,
    Text,
)
from plans.document.normalization import normalize
from plans.document.placeholders import fill_placeholders, is_written_as_code
from plans.document.problems import Problem, Severity
from plans.document.reader import read
from plans.document.row_checks import row_roles
from plans.document.signatures.lines import (
    ApprovalLine,
    Signature,
    add_signatures,
    approval_lines,
    approval_lines_of,
    fitting_name,
    printed_account,
    printed_name,
    strip_signatures,
)
from plans.document.signatures.places import (
    NO_PLACES,
    Places,
    can_be_signed,
    is_signing_heading,
    places_of,
)
from plans.document.signatures.ticks import DEFINITION_OF_DONE, split_done_ticks
from plans.document.syntax.blanks import Blank, BlankKind, blank_of, default_template
from plans.document.syntax.brackets import brackets
from plans.document.syntax.comments import (
    Comments,
    comments_of,
    hint_of,
    hint_text,
    kind_of_comment,
)
from plans.document.syntax.controls import expected_value, fits
from plans.document.syntax.escaping import escape_value
from plans.document.syntax.items import (
    blanks_of,
    clean,
    must_have_text,
    new_like,
    number_of,
    value_as_read,
    values_of,
    written,
)
from plans.document.syntax.options import Option, options_of
from plans.document.syntax.passages import escape_passage
from plans.document.syntax.phases import (
    LONGEST_CODE,
    codes_behind,
    is_ascending,
    next_phase,
    with_code,
)
from plans.document.syntax.plain import is_plain
from plans.document.syntax.questions import (
    is_question,
    open_questions,
    question_marker,
    questions,
    replace_question,
)
from plans.document.syntax.tables import (
    columns_of,
    kind_of_table,
    later_columns,
    next_code,
    parse_level,
    parse_status,
    roles_of,
)
from plans.document.syntax.templates import template_placeholders
from plans.document.writer import line_numbers, write

__all__ = [
    "LONGEST_CODE",
    "DEFINITION_OF_DONE",
    "SIGNING_KINDS",
    "NEWEST",
    "ApprovalLine",
    "Blank",
    "BlankKind",
    "Block",
    "BlockKind",
    "Check",
    "Comments",
    "Dialect",
    "Document",
    "Edition",
    "Entry",
    "Field",
    "Snapshot",
    "Item",
    "ItemChange",
    "ItemKind",
    "ItemCompleteness",
    "Merged",
    "NotFinished",
    "NO_PLACES",
    "Option",
    "DiffSpan",
    "Places",
    "Problem",
    "Row",
    "Section",
    "SectionChange",
    "Severity",
    "Signature",
    "Text",
    "ValueChange",
    "approval_lines",
    "approval_lines_of",
    "blank_of",
    "blanks_of",
    "brackets",
    "can_be_signed",
    "check",
    "clean",
    "columns_of",
    "comments_of",
    "compare",
    "split_covered_chapters",
    "default_template",
    "draft",
    "escape_passage",
    "escape_value",
    "expected_value",
    "fill_placeholders",
    "fits",
    "finalize",
    "fold_unchanged",
    "snapshot_text",
    "take_snapshot",
    "hint_of",
    "hint_text",
    "is_signing_heading",
    "is_written_as_code",
    "item_reads_back",
    "kind_of_comment",
    "kind_of_table",
    "later_columns",
    "parse_level",
    "line_numbers",
    "merge",
    "must_have_text",
    "new_like",
    "next_code",
    "number_of",
    "codes_behind",
    "next_phase",
    "with_code",
    "options_of",
    "outline",
    "split_chapters",
    "fitting_name",
    "printed_account",
    "places_of",
    "printed_name",
    "is_ascending",
    "is_plain",
    "is_question",
    "open_questions",
    "question_marker",
    "questions",
    "read",
    "reads_back",
    "replace_question",
    "roles_of",
    "row_roles",
    "add_signatures",
    "split_done_ticks",
    "item_completeness",
    "parse_status",
    "template_placeholders",
    "normalize",
    "strip_signatures",
    "value_as_read",
    "values_of",
    "waiting_in",
    "word_diff",
    "write",
    "written",
]
