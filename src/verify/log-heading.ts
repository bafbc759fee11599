import type { Evidence } from '../evidence/evidence.ts'
import { unescapeMarkdown } from '../render/escape-markdown.ts'
import { withoutEmphasis } from '../render/print-evidence.ts'
import { isDone } from '../runs/run.ts'
import type { LogAccount } from './log-account.ts'
import { expressionsIn, mark, plain, type SourceLine } from './source-lines.ts'

/**
 * Whether a heading is one that a version prints, and true: the model's that holds; a whole sentence of the notes; the best
 * value and its run; how many runs there were.
 */
export function isTitle(line: SourceLine, { evidence, parts, told }: LogAccount): boolean {
  const title = line.text.replace(/^# /, '')
  if (title === line.text) return false
  told.add('title')
  if (parts.titles.some((part) => part.text === title)) return true
  const project = plain(evidence.project.name)
  if (!title.startsWith(`${project}: `)) return false
  const rest = title.slice(project.length + 2)
  if (rest === 'a day without runs') return evidence.runs.length === 0
  return (
    isSentenceOfNotes(rest, line, evidence) || isBestValue(rest, evidence) || isCountOfRuns(rest, evidence)
  )
}

/** A quotation that leaves out no word of its sentence, but where an ellipsis says so. */
function isSentenceOfNotes(text: string, { values }: SourceLine, { quotes }: Evidence): boolean {
  const [expression = ''] = expressionsIn(text)
  const quote = quotes.find(({ address }) => address === expression)
  const printed = values.find((value) => value.expression === expression)?.printed
  if (quote === undefined || printed === undefined || text !== mark(expression)) return false
  if (quote.kind === 'experiment') return false
  const whole = unescapeMarkdown(printed).trim()
  const words = whole.replace(/\s*…$/, '')
  const pattern = new RegExp(
    words
      .split(/\s+/)
      .map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
      .join('\\s+'),
    'g',
  )
  const found = [quote.text, withoutEmphasis(quote.text)].flatMap((note) =>
    [...note.matchAll(pattern)].map(({ index, 0: { length } }) => ({
      before: note.slice(0, index),
      after: note.slice(index + length),
    })),
  )
  // Words that the note does not hold are found where its values are looked at.
  return (
    found.length === 0 ||
    found.some(
      ({ before, after }) => BEGINS.test(before) && (ENDS.test(after) || (whole !== words && after !== '')),
    )
  )
}

/** What may stand before a sentence, and a word that leads on to it. */
const BEGINS =
  /(?:^|[.!?…]["'”’»)\]*_`]*\s+|[。！？]["」』”’）]*\s*|\n\s*)[\s>*#=-]*(?:(?:so|therefore|decided|decision)\b:?\s+)?$/iu
const ENDS = /^["'”’»)\]*_`]*\s*(?:$|\n|[.;:,!?…。！？])/u

/** `highest val_f1 0.29 in xgb`, `…, shared by 3 runs`, as one version had it `… (xgb)`, or the only value there is. */
function isBestValue(text: string, evidence: Evidence): boolean {
  const { findings, lead, metrics, runs } = evidence
  const [value = '', second = ''] = expressionsIn(text)
  const [, run, written] = /^(r\d+)\.metric\[(".*")\]$/s.exec(value) ?? []
  if (run === undefined || written === undefined) return false
  const name = String(JSON.parse(written))
  const best = findings.find(({ kind }) => kind === 'best')
  if (best === undefined) {
    const carriers = runs.filter((one) => one.run.metrics.has(name))
    const [only] = carriers
    return (
      name === lead?.metric &&
      carriers.length === 1 &&
      only?.address === run &&
      isDone(only.run) &&
      text === `${plain(name)} ${mark(value)} in ${mark(run)}`
    )
  }
  const word = metrics.direction(name) === 'lower' ? 'lowest' : 'highest'
  const told = `${word} ${plain(name)} ${mark(value)}`
  if (best.rests[0] !== run) return false
  if (second !== run)
    return (
      best.values.shared !== undefined && text === `${told}, shared by ${mark(`${best.address}.shared`)} runs`
    )
  return (
    text === `${told} (${mark(run)})` ||
    (best.values.shared === undefined && text === `${told} in ${mark(run)}`)
  )
}

/** The line of the span: how many runs and how they ended, how they were chosen, what is not told, when it was written. */
export function isCounts(text: string, { evidence, frozen, told }: LogAccount): boolean {
  const { documents, otherRuns, quotes } = evidence
  const { writtenOn, selection } = frozen.subject
  const pieces = text.split(' · ')
  if (pieces.shift() !== mark('span')) return false
  const [counts = '', ...rest] = pieces
  const users = otherRuns.users.length === 0 ? 'others' : otherRuns.users.map(plain).join(', ')
  const last = documents.at(-1)
  const later = `written later, on ${mark('written')}`
  const isRest = rest.every((piece) => {
    if (piece === `chosen: ${mark('selection')}`) {
      told.add('selection')
      return typeof selection === 'string'
    }
    if (piece === later || piece === `${later}, and so were notes`) {
      told.add('written')
      return typeof writtenOn === 'string' && (piece === later || hasLaterNotes(evidence))
    }
    return (
      piece === `${mark('others')} by ${users} not told` ||
      new RegExp(`^notes typed on ${mark('notes.day')}(?:, ${mark('notes.day')})*$`).test(piece) ||
      (piece === 'no notes' && quotes.every(({ kind }) => kind === 'experiment')) ||
      (last !== undefined && piece === `continues ${mark(last.address)}`)
    )
  })
  if (!isRest || (otherRuns.count > 0 && !rest.some((piece) => piece.startsWith(mark('others')))))
    return false
  return isCountOfRuns(counts, evidence)
}

/** Whether a note was typed outside the span. */
function hasLaterNotes({ quotes, span }: Evidence): boolean {
  return quotes.some(
    ({ kind, at }) => kind === 'journal' && at !== null && (at < span.from || at >= span.until),
  )
}

/** `12 runs: 10 finished, 2 failed`; as one version had it in titles, the number alone. */
export function isCountOfRuns(counts: string, { runs }: Evidence): boolean {
  if (runs.length === 0) return counts === 'no runs'
  const nested = ', some nested in others'
  const isNested = runs.some(({ run }) => run.parent !== null)
  if (!isNested && counts.endsWith(nested)) return false
  const total = `${mark('count(all)')} run${runs.length === 1 ? '' : 's'}`
  const plainCounts = counts.endsWith(nested) ? counts.slice(0, -nested.length) : counts
  if (!plainCounts.startsWith(total)) return false
  const told = plainCounts.slice(total.length)
  const one = /^, (?:all )?(\w+)$/.exec(told)
  if (one !== null) return runs.every(({ run }) => run.status === one[1])
  const statuses = new Set(runs.map(({ run }) => String(run.status)))
  const parts = told.startsWith(': ') ? told.slice(2).split(', ') : []
  return (
    parts.length === statuses.size &&
    [...statuses].every((status) => parts.includes(`${mark(`count(${status})`)} ${status}`))
  )
}
