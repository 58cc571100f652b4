"""What a range test makes of its losses."""

from __future__ import annotations

import itertools
import math

import pytest

from resnet_desktop.core.rate_range import HIGHEST, LOWEST, STEPS, RateTried, SmoothLoss, rate_at, suggested_rate


def curve(fall_from: float, fall_to: float) -> list[RateTried]:
    """Flat, then falling between two rates, steepest in their middle, then rising."""
    tried = []
    for step in range(STEPS):
        rate = rate_at(step)
        share = (math.log10(rate) - math.log10(fall_from)) / (math.log10(fall_to) - math.log10(fall_from))
        loss = 2.0 - 1.5 / (1 + math.exp(6 - 12 * share)) + 20 * max(share - 1.2, 0.0)
        tried.append(RateTried(rate, loss))
    return tried


def test_rates_grow_by_the_same_factor_from_end_to_end() -> None:
    rates = [rate_at(step) for step in range(STEPS)]
    assert rates[0] == LOWEST
    assert rates[-1] == pytest.approx(HIGHEST)
    factors = [after / before for before, after in itertools.pairwise(rates)]
    assert max(factors) == pytest.approx(min(factors))


def test_the_rate_lies_where_the_loss_falls_and_far_enough_from_where_it_explodes() -> None:
    rate = suggested_rate(curve(1e-4, 1e-2))
    assert rate is not None
    assert 5e-4 <= rate <= 2e-3


def test_a_curve_ten_times_further_right_gives_ten_times_the_rate() -> None:
    first, second = suggested_rate(curve(1e-5, 1e-3)), suggested_rate(curve(1e-4, 1e-2))
    assert first is not None
    assert second is not None
    assert second / first == pytest.approx(10, rel=0.35)


def test_losses_that_never_fall_suggest_nothing() -> None:
    assert suggested_rate([RateTried(rate_at(step), 1.0 + step / 10) for step in range(40)]) is None
    assert suggested_rate([RateTried(rate_at(step), 1.0) for step in range(40)]) is None
    assert suggested_rate(curve(1e-4, 1e-2)[:5]) is None


def test_the_average_begins_with_the_first_loss_and_follows() -> None:
    smooth = SmoothLoss()
    assert smooth.add(3.0) == pytest.approx(3.0)
    second = smooth.add(1.0)
    assert 1.0 < second < 3.0
    for _ in range(40):
        last = smooth.add(1.0)
    assert last == pytest.approx(1.0, abs=1e-3)
    assert smooth.lowest == last


def test_it_has_exploded_far_above_the_lowest_and_where_it_is_no_number() -> None:
    smooth = SmoothLoss()
    smooth.add(1.0)
    assert not smooth.exploded(3.4)
    assert smooth.exploded(3.6)
    assert smooth.exploded(math.nan)
    smooth.lowest = 1e-4
    assert not smooth.exploded(1e-2), "a tiny loss that grows a little is nothing yet"
