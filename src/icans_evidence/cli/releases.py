"""Commands on states of the data: diff, release, check-release."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icans_evidence.cli.extractions import write_page
from icans_evidence.cli.options import command
from icans_evidence.errors import DATA, OK, DataError, UsageError
from icans_evidence.project import Project, project_here
from icans_evidence.wording import plural

if TYPE_CHECKING:
    from icans_evidence.audit.releases.release_manifest import Manifest


@command("diff", "icans-evidence diff v0.1.0")
@click.argument("old")
@click.argument("new", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON")
@click.option("--html", type=click.Path(path_type=Path), default=None, help="Write it as a page of its own")
@click.option("--exit-code", is_flag=True, help="End with 1 when anything differs")
def diff(old: str, new: str | None, as_json: bool, html: Path | None, exit_code: bool) -> int:
    """Say what changed from OLD to NEW, and which results, verdicts and signatures moved by it.

    OLD and NEW are folders of a project or of its data, or git revisions; NEW is the working tree unless named. Nothing
    is written. A difference is an answer, not a fault: the exit code is 0 unless --exit-code is given.
    """
    from icans_evidence.audit.releases.data_states import state_of
    from icans_evidence.pages import difference_page
    from icans_evidence.summaries.differences import difference

    root = _root_or_none()
    with state_of(old, root) as before, state_of(new, root) as after:
        found = difference(before, after, root)
    if html is not None:
        write_page(html, difference_page.page(found))
    if as_json:
        click.echo(json.dumps(difference_page.as_dict(found), ensure_ascii=False, indent=1))
    elif html is None:
        click.echo("\n".join(difference_page.lines(found)))
    return DATA if exit_code and not found.is_empty else OK


def _root_or_none() -> Path | None:
    """The folder of the project in force; None outside one, where two folders can be compared all the same."""
    try:
        return project_here()
    except UsageError:
        return None


@command("release", "icans-evidence release 0.2.0")
@click.argument("version")
@click.option("--replace", is_flag=True, help="Write a release of this version anew, though its files have changed")
def release(version: str, replace: bool) -> None:
    """Write release.json: the SHA-256 of every input and output, under the version and day of data/VERSION.

    The data must be valid and analysis/results.csv must be what they give. Commit the file with the release.
    """
    from icans_evidence.audit.releases import release_manifest
    from icans_evidence.files.writing import write_whole
    from icans_evidence.summaries.collected import results
    from icans_evidence.summaries.committed import check_results

    root = project_here()
    made = release_manifest.manifest_of(root, version)
    check_results(results(Project(root)), root / release_manifest.RESULTS)
    path = root / release_manifest.MANIFEST
    if path.exists() and not replace:
        _same_release(release_manifest.read_manifest(path), made, path)
    write_whole(path, made.text)
    site = sum(name.startswith(release_manifest.SITE) for name in made.outputs)
    built = plural(site, "file") + " of the site" if site else "no site, since none is built"
    inputs = plural(len(made.inputs), "input")
    click.echo(f"{os.path.relpath(path)}: release {version} of {made.date}, {inputs}, {built}")


def _same_release(standing: Manifest, made: Manifest, path: Path) -> None:
    """DataError when the file that stands is of the same version but of other files: a release does not change."""
    if standing.version == made.version and standing.text != made.text:
        raise DataError([f"{path.name} holds this version already, of other files; raise data/VERSION, or --replace"])


@command("check-release", "icans-evidence check-release release.json")
@click.argument("manifest", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON")
def check_release(manifest: Path | None, as_json: bool) -> int:
    """Hold every file against MANIFEST, release.json of the project unless named; exit code 1 when any differs."""
    from dataclasses import asdict

    from icans_evidence.audit.releases import release_manifest

    root = project_here()
    found = release_manifest.check(root, release_manifest.read_manifest(manifest or root / release_manifest.MANIFEST))
    if as_json:
        click.echo(json.dumps({"whole": found.is_whole, **asdict(found)}, ensure_ascii=False, indent=1))
        return OK if found.is_whole else DATA
    for word in ("missing", "changed", "added"):
        for name in getattr(found, word):
            click.echo(f"{word}: {name}")
    if not found.site_built:
        click.echo("the site is not built here; its files were not checked")
    told = "all as released" if found.is_whole else "not as released"
    click.echo(f"release {found.version}: {plural(found.checked, 'file')} checked, {told}")
    return OK if found.is_whole else DATA
