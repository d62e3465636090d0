#!/usr/bin/env python3
"""The reports of the conformance tester, read by what others read them with: reports.py ethpoc_write_reports [NAME...]

The program writes reports of every kind, empty, small, large and hostile ones, into a folder; each function of CASES tries one
kind with the tool of its readers: xmllint with the schema beside this file, prove, python's own JSON and HTML readers, a
headless chromium. With axe-core among node's global modules, or where ETHPOC_AXE says (axe.min.js), the pages are asked for
violations, too. Exit 0 when all held, 1 when one did not, 2 when nothing was selected, 77 when a tool is missing and the rest
held.
"""

import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
STYLE = os.path.join(HERE, os.pardir, os.pardir, "conform", "html", "report.css")
NAMES = ["empty", "ten", "good", "large", "hostile"]
VERDICTS = ["PASS", "NONSTRICT", "FAIL", "INFO", "SKIP", "UNIMPL", "XFAIL", "XPASS", "ERROR", "DEAD"]
VOID = {"meta", "input", "br", "link", "img", "hr"}


class Missing(Exception):
    """A tool that is not here."""


def tool(name, package):
    path = shutil.which(name)
    if path is None:
        raise Missing("%s not found (Debian: %s)" % (name, package))
    return path


def text_of(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def verdicts_of(folder, name):
    """How often each verdict stands in the JSON report."""
    document = json.loads(text_of(folder, name + ".json"))
    return {word: sum(case["verdict"] == word for case in document["cases"]) for word in VERDICTS}


def json_documents(folder):
    cases = 0
    for name in NAMES:
        text = text_of(folder, name + ".json")
        assert text.isascii() and text.endswith("}\n"), name
        document = json.loads(text)
        assert document["verdicts"] == verdicts_of(folder, name), name
        for level in document["levels"].values():
            assert 0 <= level["passed"] <= level["run"]
        for case in document["cases"]:
            assert case["id"] and case["verdict"] in VERDICTS and case["level"] in ("MUST", "SHOULD", "INFO")
            for said in case["transcript"]:
                if "bytes" in said:
                    assert len(bytes.fromhex(said["bytes"][2:])) <= said["size"]
        cases += len(document["cases"])
    return "%d cases" % cases


def json_events(folder):
    lines = 0
    for name in NAMES:
        events = [json.loads(line) for line in text_of(folder, name + ".ndjson").splitlines()]
        document = json.loads(text_of(folder, name + ".json"))
        assert [event["event"] for event in events] == ["start"] + ["case"] * len(document["cases"]) + ["end"], name
        for number, (event, case) in enumerate(zip(events[1:-1], document["cases"]), 1):
            assert event.pop("event") == "case" and event.pop("number") == number
            assert event.pop("total") == len(document["cases"]) and event == case
        assert events[-1]["verdicts"] == document["verdicts"]
        lines += len(events)
    return "%d lines" % lines


def junit_schema(folder):
    files = [os.path.join(folder, name + ".xml") for name in NAMES + ["several"]]
    told = subprocess.run([tool("xmllint", "libxml2-utils"), "--noout", "--schema", os.path.join(HERE, "junit.xsd"), *files],
                          capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stderr
    # The schema is worth something: a report that breaks it is refused.
    broken = os.path.join(folder, "broken.xml")
    for good, bad in (('time="0.001"', 'time="0,001"'), ("<properties>", "<!-- --><system-out/><properties>"),
                      ('type="MUST"', ""), ('id="0"', ""), ("<testcase name=\"F01 frame", "<testcase nom=\"F01 frame")):
        text = text_of(folder, "ten.xml")
        assert good in text, good
        with open(broken, "w", encoding="utf-8") as file:
            file.write(text.replace(good, bad, 1))
        told = subprocess.run([tool("xmllint", "libxml2-utils"), "--noout", "--schema", os.path.join(HERE, "junit.xsd"), broken],
                              capture_output=True, text=True, timeout=60, check=False)
        assert told.returncode != 0, "valid with %r" % bad
    return "%d files" % len(files)


def junit_counts(folder):
    for name in NAMES:
        root = xml.etree.ElementTree.fromstring(text_of(folder, name + ".xml"))
        count = verdicts_of(folder, name)
        found = {tag: len(root.findall("testsuite/testcase/" + tag)) for tag in ("failure", "error", "skipped")}
        assert found == {"failure": count["FAIL"] + count["XPASS"], "error": count["ERROR"] + count["DEAD"],
                         "skipped": count["SKIP"] + count["UNIMPL"] + count["XFAIL"]}, (name, found)
        assert len(root.findall("testsuite/testcase")) == sum(count.values()) == int(root.get("tests"))
        for suite in root:
            for attribute, tag in (("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error"),
                                   ("skipped", "testcase/skipped")):
                assert int(suite.get(attribute)) == len(suite.findall(tag)), (name, suite.get("name"), attribute)
    return "as in the JSON"


def prove_tap(folder):
    prove = tool("prove", "perl")
    cat = tool("cat", "coreutils")
    runs = 0
    for name in NAMES:
        told = subprocess.run([prove, "--exec", cat, "--verbose", os.path.join(folder, name + ".tap")], capture_output=True,
                              text=True, errors="replace", timeout=60, check=False)
        count = verdicts_of(folder, name)
        red = count["FAIL"] + count["XPASS"] + count["ERROR"] + count["DEAD"]
        total = sum(count.values())
        assert "Parse errors" not in told.stdout and "Parse errors" not in told.stderr, (name, told.stdout[-500:])
        assert "Tests=%d," % total in told.stdout, (name, told.stdout[-500:])
        assert (told.returncode != 0) == (red > 0), (name, told.returncode)
        if red:
            assert "Failed: %d)" % red in told.stdout, (name, told.stdout[-500:])
        runs += total
    return "%d runs" % runs


class Page(html.parser.HTMLParser):
    """Elements that fit in each other, and what a page of one file may not have."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.tags, self.wrong = [], [], [], []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append(tag)
        if len(values) != len(attrs):
            self.wrong.append("an attribute twice in %s" % self.get_starttag_text())
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "th" and values.get("scope") not in ("col", "row", "rowgroup"):
            self.wrong.append("a head without scope")
        if tag == "input" and "label" not in self.open:
            self.wrong.append("an input without label")
        for name, value in attrs:
            if name in ("src", "srcset", "action") or name.startswith("on") or (name == "href" and not value.startswith("#")):
                self.wrong.append("%s=%s" % (name, value))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append("</%s> ends another element" % tag)


def html_parts(folder):
    known = None
    pages = NAMES + ["several", "many"]
    for name in pages:
        text = text_of(folder, name + ".html")
        page = Page()
        page.feed(text)
        page.close()
        assert not page.wrong and not page.open, (name, page.wrong[:3], page.open)
        assert len(set(page.ids)) == len(page.ids), (name, "an id twice")
        # A target adds text, and no element of another kind.
        if name == "large":
            known = set(page.tags) | {"strong"}  # numbers of targets
        elif known:
            assert set(page.tags) <= known, (name, set(page.tags) - known)
        assert not re.search(r"https?:|url\(|@import", text), name
        assert "\x1b" not in text and "\x00" not in text and "\u202e" not in text, name
    return "%d pages, the largest of %.1f MB" % (len(pages), max(
        os.path.getsize(os.path.join(folder, name + ".html")) for name in pages) / 1e6)


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def html_contrast(_):
    """Each text of the style on what it stands on, light and dark."""
    with open(STYLE, encoding="utf-8") as file:
        light, dark = re.findall(r":root \{(.*?)\}", file.read(), re.S)[:2]
    pairs = [(text, back) for text in ("text", "soft", "link") for back in ("back", "panel")]
    pairs += [(mood, mood + "-back") for mood in ("good", "fair", "bad")] + [("select-text", "select")]
    pairs += [(part, "back") for part in ("token", "size", "bad")]
    least = 99.0
    for theme in (light, dark):
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", theme))
        for text, back in pairs:
            bright, dim = sorted((luminance(colours[text]), luminance(colours[back])), reverse=True)
            ratio = (bright + 0.05) / (dim + 0.05)
            assert ratio >= 4.5, "%s on %s: %.2f" % (text, back, ratio)
            least = min(least, ratio)
    return "at least %.1f to 1" % least


def rendered(folder, name, width=1400):
    """The page as it is when its script has run, and what the browser said of it."""
    with tempfile.TemporaryDirectory(prefix="ethpoc-reports-") as profile:
        told = subprocess.run(
            [tool("chromium", "chromium"), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--disable-background-networking", "--no-first-run", "--user-data-dir=" + profile, "--window-size=%d,900" % width,
             "--virtual-time-budget=20000", "--enable-logging=stderr", "--dump-dom", "file://" + os.path.join(folder, name)],
            capture_output=True, text=True, errors="replace", timeout=120, check=False)
    assert told.returncode == 0, told.stderr[-500:]
    return told.stdout, told.stderr


def html_in_browser(folder):
    for name in ("ten", "hostile", "several", "empty"):
        dom, said = rendered(folder, name + ".html")
        assert "Uncaught" not in said and "CONSOLE" not in said, (name, [line for line in said.splitlines() if "CONSOLE" in line])
        if name == "empty":
            continue
        assert '<html lang="en" class="scripted">' in dom and '<form id="filters">' in dom, name
        cells = len(re.findall(r"<td class=\"v (?!none)", dom))
        assert cells == len(re.findall(r'aria-haspopup="dialog"', dom)) > 0, (name, cells)
        rows = len(re.findall(r"<tr data-row=", dom))
        assert ">%d cases</output>" % rows in dom, name
    # A link to a run opens it, with its bytes.
    dom, _ = rendered(folder, "ten.html#run-1-F03")
    assert re.search(r'<dialog id="detail"[^>]*open', dom) and '<mark class="payload">00</mark>' in dom, "no run was opened"
    assert "frame.trailing_bytes" in dom
    return "4 pages, and a link to a run"


def with_script(folder, name, scripts):
    """A page that runs these too, when its own script has run."""
    more = "".join("<script>" + script + "</script>" for script in scripts)
    with open(os.path.join(folder, "asked.html"), "w", encoding="utf-8") as file:
        file.write(text_of(folder, name + ".html").replace("</body>", more + "</body>"))
    return "asked.html"


# What a person does with filters, arrows and the keys of the dialog; each step is a word in the result.
USE = """(() => {
  const said = [];
  const $ = (what) => document.querySelector(what);
  const shown = () => document.querySelectorAll("tr[data-row]:not([hidden])").length;
  const key = (name) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: name, bubbles: true}));
  const here = () => document.activeElement.closest("tr")?.dataset.row;
  const tell = () => $("#filters").dispatchEvent(new Event("input", {bubbles: true}));
  said.push("all " + shown(), "stops " + document.querySelectorAll('#matrix button[tabindex="0"]').length);
  $('#matrix button[tabindex="0"]').focus();
  key("ArrowDown"); key("ArrowDown"); said.push("down " + here());
  key("ArrowUp"); said.push("up " + here());
  key("End"); said.push("end " + here());
  key("Home"); said.push("home " + here());
  document.activeElement.click(); said.push("open " + $("#detail").open, $("#d-title").textContent);
  key("j"); said.push($("#d-title").textContent);
  $("#d-close").click();
  $('[name="v"][value="PASS"]').checked = false; tell(); said.push("no pass " + shown());
  $('[name="l"][value="MUST"]').checked = false; tell(); said.push("no must " + shown());
  $("#filters").reset();
  setTimeout(() => {
    said.push("reset " + shown());
    $('[name="q"]').value = "F03 split"; tell(); said.push("text " + shown());
    $('[name="q"]').value = "no such words"; tell(); said.push("none " + shown(), $("#shown").textContent);
    document.body.setAttribute("data-said", said.join("; "));
  });
})()"""
USED = ["all 10", "stops 1", "down 2", "up 1", "end 9", "home 0", "open true", "\u2713 PASS F01 frame.ping-one-write",
        "\u2248 NONSTRICT F02 frame.ping-byte-by-byte", "no pass 9", "no must 0", "reset 10", "text 1", "none 0", "0 of 10 cases"]


def html_used(folder):
    dom, said = rendered(folder, with_script(folder, "ten", [USE]))
    found = re.search(r'data-said="([^"]*)"', dom)
    assert found, [line for line in said.splitlines() if "CONSOLE" in line]
    assert found.group(1).split("; ") == USED, found.group(1)
    return "%d steps" % len(USED)


def axe_script():
    """Nothing when there is none: it is asked only where somebody has installed it."""
    places = [os.environ.get("ETHPOC_AXE", "")]
    if shutil.which("npm"):
        told = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True, timeout=30, check=False)
        places.append(os.path.join(told.stdout.strip(), "axe-core", "axe.min.js"))
    for place in places:
        if place and os.path.isfile(place):
            with open(place, encoding="utf-8") as file:
                return file.read()
    return None


def html_axe(folder):
    axe = axe_script()
    if axe is None:
        return "not asked: there is no axe-core (npm install -g axe-core, or ETHPOC_AXE)"
    ask = ("axe.run(document, {resultTypes: ['violations']}).then((r) => document.body.setAttribute('data-axe', "
           "r.violations.map((v) => v.id + ': ' + v.nodes[0].html).join('; ') || 'none'))")
    pages = (("empty", ""), ("ten", ""), ("ten", "#run-1-F03"), ("hostile", ""), ("several", ""))
    for name, link in pages:
        for width in (1400, 390):
            dom, _ = rendered(folder, with_script(folder, name, [axe, ask]) + link, width)
            found = re.search(r'data-axe="([^"]*)"', dom)
            assert found and found.group(1) == "none", (name, link, width, found and found.group(1))
    return "%d pages, wide and narrow" % len(pages)


CASES = [json_documents, json_events, junit_schema, junit_counts, prove_tap, html_parts, html_contrast, html_in_browser, html_used,
         html_axe]


def main(program, names):
    selected = [case for case in CASES if not names or any(name in case.__name__ for name in names)]
    if not selected:
        print("no case has such a name")
        return 2
    failed = skipped = 0
    with tempfile.TemporaryDirectory(prefix="ethpoc-reports-") as folder:
        subprocess.run([program, folder], check=True, timeout=120)
        for case in selected:
            started = time.monotonic()
            try:
                word, said = "ok", case(folder)
            except Missing as missing:
                word, said = "skip", "skipped: %s" % missing
            except (AssertionError, OSError, ValueError, subprocess.SubprocessError, xml.etree.ElementTree.ParseError) as error:
                word, said = "FAIL", "%s: %s" % (type(error).__name__, error)
            failed += word == "FAIL"
            skipped += word == "skip"
            print("%-4s %-16s %5.1f s  %s" % (word, case.__name__, time.monotonic() - started, said), flush=True)
    print("%d passed, %d failed, %d skipped" % (len(selected) - failed - skipped, failed, skipped))
    return 1 if failed else 77 if skipped else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
