"""Seeded random cases for every computation that narrate does itself, with what scipy makes of them: one JSON line each.

To compare another function, add a line to TABLE here and one of the same name to compare-statistics.ts.
"""

import json
import sys

import numpy as np
from scipy import integrate, stats

CASES = 60
random = np.random.default_rng(20261120)


def sample(low=2, high=12):
    """Values as metrics have them: of some size, with some spread."""
    return list(random.normal(random.uniform(-5, 5), 10 ** random.uniform(-4, 1), random.integers(low, high)))


def groups():
    return [sample(1, 8) for _ in range(random.integers(1, 6))] + [sample(2, 8)]


def degrees():
    return float(random.choice([random.integers(1, 200), random.uniform(1, 60)]))


def chance():
    return float(random.choice([random.uniform(0.001, 0.999), 10 ** random.uniform(-9, -2)]))


def heads():
    count = int(random.integers(1, 200))
    return [int(random.integers(0, count + 1)), count]


def pooled(samples):
    """The root of the mean square error of a one-way layout."""
    repeated = [np.array(one) for one in samples if len(one) > 1]
    squares = sum(((one - one.mean()) ** 2).sum() for one in repeated)
    freedom = sum(len(one) - 1 for one in repeated)
    return [float(np.sqrt(squares / freedom)), freedom]


def welch(a, b):
    test = stats.ttest_ind(a, b, equal_var=False)
    interval = test.confidence_interval(0.95)
    return [float(test.statistic), float(test.df), float(test.pvalue), float(interval.low), float(interval.high)]


def interval(values):
    low, high = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
    return [float(np.mean(values)), float(np.std(values, ddof=1)), float(low), float(high)]


def maximum(count):
    def term(x):
        return x * count * stats.norm.pdf(x) * stats.norm.cdf(x) ** (count - 1)

    low, _ = integrate.quad(term, -10, 0, epsabs=1e-13, epsrel=1e-13, limit=500)
    high, _ = integrate.quad(term, 0, 10, epsabs=1e-13, epsrel=1e-13, limit=500)
    return low + high


def ranked():
    """Pairs with some ties."""
    count = int(random.choice([3, 5, 6, 9, 20, 50]))
    left = random.normal(size=count)
    right = left * random.uniform(-1, 1) + random.normal(size=count)
    return [list(np.round(left, 1)), list(np.round(right, 1))]


def spearman(left, right):
    test = stats.spearmanr(left, right)
    if len(left) > 8:
        return [float(test.statistic), float(test.pvalue)]
    exact = stats.permutation_test(
        (left,), lambda x: stats.spearmanr(x, right).statistic, permutation_type='pairings', n_resamples=np.inf
    )
    # All orders: those with a correlation as far from zero, whatever its sign.
    far = np.abs(exact.null_distribution) >= abs(test.statistic) - 1e-9
    return [float(test.statistic), float(far.mean())]


# name: (arguments of one case, what scipy makes of them)
TABLE = {
    'incompleteBeta': (
        lambda: [random.uniform(0, 1), 10 ** random.uniform(-1, 2.5), 10 ** random.uniform(-1, 2.5)],
        lambda x, a, b: float(stats.beta.cdf(x, a, b)),
    ),
    'studentT': (lambda: [random.normal(0, 5), degrees()], lambda t, df: float(stats.t.cdf(t, df))),
    'tailsOfT': (lambda: [random.normal(0, 20), degrees()], lambda t, df: float(2 * stats.t.sf(abs(t), df))),
    'studentTQuantile': (lambda: [chance(), degrees()], lambda p, df: float(stats.t.ppf(p, df))),
    'tInterval': (lambda: [sample()], interval),
    'welch': (lambda: [sample(), sample()], welch),
    'signTest': (heads, lambda k, n: float(stats.binomtest(k, n, 0.5).pvalue)),
    'pooledSd': (lambda: [groups()], pooled),
    'normalDensity': (lambda: [random.normal(0, 3)], lambda x: float(stats.norm.pdf(x))),
    'normalChance': (lambda: [random.uniform(-4, 9)], lambda x: float(stats.norm.cdf(x))),
    'expectedMaximum': (lambda: [int(10 ** random.uniform(0.4, 5))], maximum),
    'rankCorrelation': (ranked, spearman),
}

for name, (arguments, compute) in TABLE.items():
    for _ in range(CASES):
        given = arguments()
        json.dump({'name': name, 'arguments': given, 'expected': compute(*given)}, sys.stdout)
        sys.stdout.write('\n')
