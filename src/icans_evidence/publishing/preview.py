"""The site served on this machine alone, and built again when something it is made of changes.

Each build is a process of its own, so that changed code and data are read afresh.
"""

from __future__ import annotations

import functools
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

WATCHED = ("_quarto.yml", "_brand.yml", "reports", "analysis", "data", "src", "tests/spec")
PAUSE = 0.7


def preview(root: Path, out: Path, port: int) -> None:
    """Build, serve `out` on 127.0.0.1 at `port`, and build again on every change until interrupted."""
    handler = functools.partial(_Quiet, directory=str(out))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"http://127.0.0.1:{server.server_port}/index.html  (Ctrl-C ends it)", flush=True)
        try:
            for _ in changes(root, out):
                subprocess.run(
                    [sys.executable, "-m", "icans_evidence", "build", "--out", str(out)], cwd=root, check=False
                )
        except KeyboardInterrupt:
            print("ended")


def changes(root: Path, out: Path) -> Iterator[None]:
    """Once at the start, then each time that a watched file appears, goes or is written."""
    seen: dict[Path, float] | None = None
    while True:
        now = dict(_stamps(root, out))
        if now != seen:
            yield
            now = dict(_stamps(root, out))
        seen = now
        time.sleep(PAUSE)


def _stamps(root: Path, out: Path) -> Iterator[tuple[Path, float]]:
    for name in WATCHED:
        place = root / name
        for path in [place] if place.is_file() else place.rglob("*"):
            if (
                path.is_file()
                and "__pycache__" not in path.parts
                and "assets" not in path.parts
                and out not in path.parents
            ):
                yield path, path.stat().st_mtime


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass
