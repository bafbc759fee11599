import { NarrateError } from '../../../errors.ts'
import { numberOfText } from '../../files/loose-json.ts'
import { quoted } from '../../quoted.ts'
import { type LinePattern, type LineValues, NUMBER } from './line-values.ts'
import { READY_MADE } from './ready-made.ts'

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'space' }
  | { readonly kind: 'number'; readonly name: string }
  | { readonly kind: 'word'; readonly name: string }

const NUMBER_HERE = new RegExp(NUMBER, 'iy')
const WORD_HERE = /[^\s,;|)\]}]+/y
const SPACE_HERE = /\s+/y
const PARTS = /\{([^{}]*)\}|\s+|[^{}\s]+|[{}]/g

/**
 * What `lines` of narrate.yaml means: the name of a ready-made shape, or a line with slots. `{step}` and `{epoch}` count, `{param:lr}` is a setting (a word), `{*}` is
 * anything, any other `{name}` is a metric's number; a space is any white space; all else stands for itself, and the whole line must match. There is nothing to
 * backtrack into, so that no log can make it slow. Throws `NarrateError('source')` for what is neither.
 */
export function parseLinePattern(written: string): LinePattern {
  const ready = READY_MADE.get(written.trim())
  if (ready !== undefined) return ready
  const segments: Part[][] = [[]]
  for (const [text, slot] of written.trim().matchAll(PARTS)) {
    const last = segments.at(-1)
    if (slot === '*') segments.push([])
    else if (slot !== undefined) last?.push(partOfSlot(slot, written))
    else if (text === '{' || text === '}') throw refused(written, 'a bracket of it has no other')
    else last?.push(text.trim() === '' ? { kind: 'space' } : { kind: 'text', text })
  }
  const parts = segments.flat()
  if (!parts.some(({ kind }) => kind === 'number' || kind === 'word'))
    throw refused(written, 'it is no shape that is known, and has no slot such as {step} or {val_loss}')
  return (line) => matchSegments(segments, line)
}

function partOfSlot(slot: string, written: string): Part {
  const name = slot.trim()
  const param = /^param:(.+)$/.exec(name)?.[1]?.trim()
  if (param !== undefined && param !== '') return { kind: 'word', name: param }
  if (name === '' || name.includes(':') || name.includes('*'))
    throw refused(written, `the slot {${slot}} is none that is known`)
  return { kind: 'number', name }
}

function refused(written: string, why: string): NarrateError {
  return new NarrateError('source', `A line of a console log cannot be "${quoted(written)}": ${why}.`, {
    hint: `Write one of ${[...READY_MADE.keys()].join(', ')}, or a line with slots: "step {step}: loss {loss}, lr {param:lr} {*}".`,
  })
}

interface Found {
  readonly end: number
  readonly numbers: readonly (readonly [string, number])[]
  readonly words: readonly (readonly [string, string])[]
}

/** Segments between `{*}`: the first stands at the beginning, the last at the end, those between at the first place they fit. */
function matchSegments(segments: readonly (readonly Part[])[], line: string): LineValues | null {
  const found: Found[] = []
  let at = 0
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1
    const hit = findSegment(segment, line, at, index === 0, isLast)
    if (hit === null) return null
    found.push(hit)
    at = hit.end
  }
  const numbers = found.flatMap((each) => each.numbers)
  const count = (name: string): number | null => numbers.find(([other]) => other === name)?.[1] ?? null
  const [step, epoch] = [count('step'), count('epoch')]
  if (!Number.isFinite(step ?? 0) || !Number.isFinite(epoch ?? 0)) return null
  return {
    step,
    epoch,
    metrics: numbers.filter(([name]) => name !== 'step' && name !== 'epoch'),
    params: found.flatMap((each) => each.words),
    totals: [],
  }
}

function findSegment(
  segment: readonly Part[],
  line: string,
  from: number,
  isFirst: boolean,
  isLast: boolean,
): Found | null {
  for (let at = from; at <= line.length; at += 1) {
    const hit = matchAt(segment, line, at)
    if (hit !== null && (!isLast || hit.end === line.length)) return hit
    if (isFirst) return null
  }
  return null
}

function matchAt(segment: readonly Part[], line: string, from: number): Found | null {
  const numbers: (readonly [string, number])[] = []
  const words: (readonly [string, string])[] = []
  let at = from
  for (const part of segment) {
    const read = part.kind === 'text' ? textAt(part.text, line, at) : patternAt(part, line, at)
    if (read === null) return null
    at += read.length
    if (part.kind === 'number') numbers.push([part.name, numberOfText(read) ?? Number.NaN])
    else if (part.kind === 'word') words.push([part.name, read])
  }
  return { end: at, numbers, words }
}

function textAt(text: string, line: string, at: number): string | null {
  return line.startsWith(text, at) ? text : null
}

function patternAt(part: Exclude<Part, { kind: 'text' }>, line: string, at: number): string | null {
  const pattern = part.kind === 'number' ? NUMBER_HERE : part.kind === 'word' ? WORD_HERE : SPACE_HERE
  pattern.lastIndex = at
  return pattern.exec(line)?.[0] ?? null
}
