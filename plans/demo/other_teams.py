"""Three more teams, so that there is something to find, to filter and to compare."""

from __future__ import annotations

from datetime import date

from plans.actions.plans import archive_plan
from plans.demo.cast import (
    CUSTOMER_SERVICES,
    DATA_PLATFORM,
    NETWORK_OPERATIONS,
    make_team,
)
from plans.demo.stage import Stage
from plans.models import AuditRecord, User

Kind = AuditRecord.Kind


def load(people: dict[str, User], today: date) -> None:
    _data_platform(people, today)
    _network_operations(people, today)
    _customer_services(people, today)


def _data_platform(people: dict[str, User], today: date) -> None:
    team = make_team(DATA_PLATFORM, people)

    export = Stage.of("nightly-export", team, "bob", people, today, tags=["billing"])
    export.comment(
        "dana", "The warehouse covers this. Archive it?", label="Language/Version"
    )
    archive_plan(plan=export.plan, actor=people["alice"])

    warehouse = Stage.of(
        "hourly-warehouse", team, "bob", people, today, tags=["readings", "2026 Q2"]
    )
    warehouse.assign("alice", "hana", 5, heading="6. SUCCESS METRICS")
    warehouse.assign("alice", "bob", -3, heading="8. DEPENDENCIES")
    warehouse.comment(
        "emil",
        "@bob, which views does billing need? I would rather review four than forty.",
        label="Constraints",
        about="Names and addresses never enter the warehouse",
    )
    warehouse.suggest(
        "karin",
        "Performance Goals",
        "400,000 readings",
        "600,000 readings",
        "At the hour all meters report within half a minute.",
    )

    water = Stage.of(
        "open-water-data", team, "idris", people, today, tags=["open data"]
    )
    water.submit("idris")
    water.sign(
        "bob",
        "Technical Design",
        Kind.APPROVED,
        "Rebuilding from the files alone is what convinces me.",
    )


def _network_operations(people: dict[str, User], today: date) -> None:
    team = make_team(NETWORK_OPERATIONS, people)

    hydrants = Stage.of(
        "hydrant-tablets", team, "frida", people, today, tags=["field app", "2026 Q3"]
    )
    hydrants.assign("karin", "frida", 12, heading="4. IMPLEMENTATION PHASES")
    hydrants.assign("karin", "idris", 2, heading="7. RISKS")
    hydrants.comment(
        "mateo",
        "The brigade's office told me on the phone that an export by night is "
        "possible. @frida, is a day late good enough?",
        heading="8. DEPENDENCIES",
    )

    pumps = Stage.of(
        "pump-calendar", team, "karin", people, today, tags=["maintenance", "2026 Q1"]
    )
    pumps.submit("karin")
    pumps.sign("dana", "Technical Design", Kind.APPROVED)
    pumps.sign(
        "mateo", "Launch Approval", Kind.APPROVED, "The crews want it before Easter."
    )

    pressure = Stage.of(
        "pressure-map", team, "idris", people, today, tags=["control room", "2026 Q2"]
    )
    pressure.submit("idris")
    pressure.sign(
        "dana", "Technical Design", Kind.APPROVED, "Silence as a value: exactly right."
    )
    pressure.assign("karin", "mateo", 4, label="Recovery Procedure")
    pressure.comment(
        "emil",
        "Who may silence the sound? It should be in the shift report by name.",
        label="Stop Signals",
    )


def _customer_services(people: dict[str, User], today: date) -> None:
    team = make_team(CUSTOMER_SERVICES, people)

    instalments = Stage.of(
        "payment-plans", team, "hana", people, today, tags=["billing", "2026 Q1"]
    )
    instalments.submit("hana")
    instalments.sign("dana", "Technical Design", Kind.APPROVED)
    instalments.sign(
        "emil", "Security Review", Kind.APPROVED, "Idempotency keys: thank you."
    )
    instalments.sign("alice", "Product Sign-off", Kind.APPROVED)
    instalments.sign("mateo", "Launch Approval", Kind.APPROVED)
    instalments.edit(
        "hana", "Performance Goals", "A schedule shown within 150 ms at p95"
    )

    sign_in = Stage.of(
        "tenant-sign-in", team, "hana", people, today, tags=["portal", "2026 Q3"]
    )
    sign_in.assign("alice", "hana", 1, heading="Phase 1: Joining Accounts")
    sign_in.assign("alice", "emil", 9, heading="7. RISKS")
    sign_in.comment(
        "alice",
        "4,200 people have no address on file. @hana, most of them pay by transfer.",
        label="Constraints",
    )

    outages = Stage.of(
        "outage-texts", team, "idris", people, today, tags=["control room", "2026 Q2"]
    )
    outages.submit("idris")
    outages.sign("dana", "Technical Design", Kind.APPROVED)
    outages.sign(
        "emil",
        "Security Review",
        Kind.CHANGES_REQUESTED,
        "R-002 is high and likely, and nobody owns it. What if messages come at night?",
    )
    outages.assign("alice", "idris", 3, heading="7. RISKS")
