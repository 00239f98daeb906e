"""Every transition table of the project is sound, and the database guards it as it stands."""

from bureau.workflow.checks import guards, tables
from bureau.workflow.table import all_workflows


def test_there_are_tables_and_nothing_is_wrong_with_them():
    assert all_workflows()
    assert tables(None) == []


def test_the_database_guards_every_table():
    assert [message.msg for message in guards(None)] == []
