import { type NamePhrase, namePhrases, phraseAt } from '../claims/name-phrases.ts'
import type { RunSummary } from '../runs/run.ts'
import { shortId } from '../runs/run.ts'
import { type Candidate, candidatesFor, type KnownNumber } from './candidates.ts'
import { type Figure, figuresIn } from './figures.ts'

/**
 * A piece of a text that is read by itself: a sentence's paragraph, a list item, or a table cell with what stands above
 * and beside it.
 */
export interface Passage {
  readonly text: string
  /** From 1. */
  readonly line: number
  /** Of a table cell: the head of its column, and the other cells of its row. */
  readonly cell: { readonly head: string; readonly row: string } | null
}

/** The runs that figures are looked for in, and the numbers they hold. */
export interface KnownRuns {
  readonly runs: readonly Pick<RunSummary, 'id' | 'name' | 'metrics' | 'params'>[]
  readonly numbers: readonly KnownNumber[]
}

/** A number beside a metric or a run, with what it may be. That it may be something says not that it is. */
export interface CheckedFigure {
  readonly line: number
  readonly figure: Figure
  /** The metrics, parameters and runs it stands beside. */
  readonly names: readonly string[]
  readonly runs: readonly string[]
  /** Numbers of these that it may stand for. */
  readonly candidates: readonly Candidate[]
  /** Where there is none: numbers of other metrics and runs that it may stand for. */
  readonly elsewhere: readonly Candidate[]
}

export interface CheckedFigures {
  readonly figures: readonly CheckedFigure[]
  /** Numbers that stand beside no metric and no run. */
  readonly unnamed: number
}

/** Looks for every number that stands beside a named metric, parameter or run among the numbers of the runs. */
export function checkFigures(passages: readonly Passage[], known: KnownRuns): CheckedFigures {
  const index = indexOf(known)
  const figures: CheckedFigure[] = []
  let unnamed = 0
  for (const passage of passages)
    for (const { text, start } of sentencesOf(passage.text)) {
      const here = namesIn(text, index)
      const head = namesIn(passage.cell?.head ?? '', index)
      const row = namesIn(passage.cell?.row ?? '', index)
      for (const figure of figuresIn(text)) {
        // Digits of a name or an id are no number.
        if ([...here.names, ...here.runs].some((one) => one.start <= figure.index && figure.index < one.end))
          continue
        const about = whatAbout(figure, text, here, head, row)
        if (about === null) {
          unnamed++
          continue
        }
        const isPercent = figure.unit === null && /%/.test(passage.cell?.head ?? '')
        figures.push({
          line: passage.line + breaksIn(passage.text.slice(0, start + figure.index)),
          ...look(isPercent ? { ...figure, unit: '%' } : figure, about, index),
        })
      }
    }
  return { figures, unnamed }
}

interface Index {
  readonly phrases: readonly NamePhrase[]
  readonly all: readonly KnownNumber[]
  readonly byName: ReadonlyMap<string, readonly KnownNumber[]>
  /** Names of runs and the first characters of their ids, in lower case, with the labels of the runs they may mean. */
  readonly runWords: ReadonlyMap<string, readonly string[]>
}

interface Found {
  readonly start: number
  readonly end: number
  readonly names: readonly string[]
}

interface Named {
  readonly names: readonly Found[]
  readonly runs: readonly Found[]
}

const SHORTEST_ID = 6

/** Words that end names of metrics and alone name none. */
const GENERAL =
  /^(mean|avg|average|sd|std|min|max|best|last|final|total|time|score|value|count|rate|size|step|n)$/

function indexOf({ runs, numbers }: KnownRuns): Index {
  const runWords = new Map<string, string[]>()
  const add = (word: string, label: string): void => {
    const key = word.toLowerCase()
    const labels = runWords.get(key) ?? []
    if (!labels.includes(label)) runWords.set(key, [...labels, label])
  }
  for (const { id, name } of runs) {
    const short = shortId(id)
    const label = name === '' || name === id || name.startsWith(short) ? short : `${name} (${short})`
    // A name of one plain word may mean anything.
    if (/[\d_-]/.test(name) && name.length > 2) add(name, label)
    for (let length = SHORTEST_ID; length <= id.length; length++) add(id.slice(0, length), label)
  }
  return {
    phrases: namePhrases({ runs: runs.map((run) => ({ run })) }).filter(
      ({ words }) => words.length > 1 || !GENERAL.test(words[0] ?? ''),
    ),
    all: numbers,
    byName: Map.groupBy(numbers, ({ name }) => name.replace(/^.* of /, '')),
    runWords,
  }
}

