import type { Evidence, Factor } from '../evidence/evidence.ts'
import { leastDifference } from '../evidence/noise-floor.ts'
import { contradictions } from '../evidence/note-claims/judge-notes.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { evaluate } from './evaluate.ts'
import { parseCheck } from './expression.ts'
import { namePhrases, phraseAt } from './name-phrases.ts'
import { floorBeside } from './noise-claim.ts'
import { splitText } from './split-text.ts'
import type { Statement } from './statement.ts'
import { united, type Value } from './value.ts'

/** What a draft concludes of a hypothesis, and the two statements that say why. */
export interface Conclusion {
  readonly outcome: 'supported' | 'refuted' | 'inconclusive'
  /** A quotation of the scientist's words, as a slot. */
  readonly hypothesis: string
  readonly reason: Pick<Statement, 'text' | 'checks'>
}

/**
 * Why "supported" or "refuted" may not be said of a hypothesis, in a sentence for whoever drafted it; null where it may.
 * The reason must hold something against something: a holding check, a relation slot, or a finding. Where the hypothesis
 * names a setting that varied, that comparison must be across it, or hold a run of the named level against a figure. Two
 * single runs that lie no further apart than seeds alone put them conclude nothing.
 */
export function outcomeProblem(
  { outcome, hypothesis, reason }: Conclusion,
  evidence: Evidence,
): string | null {
  if (outcome === 'inconclusive') return null
  const told = [...checksOf(reason, evidence), ...slotsOf(reason.text, evidence).filter(isTold)]
  if (told.length === 0)
    return `"${outcome}" needs a comparison in its reason: a check, a [[compare(…)]] or a finding; without one the outcome is inconclusive.`
  if (told.some(({ kind }) => kind === 'finding')) return null
  const aside = besideTheSetting(hypothesis, told, evidence)
  if (aside !== null)
    return `"${outcome}" is said of a hypothesis about ${aside}, and no check of its reason compares runs that differ in it; compare those, or make it inconclusive.`
  // One run that the words deny refutes "every", however near it lies.
  if (outcome === 'refuted' && isDenied(hypothesis, evidence)) return null
  const compared = told.flatMap((value) => pairOf(value))
  const isNoise =
    compared.length > 0 &&
    compared.length === told.length &&
    compared.every((pair) => isWithinNoise(pair, evidence))
  return isNoise
    ? `"${outcome}" rests on single runs that lie no further apart than other seeds alone put them; make it inconclusive, or compare groups of runs.`
    : null
}

const UNIVERSAL = /\b(every|each|all|always|none|never|no)\b/i

/** Whether the log denies a claim about all runs in the words of a hypothesis, as its discrepancy is told. */
function isDenied(hypothesis: string, evidence: Evidence): boolean {
  const quoted = slotsOf(hypothesis, evidence).flatMap((value) => (value.kind === 'quote' ? [value] : []))
  return contradictions(evidence.noteClaims).some(
    ({ quote, said }) =>
      UNIVERSAL.test(said) &&
      quoted.some(
        ({ cites, text }) =>
          quote !== null && cites.includes(quote) && (text.includes(said) || said.includes(text)),
      ),
  )
}

function checksOf(reason: Conclusion['reason'], evidence: Evidence): readonly Value[] {
  return reason.checks.flatMap((written) => {
    const parsed = parseCheck(written)
    const value = isRefusal(parsed) ? parsed : evaluate(parsed, evidence)
    return !isRefusal(value) && value.kind === 'truth' && value.holds ? [value] : []
  })
}

function slotsOf(text: string, evidence: Evidence): readonly Value[] {
  const pieces = splitText(text)
  if (isRefusal(pieces)) return []
  return pieces.flatMap((piece) => {
    if (piece.kind === 'words') return []
    const value = evaluate(piece.expression, evidence)
    return isRefusal(value) ? [] : [value]
  })
}

function isTold({ kind, made }: Value): boolean {
  return kind === 'finding' || kind === 'relation' || /^(delta|pct|ratio|differ)$/.test(made?.by ?? '')
}

/** The setting that a hypothesis names and no comparison is about; null where one is, or where it names none that varied. */
function besideTheSetting(hypothesis: string, told: readonly Value[], evidence: Evidence): string | null {
  const quoted = slotsOf(hypothesis, evidence).flatMap((value) =>
    value.kind === 'quote' ? [value.text] : [],
  )
  const words =
    quoted
      .join(' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}_.-]+/gu) ?? []
  const named = namedFactors(words, evidence)
  const [first] = named
  if (first === undefined) return null
  const isAbout = named.some(({ factor, levels }) => {
    const levelOf = new Map(
      factor.levels.flatMap(({ value, runs }) => runs.map((run) => [run, value] as const)),
    )
    return told.some((value) => {
      const seen = new Set(value.runs.flatMap((run) => (levelOf.has(run) ? [levelOf.get(run)] : [])))
      const isAgainstFigure = (value.made?.operands ?? []).some(
        (one) => one.kind === 'number' && one.field === 'literal',
      )
      return seen.size > 1 || (isAgainstFigure && levels.some((level) => seen.has(level)))
    })
  })
  return isAbout ? null : first.factor.param
}

/** The settings that words name, by themselves or by one of their levels. */
function namedFactors(
  words: readonly string[],
  evidence: Evidence,
): readonly { readonly factor: Factor; readonly levels: readonly (string | null)[] }[] {
  const phrases = namePhrases(evidence).filter(({ field }) => field === 'param')
  const params = new Set(words.flatMap((_, at) => phraseAt(phrases, words, at)?.names ?? []))
  return evidence.factors.flatMap((factor) => {
    const levels = factor.levels.flatMap(({ value }) =>
      value !== null && /\p{L}{2}/u.test(value) && words.includes(value.toLowerCase()) ? [value] : [],
    )
    if (levels.length === 0 && !params.has(factor.param)) return []
    return [{ factor, levels: levels.length > 0 ? levels : factor.levels.map(({ value }) => value) }]
  })
}

interface Pair {
  readonly metric: string
  readonly difference: number
  /** The first side's. */
  readonly runs: readonly string[]
}

/** The metric's values of two single runs that a value holds against each other. */
function pairOf({ made }: Value): readonly Pair[] {
  const [a, b] = made?.operands ?? []
  if (
    a?.kind !== 'number' ||
    b?.kind !== 'number' ||
    !/^(<|>|<=|>=|compare|delta|pct|ratio)$/.test(made?.by ?? '')
  )
    return []
  const isPair = [a, b].every(
    ({ field, made: own, runs }) => field === 'metric' && own === null && runs.length === 1,
  )
  return isPair && a.name !== null && a.name === b.name && united([a.runs, b.runs]).length === 2
    ? [{ metric: a.name, difference: Math.abs(a.value - b.value), runs: a.runs }]
    : []
}

function isWithinNoise({ metric, difference, runs }: Pair, evidence: Evidence): boolean {
  const floor = floorBeside(evidence, metric, runs)
  return floor !== null && difference <= leastDifference(floor)
}
