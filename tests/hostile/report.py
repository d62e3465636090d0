"""Figures of the suite as lines and as a table."""

from meters import GIVEN_UP_AFTER, MIB

HEAD = ["attack", "Pong, s", "answer, s", "SIGTERM, s", "memory, MiB", "log, KiB", "store / byte", "broken"]
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"


def worst_of(row, runs):
    out = {"name": row.name, "what": row.what, "faults": [], "broken": [], "note": "", "at": ""}
    for figure in ("pong", "answer", "memory", "log", "store"):
        known = [one[figure] for one in runs if one.get(figure) is not None]
        out[figure] = max(known) if known else None
    slowest = max(runs, key=lambda one: one["pong"] or 0, default={})
    out["at"] = slowest.get("at", "")
    out["died"] = any(not one["alive"] for one in runs)
    ends = [one["term"] for one in runs if one["alive"] and one["stopped"]]
    out["term"] = None if None in ends else max(ends, default=-1.0)  # None: in vain; -1: not tried
    out["hostile"] = sum(one.get("hostile", 0) for one in runs)
    out["frames"] = sum(one.get("frames", 0) for one in runs)
    out["store_ratio"] = max((one["store"] / one["hostile"] for one in runs if one.get("hostile")), default=None)
    for one in runs:
        out["faults"] += one["faults"]
        out["broken"] += [name for name in one["broken"] if name not in out["broken"]]
        out["note"] = out["note"] or one.get("note", "")
    if not runs:
        out["faults"].append("no version has it")
        out["broken"].append("fault")
    return out


def seconds(value, otherwise="–"):
    return otherwise if value is None else "%.2f" % value


def end_of(one):
    if one["died"]:
        return "died"
    return "–" if one["term"] == -1.0 else seconds(one["term"], "> %d" % GIVEN_UP_AFTER)


def cells(one):
    store = one["store_ratio"]
    return [one["name"], seconds(one["pong"]), seconds(one["answer"]), end_of(one), "%d" % ((one["memory"] or 0) / MIB),
            "%d" % ((one["log"] or 0) / 1024), "–" if store is None else "%.2f" % store, ", ".join(one["broken"]) or "–"]


def line(one):
    first = "%-4s %-26s Pong %5s  answer %5s  SIGTERM %4s  memory %4s MiB  log %5s KiB  store %s  %s" % (
        "FAIL" if one["faults"] else "ok", *cells(one)[:7], one["note"] or one["at"])
    return "\n".join([first, *["       " + fault for fault in one["faults"][:6]]])


def markdown(results, before=None):
    """A row for each attack; with the results of an earlier run, each cell says what it was then, and what it is."""
    earlier = {one["name"]: cells(one) for one in before or []}
    rows = [HEAD]
    for one in results:
        now = cells(one)
        then = earlier.get(one["name"], ["–"] * len(now)) if before else now
        rows.append(now[:1] + [b if a == b else "%s → %s" % (a, b) for a, b in zip(then[1:], now[1:])])
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    lines = ["| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"


def write_into(path, table):
    """Between the two marks of a page."""
    with open(path, encoding="utf-8") as file:
        page = file.read()
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    with open(path, "w", encoding="utf-8") as file:
        file.write(page[:begin] + "\n" + table + "\n" + page[end:])
