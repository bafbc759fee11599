import type { Evidence, Finder, FindingKind, NewFinding } from '../evidence/evidence.ts'
import { best } from '../evidence/findings/best.ts'
import { cost } from '../evidence/findings/cost.ts'
import { crossValidation } from '../evidence/findings/cross-validation.ts'
import { curves } from '../evidence/findings/curves.ts'
import { dataFiles } from '../evidence/findings/data-files.ts'
import { direction } from '../evidence/findings/direction.ts'
import { disappeared } from '../evidence/findings/disappeared.ts'
import { discrepancy } from '../evidence/findings/discrepancy.ts'
import { expectation } from '../evidence/findings/expectation.ts'
import { failure } from '../evidence/findings/failure.ts'
import { FINDERS } from '../evidence/findings/finders.ts'
import { importance } from '../evidence/findings/importance.ts'
import { minimalPairs } from '../evidence/findings/minimal-pairs.ts'
import { planned } from '../evidence/findings/planned.ts'
import { progress } from '../evidence/findings/progress.ts'
import { protocol } from '../evidence/findings/protocol.ts'
import { repeats } from '../evidence/findings/repeats.ts'
import { replicates } from '../evidence/findings/replicates.ts'
import { reproducibility } from '../evidence/findings/reproducibility.ts'
import { selection } from '../evidence/findings/selection.ts'
import { slowRuns } from '../evidence/findings/slow-runs.ts'
import { spread } from '../evidence/findings/spread.ts'
import { stillImproving } from '../evidence/findings/still-improving.ts'
import { sweep } from '../evidence/findings/sweep.ts'
import { untried } from '../evidence/findings/untried.ts'
import { variation } from '../evidence/findings/variation.ts'

/** Which finders tell findings of a kind; none where the kind of document itself does. */
export const TOLD_BY: Readonly<Record<FindingKind, readonly Finder[]>> = {
  best: [best],
  spread: [spread],
  variation: [variation, minimalPairs, replicates],
  sweep: [sweep],
  replicates: [replicates],
  'cross-validation': [crossValidation],
  'minimal-pair': [minimalPairs],
  protocol: [protocol, dataFiles],
  direction: [direction],
  selection: [selection],
  disappeared: [disappeared, dataFiles],
  curve: [curves],
  'still-improving': [stillImproving],
  progress: [progress],
  untried: [untried],
  importance: [importance],
  failure: [failure],
  repeat: [repeats],
  expectation: [expectation],
  reproducibility: [reproducibility],
  cost: [cost, slowRuns],
  discrepancy: [discrepancy],
  criterion: [],
  score: [],
  margin: [],
  flip: [],
  front: [],
  chosen: [],
  comparability: [],
  candidates: [],
  target: [],
  pivot: [],
  proposal: [],
  'low-return': [],
  planned: [planned],
  setup: [],
  'setup-check': [],
  verdict: [],
  approach: [],
}

/** What the finders say of frozen evidence. */
export interface FoundAgain {
  /** Findings of finders that had before them all that they had when the document was written. */
  readonly whole: readonly NewFinding[]
  /** Findings of finders that looked at the project's other runs, of which only the mentioned ones are frozen. */
  readonly part: readonly NewFinding[]
  /** Whether all findings of a kind are among the whole ones. */
  isWhole(kind: FindingKind): boolean
}

const before = new WeakMap<Evidence, FoundAgain>()

/** Runs every finder over frozen evidence, watching whether it looks at runs that are no longer all there. */
export function findAgain(evidence: Evidence, ofKind: Finder): FoundAgain {
  const known = before.get(evidence)
  if (known !== undefined) return known
  const isAllThere = evidence.unmentioned === 0
  const whole: NewFinding[] = []
  const part: NewFinding[] = []
  const wholeFinders = new Set<Finder>()
  /** Kinds of findings that the document's kind tells of the document's own runs alone. */
  const ownKinds = new Set<FindingKind>()
  for (const find of [...FINDERS, ofKind]) {
    const watched = watch(evidence)
    const told = find(watched.evidence).filter(({ values = {} }) =>
      Object.values(values).every(({ value }) => Number.isFinite(value)),
    )
    if (isAllThere || !watched.lookedElsewhere()) {
      wholeFinders.add(find)
      whole.push(...told)
    } else if (find === ofKind) {
      const alone = toldAlone(evidence, ofKind, told)
      whole.push(...alone)
      for (const { kind } of alone) ownKinds.add(kind)
      part.push(...told.filter((one) => !alone.includes(one)))
      for (const one of told) if (!alone.includes(one)) ownKinds.delete(one.kind)
    } else part.push(...told)
  }
  const again = {
    whole,
    part,
    isWhole: (kind: FindingKind) =>
      ownKinds.has(kind) ||
      (TOLD_BY[kind].length === 0 ? [ofKind] : TOLD_BY[kind]).every((find) => wholeFinders.has(find)),
  }
  before.set(evidence, again)
  return again
}

/**
 * What the kind of document tells of the document's own runs, whatever other runs there are: its findings of scope
 * `session` that come out the same where the project has no others. They are whole though the rest of it looked around.
 */
function toldAlone(evidence: Evidence, ofKind: Finder, told: readonly NewFinding[]): readonly NewFinding[] {
  const alone = new Set(
    ofKind({ ...evidence, earlier: [], deleted: [] }).map((finding) => JSON.stringify(finding)),
  )
  return told.filter((one) => (one.scope ?? 'session') === 'session' && alone.has(JSON.stringify(one)))
}

/** The evidence as a new object, so that nothing remembered about it answers, and whether its other runs were read. */
function watch(evidence: Evidence): { readonly evidence: Evidence; lookedElsewhere(): boolean } {
  let looked = false
  return {
    evidence: {
      ...evidence,
      get earlier() {
        looked = true
        return evidence.earlier
      },
      get deleted() {
        looked = true
        return evidence.deleted
      },
    },
    lookedElsewhere: () => looked,
  }
}
