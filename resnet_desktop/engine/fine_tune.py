"""Standard, Full and Tutorial: the network itself learns, step by step, and can go on where it stopped."""

from __future__ import annotations

import contextlib
import logging
import math
import time
from collections.abc import Generator, Iterator

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, Cancelled, EngineError, ModelError
from resnet_desktop.core.events import Event
from resnet_desktop.core.training import (
    ANSWERED,
    TRAINING,
    VALIDATING,
    EpochDone,
    RunStarted,
    StepDone,
    TrainingJob,
    TrainingNote,
    TrainingPaused,
    TrainingProgress,
)
from resnet_desktop.engine.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from resnet_desktop.engine.embeddings import Embedded
from resnet_desktop.engine.finish import Checked, bare_state, finish
from resnet_desktop.engine.fitted_head import TOO_MANY_LOST, best_fit, embed_pictures
from resnet_desktop.engine.keep import keep_checkpoint
from resnet_desktop.engine.learner import Diverged, Judged, Learner
from resnet_desktop.engine.loader import Batch, Loader, Room
from resnet_desktop.engine.missing import LostPictures
from resnet_desktop.engine.out_of_memory import NO_MEMORY, is_out_of_memory
from resnet_desktop.engine.presets import recipe_of
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.run_state import Best, Clock, Place, packed, unpacked
from resnet_desktop.engine.schedule import batches_of, share_of_rate
from resnet_desktop.engine.usage import tell_usage

log = logging.getLogger(__name__)

VALIDATION_BATCH = 64
CHECKPOINT_SECONDS = 600.0  # the most work that a power cut may cost
REPORTS_A_SECOND = 10.0
RETRIES = 2  # after a loss that is no number

DIVERGED = QT_TRANSLATE_NOOP(
    "Sentences", "The training came apart (the loss is no number any more). Start again with a smaller learning rate."
)
GOING_BACK = QT_TRANSLATE_NOOP(
    "Sentences", "The loss was no number any more: back to the last good epoch, with a tenth of the learning rate."
)
ENDING = QT_TRANSLATE_NOOP(
    "Sentences", "The loss was no number any more, with a smaller learning rate too: the best that there was is kept."
)


def fine_tune(job: TrainingJob, inbox: Inbox) -> Iterator[Event]:
    """RunStarted, then StepDone, TrainingProgress and EpochDone as they come, RunDone last."""
    try:
        yield from _Run(job, inbox).events()
    except Diverged as error:  # before there was anything to go back to
        raise EngineError(DIVERGED) from error
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            raise EngineError(NO_MEMORY) from error
        raise


