"""The composition root: reads the project file, wires the rooms, and is the public API of locstore.

project = open_project(Path("."))
report = run(project, Selection())
"""

from locstore.project.caching import CacheCheck, cache_place, open_cache, verify_cache
from locstore.project.checking import CheckReport, check
from locstore.project.config import PROJECT_FILE, ProjectFile, find_project_file, read_config
from locstore.project.digests import FileDigests
from locstore.project.paying import CostRow, Limits, cost_table
from locstore.project.project import Project, Situation, open_project
from locstore.project.prompting import ShotPrompt, prompts
from locstore.project.running import Progress, RunReport, run
from locstore.project.scaffold import scaffold
from locstore.project.translating import extract, update

__all__ = [
    "PROJECT_FILE",
    "CacheCheck",
    "CheckReport",
    "CostRow",
    "FileDigests",
    "Limits",
    "Progress",
    "Project",
    "ProjectFile",
    "RunReport",
    "ShotPrompt",
    "Situation",
    "cache_place",
    "check",
    "cost_table",
    "extract",
    "find_project_file",
    "open_cache",
    "open_project",
    "prompts",
    "read_config",
    "run",
    "scaffold",
    "update",
    "verify_cache",
]
