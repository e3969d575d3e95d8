# SPDX-License-Identifier: Apache-2.0
"""Model files as Tweedie reads them: safetensors with a card and its SHA-256 in the metadata. numpy alone."""

import hashlib
import json
import os
import tempfile

import numpy as np

_TYPES = {"float32": "F32", "float64": "F64", "float16": "F16", "int64": "I64"}


def write(path, card, tensors):
    """card: a dict, tensors: {name: array}; the file appears whole or not at all."""
    no_hash = "0" * 64
    # The hash is looked for as "sha256":"...", without a space.
    text = json.dumps({**card, "sha256": no_hash}, separators=(",", ":"), sort_keys=True)
    header = {"__metadata__": {"format": "pt", "tweedie": text}}
    position, parts = 0, []
    for name, array in tensors.items():
        array = np.asarray(array, order="C")
        parts.append(array.tobytes())
        header[name] = {
            "dtype": _TYPES[str(array.dtype)],
            "shape": list(array.shape),
            "data_offsets": [position, position + array.nbytes],
        }
        position += array.nbytes
    text = json.dumps(header, separators=(",", ":"))
    text = (text + " " * (-len(text.encode()) % 8)).encode()
    digest = hashlib.sha256(text)
    for part in parts:
        digest.update(part)
    text = text.replace(no_hash.encode(), digest.hexdigest().encode(), 1)
    folder = os.path.dirname(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(dir=folder, prefix="." + os.path.basename(path))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(len(text).to_bytes(8, "little") + text)
            for part in parts:
                stream.write(part)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
