"""Trains one planned run for real and tells what happened, as values: nothing here knows MLflow."""

from __future__ import annotations

import resource
import time
import traceback
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
import xgboost
from imblearn.over_sampling import ADASYN, SMOTE, RandomOverSampler
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, log_loss, precision_recall_curve, precision_score, recall_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from story import Planned

SPLIT_SEED = 2026
TARGET = 'Purchase'
#: The share of a run at which each point of a series was logged, and how many rounds lie between two points.
EVERY_ROUNDS = 25
#: As on a machine with 16 GiB: what needs more fails here in the same way on any machine.
MEMORY_LIMIT = 16 * 2**30


@dataclass
class Outcome:
    """What one run logged. A point is (metric, value, step, share of the run's time that had passed)."""

    points: list[tuple[str, float, int, float]] = field(default_factory=list)
    artifacts: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    fit_seconds: float | None = None
    wall_seconds: float = 0.0
    error: Exception | None = None

    def log(self, metric: str, value: float, step: int = 0, share: float = 0.98) -> None:
        self.points.append((metric, float(value), step, share))


def read_table(version: str) -> pd.DataFrame:
    """The customers as ISLP ships them (`v1`), or without the rows that stand there more than once (`v2`)."""
    folder = Path(find_spec('ISLP').origin).parent / 'data'
    table = pd.read_csv(folder / 'Caravan.csv')
    table[TARGET] = (table[TARGET] == 'Yes').astype(int)
    return table if version == 'v1' else table.drop_duplicates(ignore_index=True)


def split(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    rest, test = train_test_split(table, test_size=0.2, stratify=table[TARGET], random_state=SPLIT_SEED)
    train, validation = train_test_split(rest, test_size=0.25, stratify=rest[TARGET], random_state=SPLIT_SEED)
    return {'train': train, 'val': validation, 'test': test}


def train(planned: Planned) -> Outcome:
    """Runs the plan. An exception is caught, written down as people do, and kept for the caller to raise again."""
    outcome = Outcome()
    began = time.perf_counter()
    try:
        run(planned, outcome)
    except (MemoryError, FloatingPointError) as error:
        outcome.error = error
        outcome.tags['exception'] = f'{type(error).__name__}: {error}'
        outcome.artifacts['traceback.txt'] = f'Traceback (most recent call last):\n{frames(error)}{type(error).__name__}: {error}\n'
    outcome.wall_seconds = time.perf_counter() - began
    return outcome


def frames(error: Exception) -> str:
    """The stack with file names only: no folder of this machine."""
    return ''.join(f'  File "{Path(frame.filename).name}", line {frame.lineno}, in {frame.name}\n' for frame in traceback.extract_tb(error.__traceback__))


def run(planned: Planned, outcome: Outcome) -> None:
    params = planned.params
    parts = split(read_table(planned.data))
    if 'folds' in params:
        return
    if 'fold' in params:
        both = pd.concat([parts['train'], parts['val']])
        folds = StratifiedKFold(5, shuffle=True, random_state=SPLIT_SEED).split(both, both[TARGET])
        inside, outside = list(folds)[params['fold']]
        parts = {'train': both.iloc[inside], 'val': both.iloc[outside], 'test': parts['test']}
    labels = {name: part[TARGET].to_numpy() for name, part in parts.items()}
    outcome.log('n_buyers', labels['train'].sum(), share=0.02)
    features = build_features(str(params.get('features', 'all')), params, parts)
    x, y = oversample(params, features['train'], labels['train'])
    outcome.log('n_train', len(y), share=0.05)

    probabilities = fit(params, x, y, features, labels, outcome)
    evaluate(params, 'val', labels['val'], probabilities['val'], outcome)
    outcome.artifacts['lift.csv'] = lift_table(labels['val'], probabilities['val'])
    if params.get('evaluate_test'):
        evaluate(params, 'test', labels['test'], probabilities['test'], outcome)


def build_features(kind: str, params: dict, parts: dict[str, pd.DataFrame]) -> dict[str, np.ndarray]:
    plain = {name: part.drop(columns=TARGET) for name, part in parts.items()}
    products = [column for column in plain['train'].columns if column[0] in 'PA']
    if kind == 'all':
        return {name: part.to_numpy('float32') for name, part in plain.items()}
    if kind == 'products':
        return {name: part[products].to_numpy('float32') for name, part in plain.items()}
    if kind == 'all+product_pairs':
        pairs = PolynomialFeatures(2, interaction_only=True, include_bias=False).fit(plain['train'][products])
        return {name: np.hstack([part, pairs.transform(part[products])[:, len(products):]]).astype('float32') for name, part in plain.items()}
    if kind == 'all+interactions':
        all_of_them = PolynomialFeatures(params['interaction_degree'], interaction_only=True, include_bias=False).fit(plain['train'])
        with memory_limit():
            return {name: all_of_them.transform(part) for name, part in plain.items()}
    raise ValueError(kind)


class memory_limit:
    def __enter__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, self.before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_AS, self.before)


