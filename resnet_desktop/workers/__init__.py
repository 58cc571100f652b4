"""QtCore only: pump events from a generator into signals.

The threading contract, which every file here and every caller keeps:

1. Two threads beside the main one: the answer thread for the application's life; one pump thread a job.
2. Workers have no parent; move, connect, start. ``thread_host`` keeps thread and worker until ``finished``.
3. A worker's signals go only to ``@Slot`` methods of main-thread QObjects: no lambda, partial or nested function
   (those run in the worker's thread). No BlockingQueuedConnection. Every slot is decorated.
4. Payload: ``Signal(object)`` carrying a frozen dataclass. Never dict or list signals.
5. Cancel and pause are a plain token, called directly; a queued slot is not delivered until the job ends.
6. A job ends in exactly one of succeeded / failed / cancelled, then always finished.
7. Close while busy: ask first where work would be lost, which answers are not; hide, cancel, wait. Never terminate().
8. No QPixmap, widget or pyqtgraph call off the main thread. The except hooks log and signal.
9. Events are coalesced to at most 15 a second; plots redraw from a timer.
"""
