"""What a terminal shows: bytes with escape sequences in, rows of characters with their looks out; and an SVG of them.

Understands what programs that print to a terminal use: colours and weights (SGR), carriage return, backspace, tabs, cursor
movements, erasing. Everything else is dropped.
"""
import dataclasses
import html
import re
import unicodedata

NAMED = {  # the sixteen of xterm
    "black": (0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5),
    "bright": (0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF),
}
GROUNDS = {"black": (0x000000, 0xE5E5E5), "white": (0xFFFFFF, 0x000000)}  # background, letters
ESCAPE = re.compile(r"\x1b(?:\[([0-9;?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-Z]|[=>78cDEHM])")
CELL, LINE, SIZE, MARGIN = 8.4, 18, 14, 12


@dataclasses.dataclass(frozen=True)
class Look:
    """Colours as 0xRRGGBB, or None: those of the terminal."""
    front: int | None = None
    back: int | None = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    swapped: bool = False


def palette(number):
    """One of the 256 colours."""
    if number < 8:
        return NAMED["black"][number]
    if number < 16:
        return NAMED["bright"][number - 8]
    if number < 232:
        levels = (0, 95, 135, 175, 215, 255)
        red, rest = divmod(number - 16, 36)
        green, blue = divmod(rest, 6)
        return levels[red] << 16 | levels[green] << 8 | levels[blue]
    return (8 + 10 * (number - 232)) * 0x10101


SWITCHES = {1: {"bold": True}, 2: {"dim": True}, 3: {"italic": True}, 4: {"underline": True}, 7: {"swapped": True},
            22: {"bold": False, "dim": False}, 23: {"italic": False}, 24: {"underline": False}, 27: {"swapped": False},
            39: {"front": None}, 49: {"back": None}}


def restyled(look, text):
    """The look after an SGR sequence with these parameters."""
    codes = [int(one or 0) for one in text.split(";")]
    while codes:
        code = codes.pop(0)
        if code == 0:
            look = Look()
        elif code in SWITCHES:
            look = dataclasses.replace(look, **SWITCHES[code])
        elif code in (38, 48):
            kind = codes.pop(0) if codes else 0
            if kind == 5 and codes:
                colour = palette(codes.pop(0) & 255)
            elif kind == 2 and len(codes) >= 3:
                red, green, blue = (codes.pop(0) & 255 for _ in range(3))
                colour = red << 16 | green << 8 | blue
            else:
                break
            look = dataclasses.replace(look, **{"front" if code == 38 else "back": colour})
        else:
            for first, side, base in ((30, "front", 0), (40, "back", 0), (90, "front", 8), (100, "back", 8)):
                if first <= code < first + 8:
                    look = dataclasses.replace(look, **{side: palette(code - first + base)})
    return look


