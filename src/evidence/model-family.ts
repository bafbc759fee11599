import type { Run } from '../runs/run.ts'
import { isTelling } from './what-varied.ts'

/**
 * What sort of model a run is, as far as names tell: `trivial` predicts without looking at the features (a majority class,
 * a constant, the last value), `linear` is a linear or logistic model, `other` one that is usually held against these two:
 * trees, boosting, kernels, neighbours, naive Bayes, small or recurrent nets.
 */
export type ModelFamily = 'trivial' | 'linear' | 'other'

const TRIVIAL =
  /\b(dummy|majority|most frequent|constant|zero ?r|zero rule|persistence|climatology|last value|seasonal naive|naive(?! bayes)|random guess(ing)?|mean (baseline|predictor))\b/

const LINEAR =
  /\b(log(istic)? ?reg(ression)?|logit|linear (model|regression|svc|svm|svr|classifier|regressor)|lin ?(reg|svc|svm|svr)|ridge|lasso|elastic ?net|ols|glm|sgd (classifier|regressor)|(?<!layer )perceptron)\b/

/** Words that mean a linear model only where a parameter names the model: `model=linear`, `clf=lr`. */
const LINEAR_ALONE = /^(linear|lr)$/

const OTHER =
  /\b(rf|random ?forests?|extra ?trees?|decision ?trees?|cart|xgb(oost)?|(xgb|lgbm|catboost) ?(classifier|regressor)|lgbm?|light ?gbm|cat ?boost|gbm|gbdt|gbrt|ada ?boost|(hist )?gradient ?boost(ing|ed)?|svm|svc|svr|k ?nn|k ?neighbors|naive bayes|\w+ ?nb|mlp|multi ?layer perceptron|gaussian process|lstm\w*|gru|rnn|tcn)\b/

/** A parameter that names the model, not one of its settings. */
const MODEL_PARAM =
  /(^|[_./-])(model|arch(itecture)?|estimator|algorithm|algo|classifier|regressor|learner|clf|reg)([_.-]?(name|type|kind|class))?$/i

const MODEL_TAG =
  /^(estimator_(name|class)|model([_.-]?(name|type|kind|class|family))?|algorithm|architecture)$/i

/** Whether a parameter says by its name that it names the model. */
export function isModelName(param: string): boolean {
  return MODEL_PARAM.test(param)
}

/** The family of a run's model by its parameters, else its tags, else its name; null where none of them tells. */
export function modelFamily(run: Run): ModelFamily | null {
  const params = [...run.params].flatMap(([name, text]) =>
    (MODEL_PARAM.test(name) && isTelling(name.replace(/\b(algo|regressor|clf|reg)\b/i, 'model'))) ||
    /^[A-Z]\w+\(.{0,200}\)$/s.test(text)
      ? [text]
      : [],
  )
  const tags = [...run.tags].flatMap(([name, text]) => (MODEL_TAG.test(name) ? [text] : []))
  return familyOf(params, true) ?? familyOf(tags, true) ?? familyOf([run.name], false)
}

/** The family that the first text to tell one tells. */
function familyOf(texts: readonly string[], isModel: boolean): ModelFamily | null {
  for (const text of texts) {
    const words = plainWords(text)
    if (TRIVIAL.test(words)) return 'trivial'
    if (LINEAR.test(words) || (isModel && LINEAR_ALONE.test(words))) return 'linear'
    if (OTHER.test(words)) return 'other'
  }
  return null
}

/** `LogisticRegression(C=1.0)` as "logistic regression", `rf-500-leaf20` as "rf 500 leaf20". */
function plainWords(text: string): string {
  return text
    .slice(0, 200)
    .replace(/\(.*$/s, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, ' ')
    .trim()
}
