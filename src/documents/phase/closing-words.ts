import type { EvidenceQuote, EvidenceRun } from '../../evidence/evidence.ts'
import { isClosing, sentenceSpans } from '../../evidence/is-closing.ts'
import { startOf } from '../../evidence/start-of.ts'

/** A run that starts so long after the passage takes the approach up again. */
const TAKEN_UP = 24 * 3_600_000
/** A name's first part stands for the approach where that many of its runs begin so, and hardly any other does. */
const MOST_OWN = 0.6
const FEWEST_OTHER = 0.1

/** Where a person closed something: the passage, and the sentence of it that says so with what follows, verbatim. */
export interface ClosingWords {
  readonly quote: EvidenceQuote
  readonly words: string
}

const LONGEST_WORDS = 240

/**
 * The newest passage of the notes that closes an approach: it names the approach, by its value, by what its runs' names
 * begin with or by the experiment that all of them are in, holds a closing word in the same sentence, and no run of it started more
 * than a day later. Null where there is none.
 */
export function closingWords(
  approach: { readonly value: string; readonly runs: readonly EvidenceRun[] },
  all: readonly EvidenceRun[],
  quotes: readonly EvidenceQuote[],
): ClosingWords | null {
  const names = namesOf(approach, all)
  const lastStart = approach.runs.reduce((last, one) => Math.max(last, startOf(one)), 0)
  return (
    quotes
      .toReversed()
      .flatMap((quote): readonly ClosingWords[] => {
        const { at, kind, text } = quote
        if (kind === 'experiment' || (at !== null && lastStart > at + TAKEN_UP)) return []
        const sentences = sentenceSpans(text)
        const found = sentences.find(({ end, start }) => {
          const sentence = text.slice(start, end)
          return isClosing(sentence) && mentions(sentence, names)
        })
        if (found === undefined) return []
        const end = sentences.reduce(
          (last, one) => (one.end - found.start <= LONGEST_WORDS ? Math.max(last, one.end) : last),
          Math.min(found.end, found.start + LONGEST_WORDS),
        )
        return [{ quote, words: text.slice(found.start, end).trim() }]
      })
      .at(0) ?? null
  )
}

function mentions(text: string, names: readonly string[]): boolean {
  const words = ` ${plain(text)} `
  return names.some((name) => words.includes(` ${name} `) || words.includes(` ${name}s `))
}

function namesOf(
  { value, runs }: { readonly value: string; readonly runs: readonly EvidenceRun[] },
  all: readonly EvidenceRun[],
): readonly string[] {
  const own = new Set(runs.map(({ address }) => address))
  const others = all.filter(({ address }) => !own.has(address))
  const counts = Map.groupBy(runs, ({ run }) => stem(run.name))
  const stems = [...counts].flatMap(([name, members]) => {
    const elsewhere = others.filter(({ run }) => stem(run.name) === name).length
    const isOwn = members.length >= MOST_OWN * runs.length && elsewhere <= FEWEST_OTHER * others.length
    return name !== '' && isOwn ? [name] : []
  })
  return [...new Set([plain(value), ...stems, ...ownExperiment(runs)])].filter((name) => name.length > 1)
}

/** The last part of the experiment's name, where all runs of the approach are in one: they are what it was about. */
function ownExperiment(runs: readonly EvidenceRun[]): readonly string[] {
  const names = new Set(runs.map(({ run }) => run.experiment.name))
  const [only] = names
  return only === undefined || names.size > 1 ? [] : [plain(only.split('/').at(-1) ?? '')]
}

/** What a run's name begins with: letters up to the first digit or separator. */
function stem(name: string): string {
  return /^[\p{L}]{2,}/u.exec(name)?.[0].toLowerCase() ?? ''
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
