"""How a project's words are read back from its pictures: the reader's settings and where its self-tests are kept."""

from __future__ import annotations

from locstore.config import ProjectFolder
from locstore.ocr import TextSettings

_SELF_TESTS = ".locstore/selftests"


def text_settings(project: ProjectFolder) -> TextSettings:
    """The settings of the table `[text]`; paths are below the project's folder."""
    options = project.config.text
    return TextSettings(
        models=(project.root / options.models,),
        allow=options.allow,
        tolerance=options.tolerance,
        store=project.root / _SELF_TESTS,
    )
