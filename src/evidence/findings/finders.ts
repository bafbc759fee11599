import type { Finder } from '../evidence.ts'
import { best } from './best.ts'
import { childrenElsewhere } from './children-elsewhere.ts'
import { cost } from './cost.ts'
import { crossValidation } from './cross-validation.ts'
import { curves } from './curves.ts'
import { dataFiles } from './data-files.ts'
import { direction } from './direction.ts'
import { disappeared } from './disappeared.ts'
import { discrepancy } from './discrepancy.ts'
import { expectation } from './expectation.ts'
import { failure } from './failure.ts'
import { importance } from './importance.ts'
import { minimalPairs } from './minimal-pairs.ts'
import { notedProtocol } from './noted-protocol.ts'
import { planned } from './planned.ts'
import { progress } from './progress.ts'
import { protocol } from './protocol.ts'
import { repeats } from './repeats.ts'
import { replicates } from './replicates.ts'
import { reproducibility } from './reproducibility.ts'
import { selection } from './selection.ts'
import { slowRuns } from './slow-runs.ts'
import { spread } from './spread.ts'
import { stillImproving } from './still-improving.ts'
import { sweep } from './sweep.ts'
import { untried } from './untried.ts'
import { variation } from './variation.ts'

/** Every kind of finding, in the order in which they are told. A new one is a file of its own and a line here. */
export const FINDERS: readonly Finder[] = [
  best,
  sweep,
  spread,
  replicates,
  minimalPairs,
  variation,
  childrenElsewhere,
  crossValidation,
  protocol,
  notedProtocol,
  selection,
  failure,
  repeats,
  expectation,
  planned,
  curves,
  stillImproving,
  progress,
  importance,
  untried,
  cost,
  slowRuns,
  disappeared,
  dataFiles,
  reproducibility,
  direction,
  discrepancy,
]
