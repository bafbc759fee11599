"""The forty-seven runs: what was set in each, when, by whom, from which state of the code. What came out is not here: training tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1
from zoneinfo import ZoneInfo

ZONE = ZoneInfo('Europe/Oslo')


def commit(word: str) -> str:
    """A commit id of the invented training repository."""
    return sha1(f'caravan-crosssell/{word}'.encode()).hexdigest()


BASELINES = commit('baselines: forest and boosting behind one train.py')
DEDUP = commit('data: drop duplicate customers before splitting')
CROSS_VALIDATION = commit('train: --cv N, one child run per fold')
SAMPLING = commit('train: --sampling (inside the training split only)')
PAIRS = commit('features: pairwise products of the product columns')
THRESHOLD = commit('evaluate: tune the threshold for f1')
FOCAL = commit('xgb: focal loss as custom objective')

TREES = {'min_child_samples': 30, 'subsample': 0.8, 'colsample_bytree': 0.6}
LGBM = {'model': 'lightgbm', 'n_estimators': 200, 'learning_rate': 0.02, 'num_leaves': 15, **TREES}
LGBM_PAIRS = {**LGBM, 'n_estimators': 600, 'learning_rate': 0.01, 'num_leaves': 7, 'features': 'all+product_pairs'}
XGB_PAIRS = {
    'model': 'xgboost', 'n_estimators': 600, 'learning_rate': 0.01, 'max_depth': 3,
    'subsample': 0.8, 'colsample_bytree': 0.6, 'features': 'all+product_pairs',
}
FOREST = {'model': 'random_forest', 'n_estimators': 500}
TUNED = {'threshold': 'tuned_on_val'}


@dataclass(frozen=True)
class Planned:
    """One run before it is trained. `parent` is the number of another run; `tags` are a person's own."""

    number: int
    experiment: str
    name: str
    at: str
    params: dict[str, object]
    user: str = 'ines'
    script: str = 'train.py'
    commit: str | None = None
    dirty: bool | None = None
    data: str = 'v2'
    parent: int | None = None
    tags: dict[str, str] = field(default_factory=dict)
    note: str | None = None

    @property
    def start(self) -> int:
        return int(datetime.fromisoformat(f'2026-{self.at}').replace(tzinfo=ZONE).timestamp() * 1000)


EXPERIMENTS = {
    'caravan/baselines': (
        'First look at the caravan cross-sell problem: which of our customers would buy a caravan policy? 85 columns '
        '(43 from the postcode area, 42 about the products they hold), very few positives.\n\n'
        'Question: does anything beat a plain **logistic regression**, and is a random forest enough? '
        'Decides: `val_auc` (higher is better). Split 60/20/20, stratified, `split_seed` fixed; the test part stays closed. '
        '`val_f1` is at the default 0.5 cut, only for information.'
    ),
    'caravan/lgbm': (
        'LightGBM on the de-duplicated table. Five folds first, to see how much of a difference is only the split; then the '
        'size of the trees.\n\nThe `cv` run is the parent, folds are its children. `cv_auc_sd` is over the folds.'
    ),
    'caravan/oversampling': (
        'Hypothesis: with so few buyers the trees see too little of them, so oversampling the training split (SMOTE and '
        'relatives, **never** the validation split) lifts `val_auc`.\n\nAll else as in the control `no-sampling`.'
    ),
    'caravan/lgbm-vs-xgb': (
        'LightGBM against XGBoost on the same features (all columns + pairwise products of the product columns), 600 rounds at '
        '0.01 each, three seeds. We care about quality first and about `fit_seconds` second: it is to be refitted every night.\n\n'
        '2026-03-09: from here on `val_f1` at a **tuned** threshold decides, no longer `val_auc` (campaign team, see my notes). '
        'Runs before that have `val_f1` at 0.5!'
    ),
    'caravan/final': None,
}

PRIMARY = {'caravan/baselines': 'val_auc', 'caravan/final': 'val_f1'}


def cv_fold(number: int, fold: int) -> Planned:
    return Planned(number, 'caravan/lgbm', f'cv-fold-{fold}', f'03-04T10:21:{2.02 + 0.64 * fold:06.3f}', {**LGBM, 'num_leaves': 7, 'seed': 1, 'fold': fold},
                   commit=CROSS_VALIDATION, parent=14)


