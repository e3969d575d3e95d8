# SPDX-License-Identifier: Apache-2.0
"""Reads C++ text well enough to find its includes and its functions: no parser, but literals, comments, raw strings,
preprocessor branches and constructor initialisers do not mislead it."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<line_comment>//(?:\\\n|[^\n])*)
      | (?P<block_comment>/\*.*?(?:\*/|\Z))
      | (?P<raw>\b(?:u8|u|U|L)?R"(?P<mark>[^()\\\s]{0,16})\(.*?(?:\)(?P=mark)"|\Z))
      | (?P<number>(?<![\w.])\.?\d(?:'?[\w.])*)
      | (?P<string>"(?:\\.|[^"\\\n])*"?)
      | (?P<character>'(?:\\.|[^'\\\n])*'?)""",
    re.VERBOSE | re.DOTALL,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
_CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
_ENDS_DECLARATOR = re.compile(r"(\)|\]|\}|\b(const|noexcept|override|final|mutable|try|else|do))\s*$")
_ACCESS = re.compile(r"(\s|\b(public|protected|private)\s*:(?!:))*")
_CONTROL = re.compile(r"\b(if|for|while|switch|catch)\s*(constexpr\s*)?\(")


@dataclass(frozen=True)
class Function:
    name: str
    first: int
    last: int

    @property
    def lines(self):
        return self.last - self.first + 1


def _spaces(text):
    return re.sub(r"[^\n]", " ", text)


def blank_comments(text):
    """The text with comments turned to spaces: same length, same lines."""

    def replace(match):
        return _spaces(match.group()) if match.lastgroup in ("line_comment", "block_comment") else match.group()

    return _TOKEN.sub(replace, text)


def blank_literals(text):
    """The text with comments, strings and characters turned to spaces: same length, same lines."""
    return _TOKEN.sub(lambda match: match.group() if match.lastgroup == "number" else _spaces(match.group()), text)


def includes(text):
    """(line, spelling) of each include."""
    text = blank_comments(text)
    return [(text.count("\n", 0, m.start()) + 1, m.group(2)) for m in _INCLUDE.finditer(text)]


def _blank_preprocessor(text):
    """Blanks directives and all but the first branch of each #if, so that braces stay in pairs."""
    result, depth_skipped, stack, continued = [], 0, [], False
    for line in text.split("\n"):
        directive = re.match(r"\s*#\s*(\w+)", line)
        word = directive.group(1) if directive and not continued else ""
        if word in ("if", "ifdef", "ifndef"):
            stack.append(False)
        elif word in ("else", "elif") and stack and not stack[-1]:
            stack[-1] = True
            depth_skipped += 1
        elif word == "endif" and stack:
            depth_skipped -= stack.pop()
        hidden = bool(directive) or continued or depth_skipped > 0
        continued = (bool(directive) or continued) and line.endswith("\\")
        result.append(_spaces(line) if hidden else line)
    return "\n".join(result)


def _strip_balanced(text, opening, closing):
    """Removes what is between balanced brackets, brackets included."""
    result, depth = [], 0
    for character in text:
        if character == opening:
            depth += 1
        elif character == closing and depth:
            depth -= 1
        elif depth == 0:
            result.append(character)
    return "".join(result)


def _kind(head):
    """What the brace after this head opens: container, function, or plain (initialiser, statement block)."""
    bare = re.sub(r"\btemplate\s*<[^{;]*?>\s*(?=[\w:\[~])", " ", head)
    outside = _strip_balanced(bare, "(", ")")
    if _CONTAINER.search(outside) and "(" not in bare.replace("alignas(", ""):
        return "container"
    if re.search(r"\bextern\s*$", bare):
        return "container"
    if _CONTROL.search(bare) or "(" not in bare:
        return "function" if re.search(r"=\s*\[.*\]\s*(mutable)?\s*$|[(,]\s*\[[^\]]*\]\s*$", bare, re.DOTALL) else "plain"
    if _ENDS_DECLARATOR.search(bare) or re.search(r"\)[^()]*->[^()]*$", bare):
        return "function"
    return "plain"


def _name(head):
    """A readable name: what stands before the first parenthesis, with a test's arguments."""
    flat = " ".join(head.split())
    test = re.search(r"\b((?:TYPED_)?TEST(?:_[FP])?)\s*\(([^)]*)\)", flat)
    if test:
        return f"{test.group(1)}({test.group(2)})"
    lambda_name = re.search(r"(\w+)\s*=\s*\[", flat)
    if lambda_name:
        return f"{lambda_name.group(1)} (lambda)"
    call = re.search(r"([\w:~]+(?:\s*operator\s*[^\s(]+|\s*operator\s*\(\s*\))?)\s*\(", flat)
    return call.group(1) if call else flat[:40]


def functions(text):
    """Each function definition outside other functions, from its return type to its closing brace."""
    text = _blank_preprocessor(blank_literals(text))
    found, stack, head_start = [], [], 0
    position, parenthesis = 0, 0
    for position, character in enumerate(text):
        if character == "(":
            parenthesis += 1
        elif character == ")":
            parenthesis -= 1
        elif character == ";" and parenthesis == 0:
            head_start = position + 1
        elif character == "{":
            kind = _kind(text[head_start:position])
            inside = any(entry[0] == "function" for entry in stack)
            stack.append((kind if not inside else "plain", head_start, parenthesis, inside))
            if kind != "plain":
                head_start = position + 1
                parenthesis = 0
        elif character == "}" and stack:
            kind, start, parenthesis, inside = stack.pop()
            if kind == "function":
                first = _ACCESS.match(text, start).end()
                name = _name(text[first : text.index("{", first)])
                found.append(Function(name, text.count("\n", 0, first) + 1, text.count("\n", 0, position) + 1))
            if kind != "plain" or inside:
                head_start = position + 1
    return found


def is_balanced(text):
    """False where the reader lost count: then lengths cannot be trusted."""
    text = _blank_preprocessor(blank_literals(text))
    return text.count("{") == text.count("}")
