from django.db import migrations

# PostgreSQL alone; SQLite's index finds words of headings quickly by itself.
HEADINGS = """
    CREATE INDEX search_heading_words ON plans_searchentry USING gin (words)
    WITH (fastupdate = off) WHERE kind IN ('title', 'heading')
"""
# Who searches never waits for what the index has not sorted in yet; who writes is a
# thread that nobody waits for.
SORTED_IN = "ALTER INDEX search_entry_words SET (fastupdate = off)"
LEFT = "ALTER INDEX search_entry_words RESET (fastupdate)"
CLEAN = "SELECT gin_clean_pending_list('search_entry_words')"
DROP = "DROP INDEX search_heading_words"


def run(*statements):
    def work(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement, params=None)

    return work


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0008_fill_registers"),
    ]

    operations = [
        migrations.RunPython(run(HEADINGS, SORTED_IN, CLEAN), run(DROP, LEFT)),
    ]