def oversample(params: dict, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    ratio, seed, neighbours = params.get('sampling_ratio'), params.get('seed'), params.get('k_neighbors', 5)
    match params.get('sampling', 'none'):
        case 'none':
            return x, y
        case 'smote':
            return SMOTE(sampling_strategy=ratio, k_neighbors=neighbours, random_state=seed).fit_resample(x, y)
        case 'adasyn':
            return ADASYN(sampling_strategy=ratio, n_neighbors=neighbours, random_state=seed).fit_resample(x, y)
        case 'random':
            return RandomOverSampler(sampling_strategy=ratio, random_state=seed).fit_resample(x, y)
        case other:
            raise ValueError(other)


def fit(params: dict, x: np.ndarray, y: np.ndarray, features: dict, labels: dict, outcome: Outcome) -> dict[str, np.ndarray]:
    if params.get('objective') == 'focal':
        return fit_focal(params, x, y, features, labels, outcome)
    model = build_model(params)
    began = time.perf_counter()
    model.fit(x, y)
    outcome.fit_seconds = time.perf_counter() - began
    outcome.log('fit_seconds', outcome.fit_seconds, share=0.9)
    if params['model'] in ('lightgbm', 'xgboost'):
        log_rounds(params, model, features, labels, outcome)
    if params['model'] == 'random_forest':
        outcome.log('train_auc', roc_auc_score(y, model.predict_proba(x)[:, 1]), share=0.92)
    return {name: model.predict_proba(part)[:, 1] for name, part in features.items()}


def build_model(params: dict):
    seed, trees = params.get('seed'), params.get('n_estimators')
    match params['model']:
        case 'dummy':
            return DummyClassifier(strategy=params['strategy'])
        case 'logreg':
            return make_pipeline(StandardScaler(), LogisticRegression(C=params['C'], max_iter=2000))
        case 'random_forest':
            chosen = {name: params[name] for name in ('max_depth', 'min_samples_leaf', 'class_weight') if name in params}
            return RandomForestClassifier(trees, n_jobs=1, random_state=seed, **chosen)
        case 'lightgbm':
            chosen = {name: params[name] for name in ('learning_rate', 'num_leaves', 'min_child_samples', 'subsample', 'colsample_bytree', 'scale_pos_weight') if name in params}
            if 'monotone' in params:
                chosen['monotone_constraints'] = monotone(params)
            return lightgbm.LGBMClassifier(n_estimators=trees, subsample_freq=1, verbose=-1, n_jobs=1, random_state=seed, deterministic=True, **chosen)
        case 'xgboost':
            chosen = {name: params[name] for name in ('learning_rate', 'max_depth', 'subsample', 'colsample_bytree') if name in params}
            return xgboost.XGBClassifier(n_estimators=trees, n_jobs=1, random_state=seed, tree_method='hist', **chosen)
        case other:
            raise ValueError(other)


def monotone(params: dict) -> list[int]:
    """Rising in the named columns; the product pairs, which stand behind the 85 columns, are left free."""
    columns = [column for column in read_table('v2').columns if column != TARGET]
    named = str(params['monotone']).split(',')
    pairs = sum(column[0] in 'PA' for column in columns)
    return [int(column in named) for column in columns] + [0] * (pairs * (pairs - 1) // 2)


def log_rounds(params: dict, model, features: dict, labels: dict, outcome: Outcome) -> None:
    """Log loss after every few rounds. It is taken after the fit, so that it costs the measured time nothing."""
    rounds = params['n_estimators']
    steps = sorted({1, *range(EVERY_ROUNDS, rounds + 1, EVERY_ROUNDS), rounds})
    for step in steps:
        limit = {'num_iteration': step} if params['model'] == 'lightgbm' else {'iteration_range': (0, step)}
        for part in ('train', 'val'):
            probabilities = model.predict_proba(features[part], **limit)[:, 1]
            outcome.log(f'{part}_logloss', log_loss(labels[part], probabilities), step, 0.1 + 0.8 * step / rounds)


def fit_focal(params: dict, x: np.ndarray, y: np.ndarray, features: dict, labels: dict, outcome: Outcome) -> dict[str, np.ndarray]:
    """Focal loss as its author wrote it that afternoon: the logarithm is taken of probabilities that are not clipped."""
    gamma, rounds = params['focal_gamma'], params['n_estimators']
    np.seterr(all='ignore')

    def probability(margin: np.ndarray) -> np.ndarray:
        return (1 / (1 + np.exp(-margin))).astype(np.float32)

    def objective(margin: np.ndarray, matrix: xgboost.DMatrix) -> tuple[np.ndarray, np.ndarray]:
        truth = matrix.get_label()
        p = probability(margin)
        p_true, sign = np.where(truth == 1, p, 1 - p), np.where(truth == 1, 1, -1)
        gradient = sign * (1 - p_true) ** gamma * (gamma * p_true * np.log(p_true) - (1 - p_true))
        return gradient, p_true * (1 - p_true) * (1 - p_true) ** gamma

    def loss(booster: xgboost.Booster, matrix: xgboost.DMatrix) -> float:
        truth, p = matrix.get_label(), probability(booster.predict(matrix, output_margin=True))
        return float(np.mean(-(truth * (1 - p) ** gamma * np.log(p) + (1 - truth) * p**gamma * np.log(1 - p))))

    matrices = {'train': xgboost.DMatrix(x, y), 'val': xgboost.DMatrix(features['val'], labels['val'])}
    settings = {'max_depth': params['max_depth'], 'eta': params['learning_rate'], 'min_child_weight': params['min_child_weight'],
                'reg_lambda': params['reg_lambda'], 'base_score': 0.5, 'nthread': 1, 'seed': params['seed']}
    booster = xgboost.Booster(settings, list(matrices.values()))
    for step in range(1, rounds + 1):
        booster.update(matrices['train'], step - 1, fobj=objective)
        losses = {part: loss(booster, matrix) for part, matrix in matrices.items()}
        broken = [part for part, value in losses.items() if not np.isfinite(value)]
        if broken or step == 1 or step % 10 == 0:
            for part, value in losses.items():
                outcome.log(f'{part}_focal_loss', value, step, 0.1 + 0.8 * step / rounds)
        if broken:
            raise FloatingPointError(f'{broken[0]}_focal_loss is {losses[broken[0]]} in round {step}')
    return {name: probability(booster.predict(xgboost.DMatrix(part), output_margin=True)) for name, part in features.items()}


def evaluate(params: dict, part: str, truth: np.ndarray, probabilities: np.ndarray, outcome: Outcome) -> None:
    threshold = 0.5
    if params.get('threshold') == 'tuned_on_val':
        threshold = outcome_threshold(outcome) if part == 'test' else best_threshold(truth, probabilities)
        if part == 'val':
            outcome.log('best_threshold', threshold)
    chosen = probabilities >= threshold
    outcome.log(f'{part}_auc', roc_auc_score(truth, probabilities))
    outcome.log(f'{part}_auc_boot_sd', bootstrap_sd(truth, probabilities))
    outcome.log(f'{part}_ap', average_precision_score(truth, probabilities))
    outcome.log(f'{part}_f1', f1_score(truth, chosen, zero_division=0))
    outcome.log(f'{part}_precision', precision_score(truth, chosen, zero_division=0))
    outcome.log(f'{part}_recall', recall_score(truth, chosen))
    if not any(metric == f'{part}_logloss' for metric, *_ in outcome.points):
        outcome.log(f'{part}_logloss', log_loss(truth, probabilities))
    if params.get('threshold') == 'tuned_on_val' and part == 'val':
        outcome.artifacts['thresholds.csv'] = threshold_table(truth, probabilities)


def best_threshold(truth: np.ndarray, probabilities: np.ndarray) -> float:
    precision, recall, thresholds = precision_recall_curve(truth, probabilities)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(thresholds[f1[:-1].argmax()])


def outcome_threshold(outcome: Outcome) -> float:
    return next(value for metric, value, *_ in outcome.points if metric == 'best_threshold')


def bootstrap_sd(truth: np.ndarray, probabilities: np.ndarray) -> float:
    generator = np.random.default_rng(7)
    draws = (generator.integers(0, len(truth), len(truth)) for _ in range(200))
    return float(np.std([roc_auc_score(truth[draw], probabilities[draw]) for draw in draws], ddof=1))


def lift_table(truth: np.ndarray, probabilities: np.ndarray) -> str:
    """How many buyers stand in each tenth of the validation part, the likeliest customers first."""
    order = np.argsort(-probabilities, kind='stable')
    rows = [f'{tenth},{len(part)},{truth[part].sum()}' for tenth, part in enumerate(np.array_split(order, 10), 1)]
    return '\n'.join(['tenth,customers,buyers', *rows]) + '\n'


def threshold_table(truth: np.ndarray, probabilities: np.ndarray) -> str:
    rows = ['threshold,called,precision,recall,f1']
    for threshold in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3):
        chosen = probabilities >= threshold
        rows.append(f'{threshold},{chosen.sum()},{precision_score(truth, chosen, zero_division=0):.4f},{recall_score(truth, chosen):.4f},{f1_score(truth, chosen):.4f}')
    return '\n'.join(rows) + '\n'
