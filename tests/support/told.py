"""What a command told when it was run, and whole files: for tests that run the program where files are in trouble."""


class Told:
    """`raw`: stdout as bytes; `out` and `err` as text."""

    def __init__(self, code, out, err):
        self.code, self.raw = code, out
        self.out, self.err = out.decode("utf-8", "replace"), err.decode("utf-8", "replace")

    def __repr__(self):
        return "exit %d, stdout %r, stderr %r" % (self.code, self.out[-300:], self.err[-500:])


def refused(told, code, reason):
    assert told.code == code and reason in told.err, "%s, and not %d with %r" % (told, code, reason)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)
