import { isHeldOut, isTested } from './telling-curves.ts'

/** The last word of a loss: `valid_loss_Accuracy` is none. */
const LOSS = /(?:loss|error|nll|perplexity|rmse|mse|mae|deviance)$/i

/** Whether a metric's name says that it is a loss or an error. */
export function isLoss(metric: string): boolean {
  return LOSS.test(metric)
}

/**
 * Of some metrics the loss on held-out data, validation before test; of several the one with the shortest name, since a part of
 * a loss has a longer one. Undefined where none is.
 */
export function heldOutLoss(metrics: readonly string[]): string | undefined {
  const [first] = metrics
    .filter((metric) => isHeldOut(metric) && isLoss(metric))
    .toSorted((a, b) => Number(isTested(a)) - Number(isTested(b)) || a.length - b.length)
  return first
}
