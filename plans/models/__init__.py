"""Database rows: content, permissions and history. Only `actions/` writes them."""

from plans.models.approval import (
    Approval,
    Approver,
    AuditRecord,
    InvitedSeat,
    ReviewRules,
    Version,
)
from plans.models.change import Change
from plans.models.comment import Comment, Mention, Thread, ThreadReader
from plans.models.content import Block, ChecklistItem, Field, Item, Phase, Section
from plans.models.evidence_key import EvidenceKey
from plans.models.guest import Guest
from plans.models.inbox import InboxMark
from plans.models.name_keys import MemberNameKey, NameTaken, UsernameKey
from plans.models.notice import Notice, NoticeSettings, ReminderRules, Webhook
from plans.models.outside_copy import OutsideCopy
from plans.models.people import (
    DayOff,
    Invitation,
    Membership,
    SeatName,
    Team,
    User,
)
from plans.models.plan import Plan, PlanCounts, ShareLink
from plans.models.register import RegisterEntry
from plans.models.saved_filter import SavedFilter
from plans.models.saved_version import SavedVersion
from plans.models.search import SearchEntry
from plans.models.session import CacheEntry, Session
from plans.models.suggestion import Suggestion
from plans.models.tables import Dependency, Level, Metric, Risk, Status, Violation
from plans.models.tag import Tag
from plans.models.template import Template, TemplateVersion

__all__ = [
    "Approval",
    "Approver",
    "Block",
    "Change",
    "Comment",
    "DayOff",
    "Dependency",
    "EvidenceKey",
    "Field",
    "Guest",
    "InboxMark",
    "Invitation",
    "InvitedSeat",
    "Item",
    "CacheEntry",
    "Level",
    "ChecklistItem",
    "MemberNameKey",
    "Membership",
    "Mention",
    "Metric",
    "NameTaken",
    "Notice",
    "NoticeSettings",
    "OutsideCopy",
    "Phase",
    "Plan",
    "PlanCounts",
    "AuditRecord",
    "RegisterEntry",
    "ReviewRules",
    "ReminderRules",
    "Risk",
    "Section",
    "SavedFilter",
    "SavedVersion",
    "SearchEntry",
    "SeatName",
    "Session",
    "ShareLink",
    "Status",
    "Suggestion",
    "Tag",
    "Team",
    "Template",
    "TemplateVersion",
    "Thread",
    "ThreadReader",
    "User",
    "UsernameKey",
    "Version",
    "Violation",
    "Webhook",
]
