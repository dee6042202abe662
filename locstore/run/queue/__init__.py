"""The queue: shots go to workers on other machines through Redis, and their pictures come back through the cache.

Only this room knows Redis and dramatiq; both are imported when it is.
"""

from locstore.run.queue.connection import QueueAddress, read_address
from locstore.run.queue.payments import found_calls, note_calls
from locstore.run.queue.records import QueueBudget, RunRecord, Timing
from locstore.run.queue.redis_keys import is_run_name, new_run_name
from locstore.run.queue.run_state import RunState
from locstore.run.queue.send import make_spec, send_run
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
    "Timing",
    "WorkerOptions",
    "WorkerProcess",
    "found_calls",
    "is_run_name",
    "make_spec",
    "new_run_name",
    "note_calls",
    "read_address",
    "send_run",
    "sent_tasks",
]
