# SPDX-License-Identifier: Apache-2.0
"""The child of _process.py: runs calls on the extension module, one after the other, until the socket closes."""
from __future__ import annotations

import pickle
import signal
import socket

from . import _core
from ._process import Channel


class _FunctionRaised(Exception):
    """A function of the parent raised; the parent knows what."""


class _Worker:
    def __init__(self, descriptor):
        self._objects, self._count = {}, 0
        self._isComputing, self._isInterrupted = False, False
        self._channel = Channel(socket.socket(fileno=descriptor), self._to_id, self._from_id)

    def _to_id(self, item):
        if isinstance(item, (_core.Prior, _core.Operator)):
            self._count += 1
            self._objects[self._count] = item
            return ("object", self._count)
        return None

    def _from_id(self, pid):
        kind, number = pid
        return self._objects[number] if kind == "object" else lambda *arguments: self._ask(number, arguments)

    def _ask(self, number, arguments):
        self._isComputing = False  # a message must not be left half read
        self._channel.send(("function", number, arguments))
        message = self._channel.receive()
        while message[0] == "call":  # the function of the parent uses this package itself
            self._channel.send(self._answer(*message[1:]))
            message = self._channel.receive()
        self._isComputing = True
        kind, value = message
        if kind == "raise":
            raise _FunctionRaised
        if self._isInterrupted:
            raise KeyboardInterrupt
        return value

    def interrupt(self, *_):
        """Of the signal: stops a computation at the next time that it asks for signals."""
        self._isInterrupted = True
        if self._isComputing:
            raise KeyboardInterrupt

    def _run(self, target, arguments):
        owner, name = target
        if owner is None:
            attribute = getattr(_core, name)
        else:
            attribute = getattr(getattr(_core, owner) if isinstance(owner, str) else owner, name)
        return attribute if arguments is None else attribute(*arguments)

    def _answer(self, target, arguments, forgotten):
        for number in forgotten:
            self._objects.pop(number, None)
        try:
            self._isComputing = True
            try:
                return ("result", self._run(target, arguments))
            finally:
                self._isComputing = False
        except _FunctionRaised:
            return ("error", None, True)
        except BaseException as error:
            return ("error", _portable(error), False)

    def serve(self):
        while True:
            try:
                message = self._channel.receive()
            except (EOFError, ConnectionResetError):
                return
            self._isInterrupted = False
            self._channel.send(self._answer(*message[1:]))
            message = None  # nothing of a call is kept until the next


def _portable(error):
    """Without what cannot travel."""
    try:
        return pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")


def main(descriptor):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker = _Worker(descriptor)
    signal.signal(signal.SIGUSR1, worker.interrupt)
    worker.serve()
