/** What a prediction says that a log can answer: a metric above or below a figure, within two, or against another run. */
export type Measurable =
  | {
      readonly kind: 'bound'
      readonly metric: string
      readonly relation: 'above' | 'at least' | 'below' | 'at most'
      readonly figure: Figure
    }
  | { readonly kind: 'range'; readonly metric: string; readonly low: Figure; readonly high: Figure }
  | {
      readonly kind: 'against'
      readonly metric: string
      readonly relation: 'above' | 'below' | 'better' | 'worse'
      /** The other run as it was written: an id's prefix or a name. */
      readonly run: string
    }

/** A number as it was typed, with its place in the text. */
export interface Figure {
  readonly value: number
  readonly isPercent: boolean
  readonly index: number
}

const FILLER = String.raw`(?:\s+(?:will|would|should|shall|to|be|is|are|stays?|stay|goes|go|gets?|ends?|end|comes?|come|out|up|lands?|land|reaches|reach|clearly|a|bit|slightly|much|rises?|falls?|drops?))*`
const NUMBER = String.raw`[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?`
const BOUNDS: readonly (readonly [string, 'above' | 'at least' | 'below' | 'at most'])[] = [
  [String.raw`>=|≥|at\s+least|no\s+less\s+than`, 'at least'],
  [String.raw`<=|≤|at\s+most|no\s+more\s+than`, 'at most'],
  [String.raw`>|above|over|higher\s+than|greater\s+than|more\s+than|larger\s+than|exceeds?`, 'above'],
  [String.raw`<|below|under|lower\s+than|less\s+than|smaller\s+than`, 'below'],
]
const AGAINST: readonly (readonly [string, 'above' | 'below' | 'better' | 'worse'])[] = [
  [String.raw`>|above|over|higher\s+than|greater\s+than|larger\s+than|exceeds?`, 'above'],
  [String.raw`<|below|under|lower\s+than|less\s+than|smaller\s+than`, 'below'],
  [String.raw`better\s+than|beats?`, 'better'],
  [String.raw`worse\s+than`, 'worse'],
]
/** Words that turn a prediction round, or make it none. */
const UNPLAIN = /\b(not|never|no longer|without|unless|either|nor|might|may|could|n['’]t)\b|n['’]t\b/i

/**
 * The plain forms in a prediction: `val_auc > 0.76`, `val_auc 0.75–0.77`, `val_loss lower than 3fa2c1`. `metrics` are the
 * names that count as metrics; null where none are known yet, and then any name in that place is one. What is negated,
 * hedged, or said in other words is left to words: nothing is guessed.
 */
export function measurablesIn(text: string, metrics: readonly string[] | null): readonly Measurable[] {
  const name =
    metrics === null
      ? String.raw`[\p{L}_][\p{L}\p{N}_./@-]*`
      : metrics
          .toSorted((a, b) => b.length - a.length)
          .map(pattern)
          .join('|')
  if (name === '') return []
  const found: (Measurable & { readonly at: number })[] = []
  const search = (
    form: string,
    make: (match: RegExpExecArray, metric: string) => Measurable | null,
  ): void => {
    const expression = new RegExp(
      `(?<![\\p{L}\\p{N}_./-])(?<metric>${name})${FILLER}\\s*:?\\s*${form}`,
      'giu',
    )
    for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
      const written = match.groups?.metric ?? ''
      const metric = metrics === null ? written : nameOf(written, metrics)
      const made = metric === null || isUnplain(text, match) ? null : make(match, metric)
      if (made !== null) found.push({ ...made, at: match.index })
    }
  }
  for (const [words, relation] of BOUNDS)
    search(
      String.raw`(?:${words})\s*(?<figure>${NUMBER})(?<percent>\s?%)?(?![\p{L}\p{N}])`,
      (match, metric) => {
        const figure = figureAt(match, 'figure')
        return figure === null ? null : { kind: 'bound', metric, relation, figure }
      },
    )
  search(
    String.raw`(?:between|within|in|of|at|from|=)?\s*\[?(?<low>${NUMBER})\s?%?\s*(?:–|—|-|\.\.+|to|and)\s*(?<high>${NUMBER})(?<percent>\s?%)?(?![\p{L}\p{N}])`,
    (match, metric) => {
      const [low, high] = [figureAt(match, 'low'), figureAt(match, 'high')]
      return low === null || high === null || low.value > high.value
        ? null
        : { kind: 'range', metric, low, high }
    },
  )
  for (const [words, relation] of AGAINST)
    search(String.raw`(?:${words})\s+(?:run\s+)?(?<run>[\p{L}\p{N}_.:/-]*[\p{L}\p{N}])`, (match, metric) => {
      const run = match.groups?.run ?? ''
      return isRunWord(run) ? { kind: 'against', metric, relation, run } : null
    })
  return found.sort((a, b) => a.at - b.at).map(({ at: _, ...measurable }) => measurable)
}

/** A run is meant by six characters of an id or by a name that is no plain word; a number is a figure. */
function isRunWord(word: string): boolean {
  return (
    /\p{L}/u.test(word) &&
    ((word.length >= 6 && /\d/.test(word)) || /[-_.\d]/.test(word)) &&
    !/^\d+e-?\d+$/i.test(word)
  )
}

function figureAt(match: RegExpExecArray, group: string): Figure | null {
  const text = match.groups?.[group]
  if (text === undefined) return null
  return {
    value: Number(text),
    isPercent: match.groups?.percent !== undefined,
    index:
      match.index +
      (group === 'high'
        ? match[0].lastIndexOf(text)
        : match[0].indexOf(text, (match.groups?.metric ?? '').length)),
  }
}

/** A metric's name with `_`, `-`, `/`, `.` or a space between its words, whatever was typed. */
function pattern(name: string): string {
  return name
    .split(/([_\-/. ]+)/)
    .map((piece, index) =>
      index % 2 === 1 ? String.raw`[_\-/. ]` : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('')
}

function nameOf(written: string, metrics: readonly string[]): string | null {
  const plain = (text: string): string => text.toLowerCase().replace(/[_\-/. ]+/g, '_')
  return (
    metrics.find((name) => name === written) ?? metrics.find((name) => plain(name) === plain(written)) ?? null
  )
}

/** Whether the clause that a form stands in says it otherwise. */
function isUnplain(text: string, match: RegExpExecArray): boolean {
  const before = text.slice(0, match.index)
  const start = Math.max(
    before.lastIndexOf(','),
    before.lastIndexOf(';'),
    before.lastIndexOf('. '),
    before.lastIndexOf('\n'),
  )
  return UNPLAIN.test(before.slice(start + 1)) || UNPLAIN.test(match[0])
}
