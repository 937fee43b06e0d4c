"""Quarto's step before rendering: the theme of the installed icans-evidence, and the files that all pages share."""

import runpy
from pathlib import Path

from icans_evidence.exchange.new_project import write_theme

write_theme(Path.cwd() / "theme")
runpy.run_module("icans_evidence.publishing.assets", run_name="__main__")
