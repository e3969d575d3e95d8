# SPDX-License-Identifier: Apache-2.0
"""How 3D Slicer reads the description of a module and calls it, as far as the tests need it: facts of its execution
model, in our words."""

import re
import subprocess
import xml.etree.ElementTree as xml

PLAIN = {"boolean", "integer", "double", "string", "string-enumeration"}
VECTORS = {"integer-vector", "double-vector", "string-vector"}
FILES = {"image", "file", "directory"}
ATTRIBUTES = {"image": {"type", "multiple"}, "file": {"multiple"}, "boolean": {"hidden"}}
HEAD = ["category", "title", "description", "version", "documentation-url", "license", "contributor"]
ORDER = ["name", "longflag", "index", "description", "label", "default", "channel", "constraints", "element"]
IDENTIFIER = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")  # a form counts the decimals of the text
KEYWORDS = set("auto bool break case catch char class const continue default delete do double else enum export extern "
               "false float for friend goto if inline int long mutable new operator private protected public register "
               "return short signed sizeof static struct switch template this throw true try typedef typeid typename "
               "union unsigned using virtual void volatile wchar_t while".split())
MOST_STEPS = 2**31 - 1  # of a slider


def run(words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=300)


class Parameter:
    def __init__(self, element):
        self.tag, self.attributes = element.tag, element.attrib
        self.children = [child.tag for child in element]
        text = {child.tag: (child.text or "") for child in element}
        self.name, self.flag, self.index = text.get("name", ""), text.get("longflag"), text.get("index")
        self.label, self.help = text.get("label", ""), text.get("description", "")
        self.default, self.channel = text.get("default", ""), text.get("channel")
        self.elements = [child.text for child in element if child.tag == "element"]
        found = element.find("constraints")
        self.constraints = None if found is None else {child.tag: child.text for child in found}

    def is_result(self):
        return self.flag is None and self.index is None


class Module:
    def __init__(self, text):
        self.root = xml.fromstring(text)
        self.groups = self.root.findall("parameters")
        self.parameters = [Parameter(element) for group in self.groups for element in list(group)[2:]]

    def words(self, values):
        """The command line of Slicer's form for the values that a user set, by name: numbers, choices and ticked boxes
        always, texts and files where there are any, and at last what has an index."""
        unknown = set(values) - {parameter.name for parameter in self.parameters}
        assert not unknown, unknown
        words = []
        for parameter in self.parameters:
            value = str(values.get(parameter.name, parameter.default))
            if parameter.flag is None:
                continue
            if parameter.tag == "boolean":
                words += [f"--{parameter.flag}"] if value == "true" else []
            elif value or parameter.tag in {"integer", "double", "string-enumeration"}:
                words += [f"--{parameter.flag}", value]
        indexed = sorted((int(p.index), p) for p in self.parameters if p.index is not None)
        return words + [str(values[p.name]) for _, p in indexed if p.name in values]


def complaints(module):
    """What of the rules for a description is broken."""
    found = []
    if [child.tag for child in module.root] != HEAD + ["parameters"] * len(module.groups) or not module.groups:
        found.append("elements of <executable>")
    for key in ("title", "description", "version", "license"):
        if not module.root.findtext(key):
            found.append(f"no {key}")
    for group in module.groups:
        tags = [child.tag for child in group]
        if tags[:2] != ["label", "description"] or len(tags) < 3 or not set(group.attrib) <= {"advanced"}:
            found.append(f"group {group.findtext('label')}")
    for taken in ("name", "flag"):
        values = [getattr(p, taken) for p in module.parameters if getattr(p, taken) is not None]
        found += [f"{taken} {value} twice" for value in set(values) if values.count(value) > 1]
    indices = sorted(int(p.index) for p in module.parameters if p.index is not None)
    if indices != list(range(len(indices))):
        found.append(f"indices {indices}")
    for parameter in module.parameters:
        found += [f"{parameter.name}: {text}" for text in parameter_complaints(parameter)]
    return found


def parameter_complaints(parameter):
    found = []
    if parameter.tag not in PLAIN | VECTORS | FILES:
        found.append(f"tag {parameter.tag}")
    if not set(parameter.attributes) <= ATTRIBUTES.get(parameter.tag, set()):
        found.append(f"attributes {parameter.attributes}")
    if not IDENTIFIER.fullmatch(parameter.name) or parameter.name in KEYWORDS:
        found.append("no name of a variable")
    if parameter.flag is not None and (not IDENTIFIER.fullmatch(parameter.flag) or parameter.index is not None):
        found.append(f"flag {parameter.flag}")
    places = [ORDER.index(child) for child in parameter.children]
    if places != sorted(places) or not parameter.label or not parameter.help:
        found.append(f"elements {parameter.children}")
    if parameter.tag in FILES and parameter.channel not in {"input", "output"}:
        found.append(f"channel {parameter.channel}")
    if parameter.is_result() and (parameter.channel != "output" or parameter.tag != "double"):
        found.append("can neither be passed nor read back")
    if parameter.tag == "boolean" and parameter.default not in {"true", "false"}:
        found.append(f"default {parameter.default}")
    if (parameter.tag == "string-enumeration") != bool(parameter.elements):
        found.append("elements of a choice")
    if parameter.elements and (parameter.default not in parameter.elements
                               or len(set(parameter.elements)) != len(parameter.elements)):
        found.append(f"default {parameter.default} of {parameter.elements}")
    return found + range_complaints(parameter)


def range_complaints(parameter):
    is_number = parameter.tag in {"integer", "double"}
    if not is_number:
        return [] if parameter.constraints is None else ["constraints without a number"]
    texts = [parameter.default, *(parameter.constraints or {}).values()]
    if not all(PLAIN_NUMBER.fullmatch(text) for text in texts):
        return [f"numbers {texts}"]
    if parameter.constraints is None:
        return []
    value, step = float(parameter.default), float(parameter.constraints.get("step", "0"))
    ends = [float(parameter.constraints[key]) for key in ("minimum", "maximum") if key in parameter.constraints]
    low, high = parameter.constraints.get("minimum"), parameter.constraints.get("maximum")
    inside = (low is None or float(low) <= value) and (high is None or value <= float(high))
    if not ends or step <= 0 or not inside or any(abs(end) / step > MOST_STEPS for end in ends):
        return [f"constraints {parameter.constraints} of {parameter.default}"]
    if parameter.tag == "double" and len(ends) < 2:
        return ["a slider without an end"]
    return []
