"""Seeded sweeps with planted effects, and what scikit-learn makes of them: one JSON line each.

A random forest is random: each sweep tells the mean and the standard deviation over many splits, and ours must lie within them.
"""

import json
import sys

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.inspection import permutation_importance
from sklearn.model_selection import train_test_split

SPLITS = 30
random = np.random.default_rng(20261120)

for count, width in [(60, 3), (60, 4), (120, 4), (120, 6), (200, 5), (200, 8)]:
    columns = [random.uniform(size=count) if at % 3 < 2 else random.integers(0, 4, count) for at in range(width)]
    values = 3 * columns[0] + 1.5 * columns[1] ** 2 + 0.4 * (columns[2] > 1) + random.normal(0, 0.3, count)
    target = values.argsort().argsort() + 1.0
    rows = np.array(columns).T
    explained, lost = [], []
    for split in range(SPLITS):
        train, held, learned, actual = train_test_split(rows, target, test_size=0.3, random_state=split)
        forest = RandomForestRegressor(
            50, max_features=-(-2 * width // 3), min_samples_leaf=2, min_samples_split=5, max_depth=12, random_state=split
        ).fit(train, learned)
        explained.append(forest.score(held, actual))
        lost.append(
            permutation_importance(forest, held, actual, n_repeats=3, random_state=split).importances_mean
        )
    json.dump(
        {
            'inputs': [[[float(value) for value in column]] for column in columns],
            'target': [float(value) for value in target],
            'explained': {'mean': float(np.mean(explained)), 'sd': float(np.std(explained, ddof=1))},
            'importances': [
                {'mean': float(mean), 'sd': float(sd)}
                for mean, sd in zip(np.mean(lost, 0), np.std(lost, 0, ddof=1))
            ],
        },
        sys.stdout,
    )
    sys.stdout.write('\n')
