import { numberOfText } from '../files/loose-json.ts'

/** What `run_log.txt` tells, iterations counted from 1 and the seed as iteration 0. */
export interface GepaLog {
  /** The best score on the validation set so far, by iteration. */
  readonly best: readonly LogValue[]
  /** Programs by their index among the candidates. */
  readonly programs: ReadonlyMap<number, LoggedProgram>
  /** The index of the candidate that an iteration began from; null where it began from several. */
  readonly selected: ReadonlyMap<number, number | null>
  /** Iterations whose proposal was no better than what it came from. */
  readonly rejected: ReadonlySet<number>
  /** Texts that were proposed, by iteration, then component. */
  readonly texts: ReadonlyMap<number, ReadonlyMap<string, { readonly text: string; readonly line: number }>>
}

interface OpenText {
  readonly iteration: number
  readonly component: string
  readonly lines: string[]
  readonly line: number
}

export interface LogValue {
  readonly iteration: number
  readonly value: number
  readonly line: number
}

export interface LoggedProgram {
  readonly iteration: number
  /** The mean over the validation set. */
  readonly score: { readonly value: number; readonly line: number } | null
  /** By the examples' ids. */
  readonly scores: ReadonlyMap<string, { readonly value: number; readonly line: number }>
}

const LINE = /^Iteration (\d{1,9}): (.*)$/s
const BASE = /^Base program full valset score: (\S+)(?: over .*)?$/
const SCORE = /^(?:Full valset|Valset) score for new program: (\S+)(?: \(coverage .*\))?$/
const SCORES = /^Individual valset scores for new program: \{(.*)\}$/
const BEST = /^Best score on valset: (\S+)$/
const INDEX = /^New program candidate index: (\d{1,9})$/
const SELECTED = /^Selected program (\d{1,9}) score: \S+$/
const REJECTED = /^New subsample score \S+ is not better than old score \S+, skipping$/
const PROPOSED = /^Proposed new text for (.+?): (.*)$/s

/** A log that holds those of several optimisations, one after the other: each begins with the score of its seed. What stands before the first is in none. */
export function splitGepaLog(text: string): readonly { readonly text: string; readonly line: number }[] {
  const parts: { readonly text: string; readonly line: number }[] = []
  const starts = [...text.matchAll(/^Iteration 0: Base program full valset score: /gm)].map(
    ({ index }) => index,
  )
  let line = 1
  let from = 0
  for (const [nth, start] of starts.entries()) {
    line += countLines(text, from, start)
    from = start
    parts.push({ text: text.slice(start, starts[nth + 1]), line })
  }
  return parts
}

function countLines(text: string, from: number, until: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at !== -1 && at < until; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

/**
 * Reads GEPA's log for people, which alone has the scores of candidates in words that are no pickle. A last line that does not end is left
 * out, and so is a text that no line follows: both may be cut. Wording: GEPA 0.1.4, `core/engine.py`, `core/state.py`.
 */
export function readGepaLog(text: string): GepaLog {
  const best: LogValue[] = []
  const programs = new Map<number, LoggedProgram>()
  const texts = new Map<number, Map<string, { readonly text: string; readonly line: number }>>()
  const selected = new Map<number, number | null>()
  const rejected = new Set<number>()
  let score: LoggedProgram['score'] = null
  let scores: LoggedProgram['scores'] = new Map()
  // The text that the next lines go on with.
  let open: readonly OpenText[] = []
  const isWindows = text.includes('\r\n') && !/[^\r]\n/.test(text)
  const lines = text.split(isWindows ? '\r\n' : '\n').slice(0, -1)
  for (const [index, each] of lines.entries()) {
    const [, counted, words] = LINE.exec(each) ?? []
    if (counted === undefined || words === undefined) {
      open[0]?.lines.push(each)
      continue
    }
    close()
    take(Number(counted), words, index + 1)
  }
  return { best, programs, selected, rejected, texts }

  function take(iteration: number, words: string, line: number): void {
    const base = numberIn(BASE, words)
    if (base !== null) {
      programs.set(0, { iteration: 0, score: { value: base, line }, scores: new Map() })
      best.push({ iteration: 0, value: base, line })
    }
    const value = numberIn(SCORE, words)
    if (value !== null) score = { value, line }
    const each = SCORES.exec(words)?.[1]
    if (each !== undefined) scores = scoresOf(each, line)
    const top = numberIn(BEST, words)
    if (top !== null) best.push({ iteration, value: top, line })
    const candidate = INDEX.exec(words)?.[1]
    if (candidate !== undefined) {
      programs.set(Number(candidate), { iteration, score, scores })
      score = null
      scores = new Map()
    }
    const from = SELECTED.exec(words)?.[1]
    if (from !== undefined)
      selected.set(
        iteration,
        (selected.get(iteration) ?? Number(from)) === Number(from) && selected.get(iteration) !== null
          ? Number(from)
          : null,
      )
    if (REJECTED.test(words)) rejected.add(iteration)
    const [, component, first] = PROPOSED.exec(words) ?? []
    if (component !== undefined && first !== undefined)
      open = [{ iteration, component, lines: [first], line }]
  }

  function close(): void {
    for (const { iteration, component, lines: written, line } of open) {
      const known = texts.get(iteration) ?? new Map()
      texts.set(iteration, known.set(component, { text: written.join('\n'), line }))
    }
    open = []
  }
}

function numberIn(pattern: RegExp, words: string): number | null {
  const written = pattern.exec(words)?.[1]
  return written === undefined ? null : numberOfText(written)
}

/** A Python dictionary of ids and numbers: `0: 0.5, 'a': 1.0`. */
function scoresOf(written: string, line: number): LoggedProgram['scores'] {
  const found = new Map<string, { readonly value: number; readonly line: number }>()
  for (const [, quoted, plain, number] of written.matchAll(/(?:'([^']*)'|([^\s,:]+)): ([^\s,]+)/g)) {
    const value = numberOfText(number ?? '')
    if (value !== null) found.set(quoted ?? plain ?? '', { value, line })
  }
  return found
}
