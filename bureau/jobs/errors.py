class JobError(Exception):
    """The work cannot be done, whatever the number of attempts; the text is shown to who asked."""


class Stopped(Exception):
    """Ends a run without a trace of its own."""


class LostLease(Stopped):
    """Another worker has taken the job over; nothing of this run may be published any more."""


class Cancelled(Stopped):
    """Somebody pressed cancel."""


class Unfinished(Exception):
    """So far for this run: the next one goes on where this one was. No attempt is counted."""
