"""The worker: one thread that seals, some that tell subscribers, until told to stop. Any number of them may run at once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event as Flag
from threading import Thread

import psycopg
from psycopg_pool import ConnectionPool

from karvan.ops.log.keys import Signer
from karvan.ops.store.seals import MOST, Pace, same_log, seal
from karvan.ops.worker.notices import tell
from karvan.ops.worker.sender import Sender

LOG = logging.getLogger("karvan.worker")
SEAL_S, TELL_S, AGAIN_S = 0.2, 0.5, 1.0


@dataclass
class Worker:
    """Seals the log of a database under a key, and tells its subscribers: ``start`` it, ``stop`` it.

    Each step is a transaction of its own: killed at any moment, it leaves nothing half done, and the next one goes on.
    A database that does not answer is asked again until it does.
    """

    url: str
    signer: Signer
    sender: Sender = field(default_factory=Sender)
    pace: Pace = field(default_factory=Pace)
    tellers: int = 4
    _stop: Flag = field(default_factory=Flag)
    _threads: list[Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begins to work. InputError where the log was signed by another key."""
        self.pool = ConnectionPool(
            self.url, min_size=1, max_size=self.tellers + 1, open=True, check=ConnectionPool.check_connection
        )
        same_log(self.pool, self.signer.verifier)
        self._threads = [Thread(target=self._every, args=(SEAL_S, self._seal), name="sealer")]
        self._threads += [
            Thread(target=self._every, args=(TELL_S, lambda: tell(self.pool, self.sender)), name="teller")
            for _ in range(self.tellers)
        ]
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def stop(self, wait_s: float = 15.0) -> None:
        """Ends after the steps under way."""
        self._stop.set()
        for thread in self._threads:
            thread.join(wait_s)
        self.pool.close()

    def _seal(self) -> bool:
        return seal(self.pool, self.signer, self.pace) == MOST

    def _every(self, pause_s: float, step: Callable[[], bool]) -> None:
        """Does a step again at once while there is more to do, after a pause where not, after a longer one when it failed."""
        while not self._stop.is_set():
            try:
                pause = 0.0 if step() else pause_s
            except psycopg.Error as error:
                LOG.warning("the database does not answer: %s", error)
                pause = AGAIN_S
            except Exception:
                LOG.exception("a defect of the worker")
                pause = AGAIN_S
            self._stop.wait(pause)
