# SPDX-License-Identifier: Apache-2.0
"""Who includes whom among the modules: found in the sources, compared with itk-module.cmake and with the design."""

import cpp_text
from tree import HEADERS, read

# The module table of the design: who may include whom.
MAY_USE = {
    "Core": set(),
    "Operators": {"Core"},
    "Preparation": {"Core", "Operators"},
    "Likelihoods": {"Core", "Operators"},
    "Priors": {"Core"},
    "Estimators": {"Core", "Operators", "Likelihoods", "Priors"},
    "Classical": {"Core", "Operators", "Likelihoods"},
    "Uncertainty": {"Core", "Operators", "Likelihoods", "Priors", "Estimators", "Classical"},
    "Bridge": {"Core"},
    "IO": {"Core", "Bridge"},
    "Filters": {"Core", "Bridge", "Operators", "Estimators", "Classical", "Preparation", "IO"},  # IO: readers and writers of pipelines
}
# Modules that may name ITK; IO only in its sources.
USES_ITK = {"Bridge", "IO", "Filters"}


def found_edges(tree):
    """(from, to) -> [(file, line, public header?)]"""
    edges = {}
    for module in tree.modules.values():
        for path in module.files():
            public = "include" in path.relative_to(module.folder).parts
            for line, header in cpp_text.includes(read(path)):
                target = tree.header_owner.get(header.split("/")[-1], (module.name, True))[0]
                if target != module.name:
                    edges.setdefault((module.name, target), []).append((path, line, public))
    return edges


def find_cycle(pairs):
    """A list of modules that include each other in a ring, or an empty list."""
    following = {}
    for start, end in pairs:
        following.setdefault(start, set()).add(end)

    def visit(node, path):
        if node in path:
            return path[path.index(node) :] + [node]
        for end in sorted(following.get(node, ())):
            cycle = visit(end, path + [node])
            if cycle:
                return cycle
        return []

    for node in sorted(following):
        cycle = visit(node, [])
        if cycle:
            return cycle
    return []


def check_edges(tree):
    """No ring; every edge declared, publicly where a public header makes it; no edge declared for nothing."""
    faults = []
    edges = found_edges(tree)
    cycle = find_cycle(edges)
    if cycle:
        faults.append("modules include each other in a ring: " + " -> ".join(cycle))
    for (start, end), places in sorted(edges.items()):
        module = tree.modules[start]
        for path, line, public in places:
            keywords = ("DEPENDS",) if public else ("DEPENDS", "PRIVATE_DEPENDS")
            if end not in module.edges(*keywords):
                faults.append(f"{tree.name(path)}:{line}: includes Tweedie{end}, which {start}/itk-module.cmake does not "
                              f"declare in {' or '.join(keywords)}")
    for module in tree.modules.values():
        for end in sorted(module.edges("DEPENDS", "PRIVATE_DEPENDS")):
            if (module.name, end) not in edges:
                faults.append(f"modules/{module.name}/itk-module.cmake: declares Tweedie{end}, which nothing includes")
    return faults


def check_design(tree):
    """Declared edges lie within the design's table, and so do declared uses of ITK."""
    faults = []
    for module in tree.modules.values():
        where = f"modules/{module.name}/itk-module.cmake"
        if module.name not in MAY_USE:
            faults.append(f"{where}: module {module.name} is not in the design's table")
            continue
        for end in sorted(module.edges("DEPENDS", "PRIVATE_DEPENDS") - MAY_USE[module.name]):
            faults.append(f"{where}: {module.name} -> {end} is not an edge of the design's table")
        names = module.declared("DEPENDS" if module.name == "IO" else "PRIVATE_DEPENDS", "DEPENDS")
        if any(name.startswith("ITK") for name in names) and module.name not in USES_ITK - {"IO"}:
            faults.append(f"{where}: {module.name} declares ITK where the design does not allow it")
    return faults


def torch_behind(tree, path, seen=None):
    """The first chain of our headers from a file to a Torch header, as names; empty if there is none."""
    seen = set() if seen is None else seen
    for _, header in cpp_text.includes(read(path)):
        name = header.split("/")[-1]
        if header.startswith(("ATen/", "c10/", "torch/")):
            return [header]
        if name in seen or name not in tree.header_owner:
            continue
        seen.add(name)
        target = next(iter(tree.modules[tree.header_owner[name][0]].folder.rglob(name)), None)
        chain = torch_behind(tree, target, seen) if target else []
        if chain:
            return [header] + chain
    return []


def check_torch_free(tree):
    """Nothing in Bridge and Filters reaches a Torch header, directly or through ours."""
    faults = []
    for name in ("Bridge", "Filters"):
        for path in tree.modules[name].files() if name in tree.modules else []:
            chain = torch_behind(tree, path)
            if chain:
                faults.append(f"{tree.name(path)}: reaches Torch by " + " -> ".join(chain))
    return faults


def _levels(names, edges):
    """Level of each module: one above the highest it includes."""
    level = {name: 0 for name in names}
    for _ in names:
        for start, end in edges:
            level[start] = max(level[start], min(level[end] + 1, len(names)))
    return level


def dot(tree):
    """The graph for Graphviz; the label of an edge is its number of includes."""
    edges = found_edges(tree)
    lines = ["digraph modules {", "  rankdir = BT; node [shape = box, fontname = Helvetica];"]
    lines += [f"  {name};" for name in tree.modules]
    lines += [f"  {start} -> {end} [label = {len(places)}];" for (start, end), places in sorted(edges.items())]
    return "\n".join(lines + ["}", ""])


def svg(tree):
    """The same picture for a browser, laid out by level."""
    edges = found_edges(tree)
    level = _levels(list(tree.modules), edges)
    place, width, height = {}, 150, 90
    for row in sorted(set(level.values())):
        for column, name in enumerate(sorted(n for n in level if level[n] == row)):
            place[name] = (40 + column * 190 + 45 * (row % 2), 40 + (max(level.values()) - row) * height)
    right = 40 + max((x for x, _ in place.values()), default=0) + width
    bottom = 100 + max((y for _, y in place.values()), default=0)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{right}" height="{bottom}" font-family="sans-serif" '
             'font-size="14"><defs><marker id="a" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
             '<path d="M0,0 L8,4 L0,8 z" fill="#888"/></marker></defs>']
    for start, end in sorted(edges):
        (x0, y0), (x1, y1) = place[start], place[end]
        parts.append(f'<line x1="{x0 + 75}" y1="{y0 + 36}" x2="{x1 + 75}" y2="{y1}" stroke="#aaa" marker-end="url(#a)"/>')
    for name, (x, y) in place.items():
        parts.append(f'<rect x="{x}" y="{y}" width="{width}" height="36" rx="6" fill="#eef3fa" stroke="#456"/>'
                     f'<text x="{x + 75}" y="{y + 23}" text-anchor="middle">{name}</text>')
    return "\n".join(parts + ["</svg>", ""])


def public_headers(tree):
    return [path for module in tree.modules.values() for path in module.files("include", suffixes=HEADERS)]
