# SPDX-License-Identifier: Apache-2.0
"""What a field of an options struct is called and takes in Python. Needs nothing else of the package: the stubs are made
with it while the package is built."""
import keyword

_TYPES = {"bool": "bool", "int": "int", "float": "float", "text": "str", "optional-float": "float | None",
          "optional-int": "int | None", "floats": "float | Sequence[float]", "texts": "str | Sequence[str]"}


def python_name(name):
    """inner-iterations -> inner_iterations; lambda, which is a word of Python, -> lambda_."""
    name = name.replace("-", "_")
    return name + "_" if keyword.iskeyword(name) else name


def annotation(field):
    """A type as text."""
    if field["type"] == "text" and field["choices"]:
        return "Literal[" + ", ".join(map(repr, field["choices"])) + "]"
    return _TYPES[field["type"]]


def keywords(schemas, taken):
    """(name, annotation, default) of the options of calls, those of the first call first, each name once."""
    seen, result = set(taken), []
    for fields in schemas:
        for field in fields:
            name = python_name(field["name"])
            if name not in seen:
                seen.add(name)
                result.append((name, annotation(field), field["default"]))
    return result
