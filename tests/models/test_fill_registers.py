"""The migration that fills the registers finds what the actions would have kept."""

from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from plans.actions.items import remove_item
from plans.models import RegisterEntry
from tests import make
from tests.registers_walk import assert_registers_are_true

migration = import_module("plans.migrations.0008_fill_registers")


@pytest.mark.django_db(transaction=True)
def test_registers_are_filled_from_what_is_stored(plan, alice):
    remove_item(plan=plan, item=make.find(plan, cell="R-001"), actor=alice)
    kept = RegisterEntry.objects.count()
    RegisterEntry.objects.all().delete()
    with connection.schema_editor() as editor:
        migration.fill(apps, editor)
    assert RegisterEntry.objects.count() == kept == 5
    assert_registers_are_true(plan)


def test_a_command_finds_them_again(plan, alice):
    entries = RegisterEntry.objects.order_by("pk")
    since = entries.get(register="question").since
    entries.filter(register="risk").delete()
    entries.update(rank=3, lacks=0)
    call_command("rebuild_registers", stdout=StringIO())
    assert_registers_are_true(plan)
    assert entries.get(register="question").since == since
