import type { Evidence } from '../../../src/evidence/evidence.ts'
import { makeEvidence } from '../../support/make-evidence.ts'

const base = { model: 'gbt', rate: 0.1, leaves: 7, sampling: 'none', seed: 1, target: 'churn' }
/**
 * An invented shop's day: six runs that predict churn, but for one, which predicts spending; one failed; two differ in the seed alone.
 * Its notes hold negations that a careless quotation loses.
 */
export function shopEvidence(): Evidence {
  return makeEvidence({
    primary: 'val_f1',
    directions: { val_f1: 'higher', val_auc: 'higher', val_logloss: 'lower', fit_seconds: 'lower' },
    units: { fit_seconds: 's' },
    runs: [
      {
        params: base,
        metrics: {
          val_f1: 0.1,
          val_auc: 0.81,
          n_train: 300,
          val_logloss: [0.5, 0.3, 0.4],
          train_logloss: [0.5, 0.4, 0.2],
          fit_seconds: 3,
        },
        seconds: 30,
      },
      {
        params: { ...base, sampling: 'smote' },
        metrics: {
          val_f1: 0.2,
          val_auc: 0.8,
          n_train: 500,
          val_logloss: [0.6, 0.5, 0.42],
          train_logloss: [0.6, 0.4, 0.3],
          fit_seconds: 4,
        },
        seconds: 40,
      },
      {
        params: { ...base, sampling: 'smote', seed: 2 },
        metrics: {
          val_f1: 0.4,
          val_auc: 0.82,
          n_train: 500,
          val_logloss: [0.6, 0.41],
          train_logloss: [0.6, 0.3],
          fit_seconds: 5,
        },
        seconds: 50,
      },
      {
        params: { ...base, model: 'xgb', rate: 0.2 },
        metrics: {
          val_f1: 0.3,
          val_auc: 0.85,
          n_train: 300,
          val_logloss: [0.4, 0.35],
          train_logloss: [0.4, 0.1],
          fit_seconds: 9,
        },
        seconds: 90,
      },
      {
        params: { ...base, target: 'spend' },
        metrics: { val_f1: 0.6, val_auc: 0.9, n_train: 300, fit_seconds: 2 },
        seconds: 20,
      },
      { params: { ...base, model: 'mlp' }, metrics: { val_f1: 0.05 }, status: 'failed', seconds: 10 },
    ],
    groups: [
      { label: 'sampling=smote', runs: ['r2', 'r3'], word: 'smoted' },
      { label: 'model=gbt', runs: ['r1', 'r2', 'r3', 'r5'], word: 'gbts' },
      { label: 'target=churn', runs: ['r1', 'r2', 'r3', 'r4'], word: 'churns' },
    ],
    notes: [
      'smote is not better than plain. not sure it holds',
      'we drop it, no longer worth the time. kept no logs',
    ],
  })
}
