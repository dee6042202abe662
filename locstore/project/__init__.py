"""The composition root: reads the project file, wires the rooms, and is the public API of locstore.

project = open_project(Path("."))
report = run(project, Selection())
"""

from locstore.config import PROJECT_FILE, ProjectFile, find_project_file, read_config
from locstore.project.caching import CacheCheck, cache_place, open_cache, verify_cache
from locstore.project.checking import CheckReport, check
from locstore.project.designing import ExplainedShot, RenderedShot, expand_screens, explain_shots, render_shots
from locstore.project.digests import FileDigests
from locstore.project.planning import plan
from locstore.project.project import Project, ProjectSnapshot, open_project
from locstore.project.prompting import ShotPrompt, prompts
from locstore.project.pseudo import PSEUDO_FOLDER, PseudoReport, check_pseudo, paint_pseudo, pseudo_codes
from locstore.project.running import Progress, RunPicture, RunReport, run, send_batch
from locstore.project.scaffold import scaffold
from locstore.project.translating import extract, update
from locstore.run.paid.batch_run import BatchReport
from locstore.run.paid.budget import BudgetLimits
from locstore.run.paid.paint import CostRow, cost_table

__all__ = [
    "PROJECT_FILE",
    "PSEUDO_FOLDER",
    "BatchReport",
    "BudgetLimits",
    "CacheCheck",
    "CheckReport",
    "CostRow",
    "ExplainedShot",
    "FileDigests",
    "Progress",
    "Project",
    "ProjectFile",
    "ProjectSnapshot",
    "PseudoReport",
    "RenderedShot",
    "RunPicture",
    "RunReport",
    "ShotPrompt",
    "cache_place",
    "check",
    "check_pseudo",
    "cost_table",
    "expand_screens",
    "explain_shots",
    "extract",
    "find_project_file",
    "open_cache",
    "open_project",
    "paint_pseudo",
    "plan",
    "prompts",
    "pseudo_codes",
    "read_config",
    "render_shots",
    "run",
    "scaffold",
    "send_batch",
    "update",
    "verify_cache",
]
