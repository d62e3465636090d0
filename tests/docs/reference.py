"""Whether every public declaration has its comment, and `./dev docs` makes a site of them: reference.py

Without doxygen it is skipped, but in CI, where it is installed.
"""
import html
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Page, and texts that stand on it: declarations, their comments, a drawing, rows of tables, and links from the first page.
WANTED = {
    "namespaceethpoc_1_1rlp.html": ["decode_fast", "The same without the diagnosis", "errors"],
    "structethpoc_1_1wire_1_1GetChain.html": ["rlp::Items hashes", "newest first from C++, oldest first from Go (protocol 8 on)"],
    "namespaceethpoc_1_1wire.html": ["GetBlockHashes", "NewBlock", "compose_status", "FrameDecoder", "ShhMessages , Unknown } Index of a message type"],
    "namespaceethpoc_1_1chain_1_1errors.html": ['"chain.bad_proof_of_work"'],
    "structethpoc_1_1wire_1_1Quirks.html": ["silent_at_head", "between the starts of two frames"],
    "namespaceethpoc_1_1wire_1_1reason.html": ["already_connected {0x05} already connected"],
    "frame_8hpp.html": ["22 40 08 91 | n n n n | n bytes of payload"],
    "classethpoc_1_1peer_1_1Session.html": ["wants_bytes"],
    "index.html": ["find_package(ethpoc 0.1 REQUIRED)", "pkg-config --libs", "record: recorded sessions, captures"],
}
BROKEN = """// A header of which half says nothing.
namespace ethpoc::rlp {
struct Bare { int field; };
enum class Silent { a, b };
int mute(int a);
// Says <what> it is: \\x of @NAME and #define, 100 %; `a::b`, "<c>" and `x\\y`.
struct Said {
    int field = 0;
    int size() const { return field; }
    int quiet() const;
};
} // namespace ethpoc::rlp
"""


def text_of(page):
    text = re.sub(r"<[^>]*>", "", page.read_text(encoding="utf-8"))
    return re.sub(r"\s+", " ", html.unescape(text))


def check_site(folder):
    done = subprocess.run([ROOT / "dev", "--no-install", "docs", folder], capture_output=True, text=True, timeout=250, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert said.rstrip().endswith(f"see {folder}/html/index.html"), said
    for name, texts in WANTED.items():
        page = text_of(folder / "html" / name)
        for text in texts:
            assert text in page, f"{name} lacks: {text}"
    headers = sum(1 for _ in (folder / "source").glob("*/*.hpp"))
    assert headers > 150, headers
    return headers


def check_refusals(folder):
    """What has no comment is told by file and line, and nothing in a comment is taken for a command."""
    sys.path.insert(0, str(ROOT / "docs"))
    import reference
    source = folder / "source/rlp"
    source.mkdir(parents=True)
    header = source / "bare.hpp"
    plain = BROKEN.replace("\n// Says", "\n/// Says")
    header.write_text(reference.filtered(plain, ROOT), encoding="utf-8")
    assert header.read_text(encoding="utf-8").count("\n") == plain.count("\n")
    problems = reference.problems_of(folder)
    found = sorted((int(line), text) for line, text in re.findall(r"^rlp/bare.hpp:(\d+): (.*)$", "\n".join(problems), re.M))
    names = [re.search(r"Bare|Silent|mute|quiet", text) for _, text in found]
    assert [name and name[0] for name in names] == ["Bare", "Silent", "mute", "quiet"], problems
    assert [line for line, _ in found] == [3, 4, 5, 10], problems
    assert 'Says <what> it is: \\x of @NAME and #define, 100 %; a::b, "<c>" and x\\y.' in text_of(
        folder / "html/structethpoc_1_1rlp_1_1Said.html")


def main():
    if shutil.which("doxygen") is None:
        wanted = bool(os.environ.get("CI"))
        print(("failed" if wanted else "skipped") + ": doxygen not found (Debian: doxygen)")
        return 1 if wanted else 77
    with tempfile.TemporaryDirectory(prefix="ethpoc-docs-") as folder:
        folder = pathlib.Path(folder).resolve()
        check_refusals(folder / "bare")
        headers = check_site(folder / "site")
    print(f"{headers} headers: every public declaration has its comment")
    return 0


if __name__ == "__main__":
    sys.exit(main())
