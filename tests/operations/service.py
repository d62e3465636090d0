#!/usr/bin/env python3
"""How far the systemd unit shuts the service in: service.py UNIT

systemd-analyze gives points for what a service may do; 2.0 are the most that this one may have. Skipped where there is no
systemd-analyze that judges files (250 or newer)."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

MOST = 2.0


def main():
    analyze = shutil.which("systemd-analyze")
    version = analyze and subprocess.run([analyze, "--version"], stdout=subprocess.PIPE, check=False).stdout.decode()
    if not version or int(re.search(r"systemd (\d+)", version).group(1)) < 250:
        print("skipped: there is no systemd-analyze of 250 or newer")
        return 77
    with open(sys.argv[1], encoding="utf-8") as file:
        text = re.sub(r"@CMAKE_INSTALL_FULL_\w+@", "/usr", file.read())
    with tempfile.TemporaryDirectory(prefix="ethpoc-test-") as folder:
        unit = os.path.join(folder, "ethpoc.service")
        with open(unit, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([analyze, "security", "--offline=true", "--no-pager", unit], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=30, check=False)
    said = done.stdout.decode("utf-8", "replace")
    level = re.search(r"exposure level for ethpoc.service: ([\d.]+)", said)
    assert level is not None, said
    print("exposure level %s of at most %.1f" % (level.group(1), MOST))
    for line in ("Type=notify", "ExecReload=/bin/kill -HUP $MAINPID"):
        assert line in text.splitlines(), "no " + line
    return 0 if float(level.group(1)) <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