class Screen:
    """Rows that a terminal of so many columns shows, those that have scrolled away too. A cell is (character, Look)."""

    def __init__(self, columns, height=40):
        self.columns, self.height = columns, height
        self.rows, self.row, self.column, self.look = [[]], 0, 0, Look()
        self.wrapped = 0  # rows that were too long

    def feed(self, text):
        at = 0
        while at < len(text):
            match = ESCAPE.match(text, at)
            if match:
                self.control(match[1] or "", match[2] or "")
                at = match.end()
            else:
                self.put(text[at])
                at += 1

    def top(self):
        return max(0, len(self.rows) - self.height)

    def go(self, row, column):
        self.row, self.column = max(row, 0), min(max(column, 0), self.columns - 1)
        while len(self.rows) <= self.row:
            self.rows.append([])

    def put(self, letter):
        if letter == "\n":
            self.go(self.row + 1, self.column)
        elif letter == "\r":
            self.column = 0
        elif letter == "\b":
            self.column = max(0, self.column - 1)
        elif letter == "\t":
            self.column = min(self.columns - 1, self.column // 8 * 8 + 8)
        elif letter >= " " and not unicodedata.combining(letter):
            if self.column >= self.columns:
                self.wrapped += 1
                self.go(self.row + 1, 0)
            cells = self.rows[self.row]
            cells.extend([(" ", Look())] * (self.column + 1 - len(cells)))
            cells[self.column] = (letter, self.look)
            self.column += 2 if unicodedata.east_asian_width(letter) in "WF" else 1

    def control(self, text, kind):
        numbers = [int(one) if one.isdigit() else 0 for one in text.split(";")]
        first = max(numbers[0], 1)
        if kind == "m":
            self.look = restyled(self.look, text)
        elif kind in "ABCD" and kind:
            down, right = {"A": (-first, 0), "B": (first, 0), "C": (0, first), "D": (0, -first)}[kind]
            self.go(self.row + down, self.column + right)
        elif kind == "G":
            self.go(self.row, first - 1)
        elif kind in "Hf" and kind:
            self.go(self.top() + first - 1, (max(numbers[1], 1) if len(numbers) > 1 else 1) - 1)
        elif kind == "K":
            cells = self.rows[self.row]
            self.rows[self.row] = cells[:self.column] if numbers[0] == 0 else []
        elif kind == "J" and numbers[0] == 0:
            self.rows[self.row:] = [self.rows[self.row][:self.column]]
        elif kind == "J":
            self.rows[self.top():] = [[] for _ in self.rows[self.top():]]

    def lines(self):
        """The rows without empty ones at the end."""
        rows = list(self.rows)
        while rows and not any(letter != " " for letter, _ in rows[-1]):
            rows.pop()
        return rows


def runs(cells):
    """[(first column, text, Look)] of cells that look alike; blanks that nobody sees are left out."""
    out = []
    for column, (letter, look) in enumerate(cells):
        if out and out[-1][2] == look and out[-1][0] + len(out[-1][1]) == column:
            out[-1] = (out[-1][0], out[-1][1] + letter, look)
        else:
            out.append((column, letter, look))
    return [(column, text, look) for column, text, look in out if text.strip() or look.back is not None or look.swapped]


def colours(look, ground):
    """(letters, background) as they are seen; dim letters are half way to the background."""
    back, front = GROUNDS[ground]
    front, back = (front if look.front is None else look.front), (back if look.back is None else look.back)
    if look.swapped:
        front, back = back, front
    if look.dim:
        front = sum(((front >> s & 255) * 6 + (back >> s & 255) * 4) // 10 << s for s in (16, 8, 0))
    return front, back


def contrast(front, back):
    """As WCAG has it: 1 for the same colour, 21 for black on white; text wants 4.5."""
    def light(colour):
        parts = [(colour >> s & 255) / 255 for s in (16, 8, 0)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    a, b = sorted((light(front), light(back)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def svg(rows, columns, ground, title):
    """The rows as a picture that needs no font of its own: each run has its place and its width."""
    width, height = columns * CELL + 2 * MARGIN, len(rows) * LINE + 2 * MARGIN
    back, front = GROUNDS[ground]
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img">',
           f"<title>{html.escape(title)}</title>",
           f'<rect width="100%" height="100%" rx="6" fill="#{back:06x}" stroke="#888"/>',
           f'<g font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" font-size="{SIZE}" fill="#{front:06x}">']
    for number, cells in enumerate(rows):
        y = MARGIN + (number + 1) * LINE - 5
        for column, text, look in runs(cells):
            letters, behind = colours(look, ground)
            x = MARGIN + column * CELL
            if behind != back:
                out.append(f'<rect x="{x:g}" y="{y - LINE + 5:g}" width="{len(text) * CELL:g}" height="{LINE}" fill="#{behind:06x}"/>')
            text = text.rstrip().replace(" ", "\u00a0")  # ordinary blanks in a row would become one
            attributes = f' fill="#{letters:06x}"' if letters != front else ""
            attributes += ' font-weight="bold"' * look.bold + ' font-style="italic"' * look.italic
            attributes += ' text-decoration="underline"' * look.underline
            out.append(f'<text x="{x:g}" y="{y:g}" textLength="{len(text) * CELL:g}"{attributes}>{html.escape(text, quote=False)}</text>')
    return "\n".join([*out, "</g>", "</svg>", ""])
