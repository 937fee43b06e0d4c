"""What pyproject.toml cannot say: README as a package page shows it, where links into the repository lead nowhere."""

import re
from pathlib import Path

from setuptools import setup

LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#)[^)]*\)")


def standing_alone(readme: str) -> str:
    """README with its links to files as plain words and without pictures that are files."""
    return LINK.sub(lambda link: "" if link[1] else link[2], readme)


setup(
    long_description=standing_alone(Path(__file__).with_name("README.md").read_text(encoding="utf-8")),
    long_description_content_type="text/markdown",
)