RUNS = [
    Planned(1, 'caravan/baselines', 'dummy-prior', '03-02T09:41:12', {'model': 'dummy', 'strategy': 'prior'}, script='baseline.ipynb', data='v1'),
    Planned(2, 'caravan/baselines', 'logreg-C1', '03-02T10:05:33', {'model': 'logreg', 'C': 1.0}, script='baseline.ipynb', data='v1'),
    Planned(3, 'caravan/baselines', 'logreg-C0.01', '03-02T10:12:50', {'model': 'logreg', 'C': 0.01}, script='baseline.ipynb', data='v1'),
    Planned(4, 'caravan/baselines', 'rf-500', '03-02T11:34:02', {**FOREST, 'seed': 1}, commit=BASELINES, data='v1'),
    Planned(5, 'caravan/baselines', 'rf-500-depth8', '03-02T11:47:45', {**FOREST, 'max_depth': 8, 'seed': 1}, commit=BASELINES, data='v1'),
    Planned(6, 'caravan/baselines', 'rf-500-leaf20', '03-02T13:20:18', {**FOREST, 'min_samples_leaf': 20, 'seed': 1}, commit=BASELINES, data='v1'),
    Planned(7, 'caravan/baselines', 'rf-500-depth8-balanced', '03-02T13:52:27',
            {**FOREST, 'max_depth': 8, 'class_weight': 'balanced_subsample', 'seed': 1}, commit=BASELINES, data='v1'),
    Planned(8, 'caravan/baselines', 'lgbm-first-try', '03-02T16:38:40', {**LGBM, 'seed': 1}, commit=BASELINES, data='v1'),

    Planned(9, 'caravan/baselines', 'rf-500-leaf20-dedup', '03-03T10:58:09', {**FOREST, 'min_samples_leaf': 20, 'seed': 1}, commit=DEDUP, tags={'why': 'same as yesterday, duplicates dropped'}),
    Planned(10, 'caravan/baselines', 'rf-500-leaf20-dedup-s2', '03-03T11:06:31', {**FOREST, 'min_samples_leaf': 20, 'seed': 2}, commit=DEDUP),
    Planned(11, 'caravan/baselines', 'rf-500-leaf20-dedup-s3', '03-03T11:09:14', {**FOREST, 'min_samples_leaf': 20, 'seed': 3}, commit=DEDUP),
    Planned(12, 'caravan/baselines', 'rf-500-interactions', '03-03T14:21:55', {**FOREST, 'min_samples_leaf': 20, 'features': 'all+interactions', 'interaction_degree': 4, 'seed': 1}, commit=DEDUP),
    Planned(13, 'caravan/baselines', 'lgbm-dedup', '03-03T16:44:20', {**LGBM, 'seed': 1}, commit=DEDUP),

    Planned(14, 'caravan/lgbm', 'cv5-leaves7', '03-04T10:21:02', {**LGBM, 'num_leaves': 7, 'seed': 1, 'folds': 5}, commit=CROSS_VALIDATION),
    cv_fold(15, 0), cv_fold(16, 1), cv_fold(17, 2), cv_fold(18, 3), cv_fold(19, 4),
    Planned(20, 'caravan/lgbm', 'lgbm-leaves7', '03-04T13:07:48', {**LGBM, 'num_leaves': 7, 'seed': 1}, commit=CROSS_VALIDATION),
    Planned(21, 'caravan/lgbm', 'lgbm-leaves7-spw15', '03-04T13:40:11', {**LGBM, 'num_leaves': 7, 'scale_pos_weight': 15, 'seed': 1}, commit=CROSS_VALIDATION),
    Planned(22, 'caravan/lgbm', 'products-only', '03-04T15:12:36', {**LGBM, 'num_leaves': 7, 'features': 'products', 'seed': 1}, user='tomas', script='products.ipynb',
            note='Only the 42 product columns, none of the postcode ones. If this holds up we would not need to buy the area data again.'),

    Planned(23, 'caravan/oversampling', 'no-sampling', '03-05T09:28:05', {**LGBM, 'num_leaves': 7, 'sampling': 'none', 'seed': 1}, commit=SAMPLING),
    Planned(24, 'caravan/oversampling', 'smote-0.15', '03-05T09:36:41', {**LGBM, 'num_leaves': 7, 'sampling': 'smote', 'sampling_ratio': 0.15, 'k_neighbors': 5, 'seed': 1}, commit=SAMPLING),
    Planned(25, 'caravan/oversampling', 'smote-0.3', '03-05T09:39:02', {**LGBM, 'num_leaves': 7, 'sampling': 'smote', 'sampling_ratio': 0.3, 'k_neighbors': 5, 'seed': 1}, commit=SAMPLING),
    Planned(26, 'caravan/oversampling', 'smote-1.0', '03-05T09:42:57', {**LGBM, 'num_leaves': 7, 'sampling': 'smote', 'sampling_ratio': 1.0, 'k_neighbors': 5, 'seed': 1}, commit=SAMPLING),
    Planned(27, 'caravan/oversampling', 'smote-0.3-k3', '03-05T11:15:24', {**LGBM, 'num_leaves': 7, 'sampling': 'smote', 'sampling_ratio': 0.3, 'k_neighbors': 3, 'seed': 1}, commit=SAMPLING),
    Planned(28, 'caravan/oversampling', 'adasyn-0.3', '03-05T14:02:13', {**LGBM, 'num_leaves': 7, 'sampling': 'adasyn', 'sampling_ratio': 0.3, 'k_neighbors': 5, 'seed': 1}, commit=SAMPLING),
    Planned(29, 'caravan/oversampling', 'smote-0.15-s2', '03-06T00:24:39', {**LGBM, 'num_leaves': 7, 'sampling': 'smote', 'sampling_ratio': 0.15, 'k_neighbors': 5, 'seed': 2}, commit=SAMPLING),
    Planned(30, 'caravan/oversampling', 'smote-0.15-s3', '03-06T00:27:50', {**LGBM, 'num_leaves': 7, 'sampling': 'smote', 'sampling_ratio': 0.15, 'k_neighbors': 5, 'seed': 3}, commit=SAMPLING),
    Planned(31, 'caravan/oversampling', 'random-0.3', '03-06T09:51:16', {**LGBM, 'num_leaves': 7, 'sampling': 'random', 'sampling_ratio': 0.3, 'seed': 1}, user='tomas', commit=SAMPLING,
            note='Plain copies instead of synthetic ones, for comparison with what Ines did yesterday.'),

    Planned(32, 'caravan/lgbm-vs-xgb', 'lgbm-s1', '03-06T13:31:08', {**LGBM_PAIRS, 'seed': 1}, commit=PAIRS),
    Planned(33, 'caravan/lgbm-vs-xgb', 'xgb-s1', '03-06T13:36:22', {**XGB_PAIRS, 'seed': 1}, commit=PAIRS),
    Planned(34, 'caravan/lgbm-vs-xgb', 'xgb-s2', '03-06T15:58:47', {**XGB_PAIRS, 'seed': 2}, commit=PAIRS),

    *(Planned(35 + index, 'caravan/lgbm-vs-xgb', f'{name}-s{seed}-f1', f'03-09T{at}', {**params, **TUNED, 'seed': seed}, commit=THRESHOLD, tags={'primary_metric': 'val_f1'})
      for index, (name, params, seed, at) in enumerate([
          ('lgbm', LGBM_PAIRS, 1, '13:46:15'), ('lgbm', LGBM_PAIRS, 2, '13:48:40'), ('lgbm', LGBM_PAIRS, 3, '13:50:02'),
          ('xgb', XGB_PAIRS, 1, '13:54:33'), ('xgb', XGB_PAIRS, 2, '13:57:19'), ('xgb', XGB_PAIRS, 3, '14:00:51')])),
    Planned(41, 'caravan/lgbm-vs-xgb', 'xgb-focal-g4', '03-09T16:47:26',
            {'model': 'xgboost', 'objective': 'focal', 'focal_gamma': 4.0, 'n_estimators': 300, 'learning_rate': 0.2, 'max_depth': 4, 'min_child_weight': 0, 'reg_lambda': 0,
             **TUNED, 'seed': 1}, commit=FOCAL, tags={'primary_metric': 'val_f1'}),

    Planned(42, 'caravan/final', 'xgb-depth2', '03-10T09:17:34', {**XGB_PAIRS, 'max_depth': 2, **TUNED, 'seed': 1}, commit=FOCAL, tags={'primary_metric': 'val_f1'}),
    Planned(43, 'caravan/final', 'lgbm-leaves4', '03-10T09:22:10', {**LGBM_PAIRS, 'num_leaves': 4, **TUNED, 'seed': 1}, commit=FOCAL, tags={'primary_metric': 'val_f1'}),
    Planned(44, 'caravan/final', 'lgbm-leaves4-mono', '03-10T10:41:58', {**LGBM_PAIRS, 'num_leaves': 4, 'monotone': 'PPERSAUT,APERSAUT', **TUNED, 'seed': 1}, commit=FOCAL, dirty=True,
            tags={'primary_metric': 'val_f1'}),
    Planned(45, 'caravan/final', 'lgbm-check', '03-10T11:20:45', {**LGBM_PAIRS, **TUNED, 'seed': 2}, commit=FOCAL, tags={'primary_metric': 'val_f1'}),
    Planned(46, 'caravan/final', 'candidate-xgb', '03-10T14:33:27', {**XGB_PAIRS, 'max_depth': 2, **TUNED, 'seed': 1, 'evaluate_test': True}, commit=FOCAL, tags={'primary_metric': 'val_f1', 'candidate': 'yes'}),
    Planned(47, 'caravan/final', 'candidate-lgbm', '03-10T14:36:05', {**LGBM_PAIRS, **TUNED, 'seed': 1, 'evaluate_test': True}, commit=FOCAL, tags={'primary_metric': 'val_f1', 'candidate': 'yes'}),
]
