"""A run: the plan of what to paint, tasks for worker processes, and the journal of what was painted.

Pictures that are paid for are in `run.paid`, workers on other machines in `run.queue`.
"""

from __future__ import annotations

from locstore.run.candidates import drop_candidate, keep_candidate, read_candidate
from locstore.run.database import Database
from locstore.run.paint_journal import PaintJournal
from locstore.run.plan import Plan, PlannedShot, Status, make_plan
from locstore.run.pool import (
    check_shots,
    interrupts_held,
    lost_workers,
    run_tasks,
    task_of,
    tasks_in_order,
    worker_pool,
)
from locstore.run.read_text import WordsReader
from locstore.run.render import PaintSettings, Renderer, Task, TaskResult, pixels_digest, renderer_of
from locstore.run.text_settings import text_settings

__all__ = [
    "Database",
    "PaintJournal",
    "PaintSettings",
    "Plan",
    "PlannedShot",
    "Renderer",
    "Status",
    "Task",
    "TaskResult",
    "WordsReader",
    "check_shots",
    "drop_candidate",
    "interrupts_held",
    "keep_candidate",
    "lost_workers",
    "make_plan",
    "pixels_digest",
    "read_candidate",
    "renderer_of",
    "run_tasks",
    "task_of",
    "tasks_in_order",
    "text_settings",
    "worker_pool",
]
