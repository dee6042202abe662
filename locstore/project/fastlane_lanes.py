"""`fastlane`: the lanes of a Fastfile that upload a project's pictures, with what each of them replaces."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from locstore.delivery import deliver_path
from locstore.project.project import Project
from locstore.shots import Cell
from locstore.stores import AppleTree, Store, apple_rules

_NAMES = {"ios": "iOS", "osx": "Mac", "appletvos": "TV", "xros": "Vision"}


def fastlane_lanes(project: Project, cells: Sequence[Cell]) -> str:
    """Ruby for `fastlane/Fastfile` in the project's root: a lane for each App Store platform, one for Play.

    Only what `cells` need is in it; '' where no upload tool of fastlane takes any of them.
    """
    output = PurePosixPath(project.config.output)  # fastlane runs actions in the folder above fastlane/
    platforms: dict[str, AppleTree] = {}
    for cell in cells:
        if cell.display.store is Store.APPLE and not cell.display.by_hand and deliver_path(cell) is not None:
            tree = apple_rules().tree_of(cell.display.platform)
            platforms[tree.platform] = tree
    lanes = [_deliver(tree, output / tree.folder) for tree in apple_rules().trees if tree.platform in platforms]
    play = any(cell.display.store is Store.PLAY and not cell.display.by_hand for cell in cells)
    if play and project.config.layout == "fastlane":
        lanes.append(_supply(output / "metadata/android"))
    return "\n".join(lanes)


def _deliver(tree: AppleTree, folder: PurePosixPath) -> str:
    return f"""\
desc "Replace the {_NAMES[tree.platform]} screenshots of the version that is being edited"
lane :screenshots_{tree.platform} do
  deliver(
    platform: "{tree.platform}",
    screenshots_path: "{folder}",
    overwrite_screenshots: true, # first deletes every set of the folder's languages, also of displays without pictures
    skip_binary_upload: true,
    skip_metadata: true,         # texts stay; languages that the version lacks are activated
    precheck_include_in_app_purchases: false,
    force: true                  # no HTML preview that waits for an answer
  )
end
"""


def _supply(folder: PurePosixPath) -> str:
    return f"""\
desc "Replace the Google Play screenshots and graphics"
lane :screenshots_play do
  supply(
    metadata_path: "{folder}",
    skip_upload_apk: true,
    skip_upload_aab: true,
    skip_upload_metadata: true,   # texts stay
    skip_upload_changelogs: true,
    skip_upload_images: false,    # feature graphic, icon and TV banner: those that are in the folder
    skip_upload_screenshots: false # the kinds in the folder are replaced, other kinds stay
  )
end
"""
