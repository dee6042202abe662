"""The queue: shots go to workers on other machines through Redis, and their pictures come back through the cache.

Only this room knows Redis and dramatiq; both are imported when a queue is opened.
"""

from locstore.run.queue.connection import QueueAddress, check_reachable, read_address
from locstore.run.queue.payments import found_calls, note_calls
from locstore.run.queue.records import QueueBudget, RunRecord, printable
from locstore.run.queue.run_state import RunState, is_run_name, new_run_name
from locstore.run.queue.send import make_spec, queue_shots, send_run
from locstore.run.queue.supervisor import Supervisor
from locstore.run.queue.watcher import RunWatcher, SentTask, ShotEvent, sent_tasks
from locstore.run.queue.worker import WorkerOptions, WorkerProcess

__all__ = [
    "QueueAddress",
    "QueueBudget",
    "RunRecord",
    "RunState",
    "RunWatcher",
    "SentTask",
    "ShotEvent",
    "Supervisor",
    "WorkerOptions",
    "WorkerProcess",
    "check_reachable",
    "found_calls",
    "is_run_name",
    "make_spec",
    "new_run_name",
    "note_calls",
    "printable",
    "queue_shots",
    "read_address",
    "send_run",
    "sent_tasks",
]
