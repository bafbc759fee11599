import type { EvidenceRun } from '../evidence.ts'
import { claimOf, type Ground, type NoteClause, strangeWords, subjectOf } from './ground.ts'
import type { NoteClaim } from './note-claim.ts'
import { figuresIn, runsOfFigure } from './runs-of-figure.ts'

/** "exp A", "config 2": a label of the author's own. */
const LABEL =
  /(?<![\p{L}\p{N}_-])(?:exp|experiment|config|configuration|setup|model|variant|trial|attempt|arm|option)\s*#?(?:[A-Z]|\d{1,2}|[IVX]{2,4})(?![\p{L}\p{N}_-]|\.\d)/u
const HAS = 'got|gets|gave|gives|has|had|is|was|reached|reaches|hits?|scored|scores|landed|came|ended|at|with'
/** "the big forest": words before what it has or got. */
const DESCRIBED = new RegExp(
  String.raw`(?<![\p{L}])(?:the|our|my)\s+((?:(?!(?:${HAS})\s)\p{L}[\p{L}\p{N}-]*\s+){0,2}(?!(?:${HAS})[\s:])\p{L}[\p{L}\p{N}-]*)(?=\s+(?:${HAS})(?!\p{L})|(?:\s*[:=(,]\s*|\s+)[\d.(@])`,
  'giu',
)
/** "lr5e6": a setting as it is called, not as it is logged. */
const GLUED = /(?<![\p{L}\p{N}_.-])\p{L}{1,12}(\d+)e(\d+)(?![\p{L}\p{N}_.-])/gu
/** Words of a clause that make its figures those of several runs. */
const SEVERAL =
  /(?<![\p{L}])(?:seeds|folds|mean|average|averaged|avg|median|both|each|all|vs|versus|than|not|never|no)(?![\p{L}])/iu
/** Words that make a description one of something else than a run. */
const NO_NAME =
  /(?<![\p{L}])(?:best|worst|highest|lowest|first|second|third|last|other|others|same|next|previous|rest|seeds?|folds?|runs|ones|models|mean|average|avg|median|gap|difference|margin|spread|paper|table|figure|value|values|results?|scores?|numbers?|threshold|split|data|set|dataset|test|train|validation|holdout|morning|afternoon|evening|day|week|one|two|three|four|both|all|new|old|gain|improvement|cost|time|loss|whole|overall|total)(?![\p{L}])/iu

/**
 * Names that an author gives to a run in words of their own, where the evidence is plain: a figure of three digits or more beside them
 * that one run alone logged, or settings that one run alone has, and nothing said of the same words that this run does not have.
 * They are proposed, never applied: only narrate.yaml makes one a name.
 */
export function aliasesIn(clauses: readonly NoteClause[], ground: Ground): readonly NoteClaim[] {
  const found = clauses.flatMap((clause) => aliasIn(clause, ground))
  return [...Map.groupBy(found, ({ phrase }) => phrase.toLowerCase()).values()].flatMap((same) => {
    const [first] = same
    const runs = new Set(same.map(({ run }) => run))
    const [run] = runs
    if (first === undefined || run === undefined || run === null || runs.size !== 1) return []
    return [
      claimOf({ ...first.clause, text: first.phrase }, 'alias', 'proposed', {
        runs: [run],
        consequence: 'detail',
      }),
    ]
  })
}

interface Alias {
  readonly clause: NoteClause
  readonly phrase: string
  /** Null where the clause says something of the words that no run has. */
  readonly run: EvidenceRun | null
}

/** What a clause calls a run by, verbatim and without its article, and which runs the words themselves let in. */
interface Called {
  readonly phrase: string
  readonly end: number
  /** Whether the words write a setting in short. */
  readonly isSetting: boolean
  readonly lets: (one: EvidenceRun) => boolean
}

function aliasIn(clause: NoteClause, ground: Ground): readonly Alias[] {
  if (clause.mentions.some(({ kind }) => kind === 'run') || SEVERAL.test(clause.text)) return []
  const [called, ...others] = callsIn(clause)
  if (called === undefined || others.length > 0) return []
  const { phrase } = called
  const described = clause.mentions.filter(
    (one) => one.kind === 'level' || (one.kind === 'setting' && one.runs.length > 0),
  )
  // "lr2e5 … beta 0 gives 0.5209": which of the two the figure is of is not plain.
  if (called.isSetting && described.length > 0) return []
  const subject = subjectOf(described)
  const byFigures = figuresIn(clause, ground)
    .filter(({ index }) => index >= called.end)
    .map((figure) => runsOfFigure(figure, ground))
  if (byFigures.length > 0) {
    const [only, ...more] = new Set(byFigures.flat())
    const isPlain = byFigures.every((runs) => runs.length === 1) && more.length === 0
    const fits =
      only !== undefined &&
      called.lets(only) &&
      (described.length === 0 || subject?.runs.includes(only) === true)
    return [{ clause, phrase, run: isPlain && fits ? only : null }]
  }
  const bySettings = called.isSetting
    ? ground.all.filter(called.lets)
    : described.some(({ kind }) => kind === 'setting')
      ? (subject?.runs ?? [])
      : []
  const [run, ...rest] = bySettings
  return run === undefined || rest.length > 0 ? [] : [{ clause, phrase, run }]
}

function callsIn({ text, mentions }: NoteClause): readonly Called[] {
  const label = LABEL.exec(text)
  if (label !== null)
    return [{ phrase: label[0], end: label.index + label[0].length, isSetting: false, lets: () => true }]
  const glued = [...text.matchAll(GLUED)].map((match) => {
    const value = Number(`${match[1]}e-${match[2]}`)
    return {
      phrase: match[0],
      end: match.index + match[0].length,
      isSetting: true,
      lets: ({ run }: EvidenceRun) => [...run.params.values()].some((logged) => Number(logged) === value),
    }
  })
  if (glued.length > 0) return glued
  return [...text.matchAll(DESCRIBED)].flatMap((match) => {
    const phrase = (match[1] ?? '').replace(/\s+(?:one|run|model|thing)$/i, '')
    const start = match.index + match[0].indexOf(phrase)
    const end = start + phrase.length
    const within = mentions.filter((one) => one.start < end && one.end > start)
    const isOther = within.some(({ kind }) => kind === 'metric' || kind === 'param' || kind === 'setting')
    if (isOther || NO_NAME.test(phrase) || strangeWords(phrase, within, start).length === 0) return []
    return [{ phrase, end, isSetting: false, lets: () => true }]
  })
}
