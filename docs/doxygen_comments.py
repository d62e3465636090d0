"""A header as doxygen wants it, line for line: comments that describe something become `/** */` or `/**< */`, what doxygen would take
for a command in them is escaped, and rows of a .def table stand where the header includes them. Used by docs/reference.py.
"""
import itertools
import pathlib
import re

CALL = re.compile(r"\b([A-Z][A-Z0-9_]+)\(")
DEFINE = re.compile(r"#define (\w+)\(([^)]*)\)\s*(.*)", re.S)
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.){1,4}\'|//[^\n]*|/\*.*?\*/|[{};]', re.S)
SPECIAL = re.compile(r"[\\@&$#<>%]|(?<![\w>])::|---?")
DOTS = re.compile(r"\.{2,}(?=\s|$)")
# Columns of tables that say what a row is, for people.
SAYS = ("what", "why", "text")
DRAWING = re.compile(r"^ {2,}\S")


def escaped(text):
    """Plain English for doxygen: `code` in the font of code, links to what is called by its name, and no commands."""
    # What stands between quotes doxygen would leave as it is, the signs of escape too; and a dot and a blank end what it shows in lists.
    parts = [SPECIAL.sub(lambda found: "\\" + found[0], part).replace('"', "&quot;") for part in text.split("`")]
    parts = [DOTS.sub("&hellip;", part) for part in parts]
    for number in range(1, len(parts) - 1, 2):
        parts[number] = "<tt>%s</tt>" % re.sub(r"(?<=[a-z_])::", r"\\::", parts[number])
    return "`".join(parts) if len(parts) % 2 == 0 else "".join(parts)


def arguments_of(text):
    """Of a call whose bracket was just opened: its arguments, and where it ends."""
    depth, begin, found = 1, 0, []
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|[(){}\[\],]', text):
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(match[0], 0)
        if depth == 0 or (depth == 1 and match[0] == ","):
            found.append(text[begin:match.start()].strip())
            begin = match.end()
        if depth == 0:
            return found, match.end()
    raise ValueError("a bracket of a table is not closed")


def rows(text, macros):
    """What the rows of a table are with these macros, (parameters, body) by name; rows of other macros are nothing."""
    text = re.sub(r"^#(?:.*\\\n)*.*$", "", text, flags=re.M)
    text = re.sub(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*', lambda found: found[1] or "", text)
    out, at = [], 0
    while match := CALL.search(text, at):
        given, length = arguments_of(text[match.end():])
        at = match.end() + length
        if match[1] not in macros:
            continue
        names, body = macros[match[1]]
        values = dict(zip(names, given))
        if names and names[-1] == "...":
            values["__VA_ARGS__"] = ", ".join(given[len(names) - 1:])
        body = re.sub(r"(?<!#)#(\w+)", lambda found: '"%s"' % values.get(found[1], found[1]), body)
        made = re.sub(r"(?:##)?\b(\w+)\b(?:##)?", lambda found: values.get(found[1], found[0]), body)
        for name in SAYS:
            if made and name in values and values[name] not in made:
                inside = made.rstrip().removesuffix("}")  # a namespace around it
                made = "%s /**< %s */%s" % (inside, escaped(values[name].strip('"')), made[len(inside):])
        out.append(made)
    return " ".join(" ".join(out).split())


def with_tables(text, root):
    """Without the macros of tables, and with what they make of the rows, in as many lines."""
    lines, out, macros = text.split("\n"), [], {}
    while lines:
        line = lines.pop(0)
        count = 1
        while line.endswith("\\"):
            line, count = line[:-1] + lines.pop(0), count + 1
        if match := DEFINE.match(line):
            macros[match[1]] = ([name.strip() for name in match[2].split(",")], match[3])
            line = ""
        elif match := re.match(r"#undef (\w+)", line):
            macros.pop(match[1], None)
            line = ""
        elif match := re.match(r'#include "(.*\.def)"', line):
            line = "/* rows */ " + rows(pathlib.Path(root, match[1]).read_text(encoding="utf-8"), macros)
        out += [line] + [""] * (count - 1)
    return "\n".join(out)


def comments(text):
    """(line, column, is it alone, what is open around it) of each // comment: "declarations", or "code" in a function."""
    found, around, since = {}, ["declarations"], 0
    for match in TOKEN.finditer(text):
        word = match[0]
        if word.startswith("//"):
            begin = text.rfind("\n", 0, match.start()) + 1
            alone = not text[begin:match.start()].strip()
            found[text.count("\n", 0, begin)] = (match.start() - begin, alone, around[-1])
            continue
        if word == "{":
            head = re.sub(r"//[^\n]*", "", text[since:match.start()])
            declares = re.search(r"\b(namespace|struct|class|union|enum)\b", head) and not re.search(r"[)=]\s*\w*\s*$", head)
            around.append("declarations" if declares and around[-1] == "declarations" else "code")
        elif word == "}" and len(around) > 1:
            around.pop()
        if word in "{};":
            since = match.end()
    return found


def blocks(lines, found):
    """Comments as (first line, last line, kind): "file", "above", "behind" what they describe."""
    number = 0
    while number < len(lines):
        if number not in found:
            number += 1
            continue
        column, alone, around = found[number]
        last = number
        while last + 1 in found and found[last + 1][1] and found[last + 1][0] == column:
            last += 1
        words = lines[last].strip()
        if number == 0:
            yield number, last, "file"
        elif re.match(r"} // (namespace|IWYU)", lines[number]):
            pass
        elif around == "declarations" and not alone:
            yield number, last, "behind"
        elif around == "declarations" and lines[number].strip().startswith("///"):
            yield number, last, "above"
        elif around == "declarations" and column > 2 and words.endswith(".") and not lines[number].strip().startswith("// --"):
            yield number, last, "above"
        number = last + 1


def described(words):
    """The lines of a comment without their signs, as doxygen wants them: drawings as they are, and English."""
    out = []
    for drawn, group in itertools.groupby(words, lambda line: bool(DRAWING.match(line))):
        lines = list(group)
        if drawn:
            before = out.pop() + " @verbatim" if out else "@verbatim"
            out += [before, *lines[:-1], lines[-1] + " @endverbatim"]
        else:
            out += escaped("\n".join(lines)).split("\n")
    return out


def filtered(text, root="."):
    """The header for doxygen; its lines have the numbers that they had."""
    lines = with_tables(text, root).split("\n")
    found = comments("\n".join(lines))
    for first, last, kind in blocks(lines, found):
        words = [re.sub(r"^//+<? ?", "", lines[number][found[number][0]:]) for number in range(first, last + 1)]
        words = escaped("\n".join(words)).split("\n") if kind == "behind" else described(words)
        # Blocks, since doxygen keeps the /// of drawings, and takes the /// after a ///< for more of the same.
        for number, line in enumerate(words, first):
            begin = lines[number][:found[number][0]] + ("/**< " if kind == "behind" else "/** ") if number == first else ""
            end = (" @file" if kind == "file" else "") + " */" if number == last else ""
            lines[number] = (begin + line.replace("*/", "* /") + end).rstrip()
    return "\n".join(lines)