/** The metrics, parameters and runs that a text names, in order. */
function namesIn(text: string, { phrases, runWords }: Index): Named {
  const words = [...text.matchAll(/[\p{L}\p{N}_][\p{L}\p{N}_./@-]*/gu)].map((match) => {
    const word = match[0].replace(/[./@-]+$/, '')
    return { word: word.toLowerCase(), start: match.index, end: match.index + word.length }
  })
  const plain = words.map(({ word }) => word)
  const names: Found[] = []
  const runs: Found[] = []
  for (let at = 0; at < words.length; at++) {
    const first = words[at]
    if (first === undefined) continue
    const ofRun = runWords.get(first.word)
    if (ofRun !== undefined) runs.push({ start: first.start, end: first.end, names: ofRun })
    const phrase = ofRun === undefined ? phraseAt(phrases, plain, at) : null
    if (phrase === null) continue
    const last = words[at + phrase.words.length - 1] ?? first
    names.push({ start: first.start, end: last.end, names: phrase.names })
    at += phrase.words.length - 1
  }
  return { names, runs }
}

interface About {
  /** The nearest metric or parameter, and the nearest run. */
  readonly names: readonly string[]
  readonly runs: readonly string[]
  /** All that the sentence, or the column and row, names. */
  readonly allNames: readonly string[]
  readonly allRuns: readonly string[]
}

/**
 * What a figure stands beside: metrics, parameters and runs of its sentence, or of its column and row; null where there
 * are none, and for bare counts ("three seeds, 600 rounds").
 */
function whatAbout(figure: Figure, text: string, here: Named, head: Named, row: Named): About | null {
  const isWhole = /^[-+]?\d+$/.test(figure.text)
  // In running text a whole number counts things, unless it stands right behind a name.
  if (isWhole && head.names.length === 0 && !isRightBehind(figure, text, here.names)) return null
  const names = here.names.length > 0 ? here.names : head.names
  const runs = here.runs.length > 0 ? here.runs : [...row.runs, ...head.runs]
  if (names.length + runs.length === 0) return null
  const isHere = (found: readonly Found[]) => found === here.names || found === here.runs
  const near = (found: readonly Found[]) =>
    isHere(found) ? (nearest(figure, found)?.names ?? []) : found.flatMap((one) => one.names)
  const all = (found: readonly Found[]) => [...new Set(found.flatMap((one) => one.names))]
  return { names: near(names), runs: near(runs), allNames: all(names), allRuns: all(runs) }
}

function nearest({ index, text }: Figure, found: readonly Found[]): Found | null {
  const distance = ({ start, end }: Found): number =>
    // What stands before a number is what it is of, rather than what follows it.
    end <= index ? index - end : (start - index - text.length) * 2 + 4
  return found.reduce<Found | null>(
    (best, one) => (best === null || distance(one) < distance(best) ? one : best),
    null,
  )
}

function isRightBehind({ index }: Figure, text: string, found: readonly Found[]): boolean {
  return found.some(
    ({ end }) => end <= index && /^\s*(=|:|is|of|was|->|→)?\s*$/i.test(text.slice(end, index)),
  )
}

function look(figure: Figure, about: About, index: Index): Omit<CheckedFigure, 'line'> {
  const { names, runs, allNames, allRuns } = about
  const within = (ofNames: readonly string[], ofRuns: readonly string[]): readonly Candidate[] => {
    const numbers = ofNames.length === 0 ? index.all : ofNames.flatMap((name) => index.byName.get(name) ?? [])
    return candidatesFor(
      figure,
      ofRuns.length === 0 ? numbers : numbers.filter(({ run }) => run !== null && ofRuns.includes(run)),
    )
  }
  const first = (...choices: readonly (() => readonly Candidate[])[]): readonly Candidate[] => {
    for (const choice of choices) {
      const found = choice()
      if (found.length > 0) return found
    }
    return []
  }
  const candidates = first(
    () => within(names, runs),
    () => within(names, allRuns),
    () => within(allNames, allRuns),
  )
  const elsewhere =
    candidates.length > 0
      ? []
      : first(
          () => within(names, []),
          () => within([], []),
        )
  return { figure, names, runs, candidates, elsewhere }
}

/** The sentences of a text, with where each begins. Line breaks are spaces in them. */
function sentencesOf(text: string): readonly { readonly text: string; readonly start: number }[] {
  const ends = [...text.matchAll(/(?<=[!?;]|(?<!\d)\.|\d\.(?=\s+\p{Lu}))\s/gu)].map(({ index }) => index)
  return [0, ...ends].map((start, at) => ({
    text: text.slice(start, ends[at] ?? text.length).replace(/\n/g, ' '),
    start,
  }))
}

function breaksIn(text: string): number {
  return text.split('\n').length - 1
}