class _Run:
    """One run: what learns, and where it is."""

    def __init__(self, job: TrainingJob, inbox: Inbox) -> None:
        self._job, self._inbox = job, inbox
        self._recipe = recipe_of(job.config)
        self._learner = Learner(job, self._recipe)
        room, preprocess = Room(), job.start.preprocess
        self._train = Loader(job.train, preprocess, self._recipe.look, room, job.config.seed)
        # Judged by what it will see when it answers, whatever it learned from.
        self._validation = Loader(job.validation, preprocess, ANSWERED, room)
        self._at = Place()
        self._best: Best | None = None
        self._lost = LostPictures(job, inbox, self._save_at_once)
        self._saved = time.monotonic()

    @property
    def _steps(self) -> int:
        return math.ceil(len(self._job.train) / self._recipe.batch_size)

    def events(self) -> Iterator[Event]:
        resumed = self._resume()
        yield self._started()
        if not resumed:
            if self._recipe.fitted_head:
                yield from self._fit_head()
            yield from self._save()  # there always is something to go back to
        try:
            while self._at.epoch <= self._recipe.epochs and not self._ends_early():
                try:
                    yield from self._epoch()
                except Diverged:
                    if not (yield from self._go_back()):
                        break
        except Cancelled:
            self._save_at_once()  # a run that is stopped for now goes on from this very step
            raise
        yield from self._finish(stopped_early=self._at.epoch <= self._recipe.epochs or self._inbox.finish_wanted)

    def _started(self) -> RunStarted:
        return RunStarted(
            run=self._job.run,
            folder=self._job.folder,
            config=self._job.config,
            classes=self._job.classes,
            train_count=len(self._job.train),
            validation_count=len(self._job.validation),
            epochs=self._recipe.epochs,
            steps=self._steps * self._recipe.epochs,
            device=self._learner.device,
            first_epoch=self._at.epoch,
            first_step=self._at.step + 1,
        )

    def _fit_head(self) -> Iterator[Event]:
        for event in embed_pictures(self._job, self._inbox):
            if isinstance(event, Embedded):
                fit = best_fit(self._job, event, self._inbox)
                self._learner.set_head(fit.head.weight, fit.head.bias)
                # Learning on may make it worse: what it is worth now is the first to beat.
                yield from self._check(0, fit.train_loss)
            else:
                yield event

    # One epoch

    def _epoch(self) -> Iterator[Event]:
        at = self._at
        self._learner.begin_epoch()
        order = batches_of(self._recipe, self._job.config.seed, len(self._job.train), at.epoch)
        clock, usage = Clock(), tell_usage()
        with contextlib.closing(self._train.batches(order[at.batch :], epoch=at.epoch)) as batches:
            for batch in batches:
                self._inbox.cancel.check()
                if self._inbox.paused:
                    yield from self._rest(clock)
                if self._inbox.finish_wanted:
                    break
                yield from self._lost.note(batch.lost)
                yield from self._learn(batch, clock)
                yield from next(usage)
                if time.monotonic() - self._saved > CHECKPOINT_SECONDS:
                    yield from self._save()
        yield from self._end_epoch()

    def _rest(self, clock: Clock) -> Iterator[Event]:
        yield from self._save()
        yield TrainingPaused()
        began = time.monotonic()
        self._inbox.rest()
        clock.began += time.monotonic() - began

    def _learn(self, batch: Batch, clock: Clock) -> Iterator[Event]:
        """One step, and what there is to tell of it."""
        at, count = self._at, len(batch.indices)
        share = self._share()
        loss = self._learner.step(batch, share, at.step) if count else None
        at.batch, at.step = at.batch + 1, at.step + 1
        if loss is None:
            return
        at.loss_sum, at.seen, clock.seen = at.loss_sum + loss * count, at.seen + count, clock.seen + count
        now = time.monotonic()
        if now - clock.told < 1 / REPORTS_A_SECOND and at.batch < self._steps:
            return
        clock.told = now
        rate, speed = self._recipe.learning_rate * share, clock.speed()
        yield StepDone(step=at.step, epoch=at.epoch, loss=loss, learning_rate=rate, pictures_per_second=speed)
        total = self._steps * self._recipe.epochs
        yield TrainingProgress(at.step, total, TRAINING, (total - at.step) * self._recipe.batch_size / speed)

    def _share(self) -> float:
        return share_of_rate(self._recipe, self._at.step, self._steps * self._recipe.epochs) * self._at.rate

    # The end of an epoch

    def _end_epoch(self) -> Iterator[Event]:
        at = self._at
        if not (yield from self._check(at.epoch, at.loss_sum / max(1, at.seen))):
            return
        at.epoch, at.batch, at.loss_sum, at.seen = at.epoch + 1, 0, 0.0, 0
        yield from self._save()

    def _check(self, epoch: int, train_loss: float) -> Generator[Event, None, bool]:
        """What it is worth on the validation pictures; the best so far is kept. Raises Diverged.

        False where it cannot be told, for a person wants the end of a run whose validation pictures are gone.
        """
        at = self._at
        judged = yield from self._judged()
        # Few pictures may be of one class alone: what they say is no measure beside what all of them have said.
        if self._inbox.finish_wanted and self._best and self._lost.too_many_to_check(len(judged.lost)):
            return False
        if not judged.indices:
            raise EngineError(TOO_MANY_LOST)
        if not math.isfinite(judged.loss):
            raise Diverged
        # By what people count; the loss of a preset that smooths labels is no fair measure beside that of another.
        better = at.best_loss is None or (judged.accuracy, -judged.loss) > (at.best_accuracy, -at.best_loss)
        if better:
            at.best_loss, at.best_accuracy = judged.loss, judged.accuracy
            self._best = Best(bare_state(self._learner.candidate), judged)
        if epoch and (at.lowest_loss is None or judged.loss < at.lowest_loss):
            at.lowest_loss, at.lowest_epoch = judged.loss, epoch
        yield EpochDone(
            epoch=epoch,
            train_loss=train_loss,
            validation_loss=judged.loss,
            validation_accuracy=judged.accuracy,
            learning_rate=self._recipe.learning_rate * self._share(),
            best=better,
        )
        return True

    def _judged(self) -> Generator[Event, None, Judged]:
        """By all validation pictures: anew once the run has rested for those that were gone."""
        first, again = len(self._job.train), True
        while again:
            yield TrainingProgress(self._at.step, self._steps * self._recipe.epochs, VALIDATING)
            judged = self._judge()
            again = yield from self._lost.note(tuple(first + index for index in judged.lost))
        return judged

    def _judge(self) -> Judged:
        count = len(self._job.validation)
        batches = [range(first, min(first + VALIDATION_BATCH, count)) for first in range(0, count, VALIDATION_BATCH)]
        with contextlib.closing(self._validation.batches(batches)) as made:
            return self._learner.judge(self._unless_cancelled(made))

    def _unless_cancelled(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        for batch in batches:
            self._inbox.cancel.check()
            yield batch

    def _ends_early(self) -> bool:
        at, patience = self._at, self._recipe.patience
        return self._inbox.finish_wanted or (bool(patience) and at.epoch - 1 - at.lowest_epoch >= patience)

    def _finish(self, *, stopped_early: bool) -> Iterator[Event]:
        if self._best is None:
            raise EngineError(DIVERGED)
        judged = self._best.judged
        pictures = [self._job.validation[index] for index in judged.indices]
        checked = Checked(judged.logits, [each.label for each in pictures], [each.path for each in pictures])
        yield from finish(self._job, self._best.state, checked, self._inbox, stopped_early=stopped_early)

    # What goes wrong

    def _go_back(self) -> Generator[Event, None, bool]:
        """To the last checkpoint, slower; False where that has not helped before, and what is good is the end."""
        retries, rate = self._at.retries + 1, self._at.rate / 10
        if not self._resume() or (retries > RETRIES and self._at.lowest_loss is None):
            raise EngineError(DIVERGED)
        if retries > RETRIES:
            yield TrainingNote(ModelError(ENDING))
            return False
        self._at.retries, self._at.rate = retries, rate
        yield from self._save()  # a run that goes on from here must not take up the old rate again
        yield TrainingNote(ModelError(GOING_BACK))
        yield self._started()  # what is told from here on has been told before
        return True

    # Checkpoints

    def _save(self) -> Iterator[Event]:
        """Raises Diverged where there is nothing worth keeping, and EngineError where it cannot be kept."""
        yield from keep_checkpoint(self._job.folder, self._packed(), self._inbox)
        self._saved = time.monotonic()

    def _save_at_once(self) -> None:
        """On the way out: where it cannot be, the checkpoint before has to do."""
        try:
            save_checkpoint(self._job.folder, self._packed())
        except (OSError, Diverged) as error:
            log.warning("no last checkpoint in %s: %r", self._job.folder, error)

    def _packed(self) -> Checkpoint:
        return packed(self._learner, self._at, self._best)

    def _resume(self) -> bool:
        checkpoint = load_checkpoint(self._job.folder)
        if checkpoint is None:
            return False
        self._at, self._best = unpacked(checkpoint, self._learner)
        return True
