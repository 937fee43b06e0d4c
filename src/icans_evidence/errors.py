"""Errors a user can meet, each with the exit code it ends in; anything else is a fault of ours (exit 3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

OK, DATA, USAGE, INTERNAL = 0, 1, 2, 3


class UserError(Exception):
    """A mistake that its maker can mend: shown as its message alone, never with a traceback."""

    exit_code = DATA


class DataError(UserError):
    """Faults found in data, all at once: one line each, `file:line column: "value" what is allowed`."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = list(faults)
        count = len(self.faults)
        super().__init__("\n".join([*self.faults, f"{count} fault{'' if count == 1 else 's'}"]))


class UsageError(UserError):
    """A command or function called with something it does not take; the message names what is allowed."""

    exit_code = USAGE


def lacking(library: str, extra: str, purpose: str) -> UsageError:
    """The error for a library that an extra of this package brings and that is not installed here."""
    from_a_copy = f"in a copy of the repository pip install '.[{extra}]'"
    return UsageError(
        f"{purpose} needs {library}, which is not installed: pip install 'icans-evidence[{extra}]', {from_a_copy}"
    )


@contextmanager
def needing(extra: str, purpose: str) -> Iterator[None]:
    """Around the import of a library of an extra: where it is absent, UsageError with the line that installs it."""
    try:
        yield
    except ImportError as error:
        raise lacking(error.name or "a library", extra, purpose) from error
