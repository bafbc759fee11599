import type { Finder } from '../evidence.ts'
import { best } from './best.ts'
import { cost } from './cost.ts'
import { curves } from './curves.ts'
import { discrepancy } from './discrepancy.ts'
import { failure } from './failure.ts'
import { spread } from './spread.ts'
import { stillImproving } from './still-improving.ts'
import { variation } from './variation.ts'

/** Every kind of finding, in the order in which they are told. A new one is a file of its own and a line here. */
export const FINDERS: readonly Finder[] = [
  best,
  spread,
  variation,
  failure,
  curves,
  stillImproving,
  cost,
  discrepancy,
]
