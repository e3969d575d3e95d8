# SPDX-License-Identifier: Apache-2.0
"""The extension module in a child process: calls, results and callbacks over a socket, arrays over shared memory.

A message is a pickled tree in which arrays stand as (offset, shape, type) of one anonymous shared memory, whose file
descriptor travels with the message; the reader looks at it without a copy, and it is gone with its last user. Few bytes
go through the socket: making and mapping memory takes longer than copying them.
"""
from __future__ import annotations

import array
import atexit
import io
import mmap
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass

import numpy as np

_ALIGNMENT = 64
_HEADER = struct.Struct("<QQ")  # bytes of the pickle, bytes of the arrays
_POPULATE = getattr(mmap, "MAP_POPULATE", 0)  # of Python 3.10: the pages of an array at once
_FEW = 1 << 16  # bytes of arrays that go through the socket


class _Pickler(pickle.Pickler):
    """Puts arrays aside."""

    def __init__(self, file, handles):
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.arrays, self.bytes, self.handles = [], 0, handles

    def persistent_id(self, item):
        if isinstance(item, np.ndarray) and item.dtype != object:
            plain = np.ascontiguousarray(item)
            place = self.bytes
            self.arrays.append((place, plain))
            self.bytes += -(-plain.nbytes // _ALIGNMENT) * _ALIGNMENT
            return ("array", place, item.shape, plain.dtype.str)
        return self.handles(item)


class _Unpickler(pickle.Unpickler):
    def __init__(self, file, memory, handles):
        super().__init__(file)
        self._memory, self._handles = memory, handles

    def persistent_load(self, pid):
        if pid[0] == "array":
            _, place, shape, kind = pid
            count = int(np.prod(shape, dtype=np.int64))
            if count == 0:
                return np.empty(shape, np.dtype(kind))
            return np.frombuffer(self._memory, np.dtype(kind), count, place).reshape(shape)
        return self._handles(pid)


def _bytes(plain):
    return memoryview(plain.reshape(-1).view(np.uint8))


def _write(descriptor, arrays):
    """Pages that are written whole are neither cleared nor faulted in one by one, as those of a map would be."""
    for place, plain in arrays:
        rest = _bytes(plain)
        while rest:
            done = os.pwrite(descriptor, rest, place)
            place, rest = place + done, rest[done:]


class Channel:
    """Messages with arrays over a Unix socket. to_id, from_id: what stands for objects that stay where they are."""

    def __init__(self, connection, to_id, from_id):
        self._socket, self._to_id, self._from_id = connection, to_id, from_id

    def send(self, message):
        file = io.BytesIO()
        pickler = _Pickler(file, self._to_id)
        pickler.dump(message)
        text = file.getvalue()
        header = _HEADER.pack(len(text), pickler.bytes)
        if pickler.bytes <= _FEW:
            memory = bytearray(pickler.bytes)
            for place, plain in pickler.arrays:
                memory[place:place + plain.nbytes] = _bytes(plain)
            self._socket.sendall(b"".join((header, text, memory)))
            return
        descriptor = os.memfd_create("tweedie")
        try:
            os.ftruncate(descriptor, pickler.bytes)
            _write(descriptor, pickler.arrays)
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
            self._socket.sendmsg([header], rights)
        finally:
            os.close(descriptor)
        self._socket.sendall(text)

    def receive(self):
        """Raises EOFError when the other side is gone."""
        header, rights, _, _ = self._socket.recvmsg(_HEADER.size, socket.CMSG_SPACE(4))
        if not header:
            raise EOFError
        while len(header) < _HEADER.size:
            header += self._exactly(_HEADER.size - len(header))
        length, size = _HEADER.unpack(header)
        memory = None
        if size > _FEW:
            descriptor = struct.unpack("i", rights[0][2])[0]
            memory = mmap.mmap(descriptor, size, flags=mmap.MAP_SHARED | _POPULATE)
            os.close(descriptor)
        text = self._exactly(length)
        if 0 < size <= _FEW:
            memory = bytearray(self._exactly(size))
        return _Unpickler(io.BytesIO(text), memory, self._from_id).load()

    def _exactly(self, count):
        parts = []
        while count:
            part = self._socket.recv(min(count, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


class RemoteObject:
    """An object of the child."""

    def __init__(self, remote, number):
        self._remote, self._number, self._held = remote, number, ()

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments: self._remote.call((self, name), arguments)

    def __del__(self):
        self._remote.forget(self._number, self._held)


@dataclass
class _Function:
    """A function of this process, for the child."""

    number: int


class _Namespace:
    """A class of the child: its static functions."""

    def __init__(self, remote, name):
        self._remote, self._name = remote, name

    def __getattr__(self, name):
        return lambda *arguments: self._remote.call((self._name, name), arguments)


class _Interrupts:
    """Ctrl-C during a call: the first asks the child to stop after its step, the second ends it."""

    def __init__(self, child):
        self._child, self._count, self._before = child, 0, None

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *_):
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _ask(self, *_):
        self._count += 1
        self._child.send_signal(signal.SIGUSR1 if self._count == 1 else signal.SIGKILL)

    @property
    def came(self):
        return self._count > 0


class RemoteCore:
    """Looks like the extension module."""

    def __init__(self):
        self._lock = threading.RLock()
        self._functions, self._count, self._forgotten, self._raised = {}, 0, [], None
        mine, theirs = socket.socketpair()
        # The modules of this process, whatever folder it is in. Ctrl-C is for this process, which tells the child.
        program = (f"import sys; sys.path[:] = {sys.path!r}; "
                   f"from tweedie._worker import main; main({theirs.fileno()})")
        self._child = subprocess.Popen([sys.executable, "-c", program], pass_fds=[theirs.fileno()],
                                       env=dict(os.environ, TWEEDIE_PROCESS="inside"), start_new_session=True)
        theirs.close()
        self._channel = Channel(mine, self._to_id, lambda pid: RemoteObject(self, pid[1]))
        atexit.register(self.close)

    def close(self):
        """Ends the child."""
        if self._child.poll() is None:
            self._child.terminate()
            self._child.wait()

    def _to_id(self, item):
        if isinstance(item, RemoteObject):
            return ("object", item._number)
        if isinstance(item, _Function):
            return ("function", item.number)
        return None

    def _numbered(self, argument):
        """A function, which stays here, as its number."""
        if isinstance(argument, RemoteObject) or not callable(argument):
            return argument
        self._count += 1
        self._functions[self._count] = argument
        return _Function(self._count)

    def forget(self, number, held):
        """Of an object that nobody has any more, with the functions that it called."""
        self._forgotten.append(number)
        for function in held:
            self._functions.pop(function, None)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name in ("Prior", "Operator"):
            return _Namespace(self, name)
        if name == "version":
            return self.call((None, name), None)
        return lambda *arguments: self.call((None, name), arguments)

    def call(self, target, arguments):
        """A call of the child; meanwhile it may call functions of this process."""
        with self._lock, _Interrupts(self._child) as interrupts:
            before, forgotten = self._count, self._forgotten
            self._forgotten = []
            result = None
            try:
                if arguments is not None:
                    arguments = tuple(self._numbered(argument) for argument in arguments)
                self._channel.send(("call", target, arguments, forgotten))
                kind, *rest = self._channel.receive()
                while kind == "function":
                    self._answer(*rest)
                    kind, *rest = self._channel.receive()
                if kind == "error":
                    raise self._error(*rest)
                result = rest[0]
                return result
            except (EOFError, BrokenPipeError, ConnectionResetError):
                if interrupts.came:
                    raise KeyboardInterrupt from None
                raise RuntimeError(f"tweedie: its process ended with {self._child.wait()}; required one that lives; "
                                   "import tweedie in a new Python") from None
            finally:
                made = range(before + 1, self._count + 1)
                if isinstance(result, RemoteObject):
                    result._held = tuple(made)
                else:
                    for number in made:
                        self._functions.pop(number, None)

    def _answer(self, number, arguments):
        try:
            self._channel.send(("value", self._functions[number](*arguments)))
        except BaseException as error:  # goes through C++, and to the caller as it is
            self._raised = error
            self._channel.send(("raise", None))

    def _error(self, error, isOurs):
        """isOurs: raised by a function of this process."""
        if isOurs:
            error, self._raised = self._raised, None
        return error
