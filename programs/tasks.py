"""What comes round by itself."""

from bureau.jobs import every
from programs import actions


@every(hours=1)
def remind_offices():
    """Pledges that fall due or are overdue; nobody is told the same twice."""
    actions.remind()
