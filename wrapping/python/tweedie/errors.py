# SPDX-License-Identifier: Apache-2.0
"""What can go wrong. Every message is one line: where, what was given, what is required."""


class UsageError(ValueError):
    """A wrong option or value."""


class DataError(ValueError):
    """Data that are missing, not finite, of another shape or type."""


class FileError(DataError, OSError):
    """A file that is missing, cut short, foreign or cannot be written."""


class NumericalError(RuntimeError):
    """A computation that left the finite numbers or ran out of memory."""


class Aborted(RuntimeError):
    """The progress function returned False."""
