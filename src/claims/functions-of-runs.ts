import { findGroup, printPlace, resolveAddress } from '../evidence/address.ts'
import type { Evidence, EvidenceDocument, EvidenceRun } from '../evidence/evidence.ts'
import { parseNumber } from '../evidence/fact-at.ts'
import { isRefusal, nearestNames, type Refusal, refuse } from '../evidence/refusal.ts'
import { isBookkeeping } from '../evidence/what-varied.ts'
import type { Evaluate } from './evaluate.ts'
import type { Expression } from './expression.ts'
import { deniedBy, findInNote, governedBy } from './find-in-note.ts'
import { united, type Value } from './value.ts'

/** The functions that ask what runs are and how they differ, and the one that quotes a note. */
export function callOfRuns(
  name: 'status' | 'differ' | 'same' | 'includes' | 'quote',
  operands: readonly Expression[],
  evidence: Evidence,
  evaluate: Evaluate,
): Value | Refusal {
  switch (name) {
    case 'status':
      return statusOf(operands, evidence)
    case 'differ':
    case 'same':
      return differences(name, operands, evidence)
    case 'includes':
      return includes(operands, evidence, evaluate)
    case 'quote':
      return quote(operands, evidence)
    default:
      return name satisfies never
  }
}

function statusOf(operands: readonly Expression[], evidence: Evidence): Value | Refusal {
  const run =
    operands.length === 1
      ? runOf(operands[0], evidence)
      : refuse('status(run) takes one run; count(failed) and the like ask of many.')
  if (isRefusal(run)) return run
  const address = run.address
  return {
    kind: 'text',
    text: run.run.status,
    name: 'status',
    isLiteral: false,
    runs: [address],
    cites: [`${address}.status`],
    made: null,
  }
}

/**
 * `differ(r9, r11)` is the list of parameters that are not the same in all runs, paths and run ids aside; `same(r1, r6)` whether that list is
 * empty. With names behind the runs both tell of these parameters only: `same(r1, r6, variables)`.
 */
function differences(
  by: 'differ' | 'same',
  operands: readonly Expression[],
  evidence: Evidence,
): Value | Refusal {
  const runs: EvidenceRun[] = []
  const names: string[] = []
  for (const operand of operands) {
    const group =
      operand.kind === 'address' && operand.address.steps.length === 0
        ? findGroup(evidence, operand.address.root)
        : null
    if (group !== null) {
      runs.push(...evidence.runs.filter((one) => group.runs.includes(one.address)))
      continue
    }
    const run = runOf(operand, evidence)
    if (!isRefusal(run)) {
      runs.push(run)
      continue
    }
    const name = parameterName(operand)
    if (name === null) return run
    names.push(name)
  }
  if (runs.length < 2)
    return refuse(
      `${by}(…) needs two runs at least, or a group of two: ${by}(run, run, parameter), ${by}(group, parameter).`,
    )
  const all = united(runs.map((run) => [...run.run.params.keys()]))
  const isMetric = (name: string): boolean =>
    !all.includes(name) && runs.every((run) => run.run.metrics.has(name))
  const unknown = names.find((name) => !all.includes(name) && !isMetric(name))
  if (unknown !== undefined)
    return refuse(
      `None of these runs has a parameter called ${unknown}; parameters: ${nearestNames(all, unknown)}.`,
    )
  const asked = names.length > 0 ? names : all.filter((name) => !isBookkeeping(name)).sort()
  const meaning = ({ run }: EvidenceRun, name: string): string | number | null =>
    isMetric(name)
      ? (run.metrics.get(name)?.[evidence.metrics.headline(name)] ?? null)
      : paramMeaning(run.params.get(name))
  const different = asked.filter((name) => new Set(runs.map((run) => meaning(run, name))).size > 1)
  const addresses = runs.map((run) => run.address)
  const cites = addresses.flatMap((address) =>
    asked
      .filter((name) => different.includes(name) || names.length > 0)
      .map((name) => `${address}.${isMetric(name) ? 'metric' : 'param'}[${JSON.stringify(name)}]`),
  )
  const common = {
    runs: addresses,
    cites: cites.length > 0 ? cites : addresses,
    made: { by, operands: names.map((name) => wantedText(name)) },
  }
  if (by === 'differ' && names.length === 0) return { ...common, kind: 'names', names: different }
  const holds = by === 'same' ? different.length === 0 : different.length === asked.length
  const actual =
    different.length === 0
      ? `${asked.length} parameters, all the same`
      : `different: ${different.slice(0, 12).join(', ')}`
  return { ...common, kind: 'truth', holds, actual }
}

/**
 * Whether a logged list has an item, or a word of one, as written; for a text that is no list, a word of the text. Over a
 * group (`includes(features, "lag", g1)`) whether it is so in each of its runs.
 */
function includes(operands: readonly Expression[], evidence: Evidence, evaluate: Evaluate): Value | Refusal {
  const [first, second, ...over] = operands
  if (first === undefined || second?.kind !== 'text')
    return refuse(
      'includes takes a parameter of a run and a text, or a parameter, a text and a group: includes(run.parameter, "item"), includes(parameter, "item", group).',
    )
  if (over.length > 0) return includesInEach(first, second, over, evidence, evaluate)
  const value = evaluate(first, evidence)
  if (isRefusal(value)) return value
  if (value.kind !== 'text')
    return refuse(`${first.written.slice(0, 60)} is a ${value.kind}, not a text or a list.`)
  const wanted = second.text.trim()
  if (wanted === '') return refuse('includes needs a text to look for.')
  const items = listItems(value.text)
  const holds = items.some((entry) => entry === wanted || wordPattern(wanted).test(entry))
  return {
    kind: 'truth',
    holds,
    actual: value.text,
    runs: value.runs,
    cites: value.cites,
    made: { by: 'includes', operands: [value, wantedText(wanted)] },
  }
}

function includesInEach(
  field: Expression,
  wanted: Expression,
  over: readonly Expression[],
  evidence: Evidence,
  evaluate: Evaluate,
): Value | Refusal {
  const name = parameterName(field)
  if (name === null)
    return refuse('Before a text and a group stands a parameter alone: includes(parameter, "item", group).')
  const runs: EvidenceRun[] = []
  for (const operand of over) {
    const group =
      operand.kind === 'address' && operand.address.steps.length === 0
        ? findGroup(evidence, operand.address.root)
        : null
    const run = group === null ? runOf(operand, evidence) : null
    if (run !== null && isRefusal(run)) return run
    runs.push(...(run === null ? evidence.runs.filter((one) => group?.runs.includes(one.address)) : [run]))
  }
  const values: Value[] = []
  for (const { address } of runs) {
    const param = { root: address, steps: [{ kind: 'param', name } as const] }
    const written = `${address}.param[${JSON.stringify(name)}]`
    const value = includes([{ kind: 'address', written, address: param }, wanted], evidence, evaluate)
    if (isRefusal(value)) return value
    values.push(value)
  }
  if (values.length === 0) return refuse('includes(…) is of a group without runs.')
  const lacking = values.filter((value) => value.kind === 'truth' && !value.holds)
  return {
    kind: 'truth',
    holds: lacking.length === 0,
    actual:
      lacking.length === 0
        ? `in all ${values.length} runs`
        : `not in ${lacking
            .flatMap((value) => value.runs)
            .slice(0, 12)
            .join(', ')}`,
    runs: united(values.map((value) => value.runs)),
    cites: united(values.map((value) => value.cites)),
    made: { by: 'includes', operands: values },
  }
}

function wantedText(text: string): Value {
  return { kind: 'text', text, name: null, isLiteral: true, runs: [], cites: [], made: null }
}

function quote(operands: readonly Expression[], evidence: Evidence): Value | Refusal {
  const [first, second] = operands
  if (first?.kind !== 'address' || second?.kind !== 'text' || operands.length !== 2)
    return refuse('quote takes a note and words that stand in it: quote(note, "these words").')
  const place = resolveAddress(evidence, first.address)
  if (place.kind === 'refused') return place
  if (place.kind === 'document') return quoteOfDocument(place.document, second.text)
  if (place.kind !== 'quote' && place.kind !== 'reported-row')
    return refuse(
      `${first.written} is no quote; quotes are ${nearestNames(
        evidence.quotes.map((one) => one.address),
        first.written,
      )}.`,
    )
  const text = place.kind === 'quote' ? place.quote.text : place.reported.row.text
  const address = printPlace(place)
  const found = findInNote(text, second.text)
  if (found === null)
    return refuse(
      `"${second.text.slice(0, 80)}" does not stand in ${address}, which says: "${text.slice(0, 200)}".`,
    )
  const governed = governedBy(text, found)
  if (governed !== null)
    return refuse(
      `The note says "${governed.slice(0, 160)}": cut out of that, "${found.slice(0, 80)}" says something else; quote it with the words that it depends on.`,
    )
  const denied = deniedBy(text, found)
  if (denied !== null)
    return refuse(`The note says "${denied} ${found.slice(0, 80)}"; quote it with its "${denied}".`)
  return {
    kind: 'quote',
    text: found,
    runs: [],
    cites: [address],
    made: { by: 'quote', operands: [] },
  }
}

/** Words of an earlier document: its sentences were checked when it was written. */
function quoteOfDocument({ address, passages }: EvidenceDocument, words: string): Value | Refusal {
  for (const passage of passages) {
    const found = findInNote(passage, words)
    if (found !== null && deniedBy(passage, found) === null && governedBy(passage, found) === null)
      return { kind: 'quote', text: found, runs: [], cites: [address], made: { by: 'quote', operands: [] } }
  }
  return refuse(`"${words.slice(0, 80)}" does not stand in ${address}.`)
}

function runOf(operand: Expression | undefined, evidence: Evidence): EvidenceRun | Refusal {
  if (operand?.kind !== 'address')
    return refuse(
      `Here a run is needed, not ${operand === undefined ? 'nothing' : operand.written.slice(0, 60)}.`,
    )
  const place = resolveAddress(evidence, operand.address)
  if (place.kind === 'refused') return place
  return place.kind === 'run' ? place.run : refuse(`${operand.written.slice(0, 60)} is no run.`)
}

function parameterName(operand: Expression): string | null {
  if (operand.kind === 'text') return operand.text
  if (operand.kind !== 'address' || /^r\d+$/.test(operand.address.root)) return null
  const { root, steps } = operand.address
  const [step] = steps
  if (step?.kind === 'param') return step.name
  // `model.seq_len` is a name with a dot, which no address begins with.
  return steps.every(({ kind }) => kind === 'name')
    ? [root, ...steps.map((one) => (one.kind === 'name' ? one.name : ''))].join('.')
    : null
}

/** `0.1` and `1e-1` are one setting; a missing parameter is a setting of its own. */
function paramMeaning(text: string | undefined): string {
  if (text === undefined) return 'missing'
  const number = parseNumber(text)
  return number === null ? `text ${text}` : `number ${number}`
}

/** The items of a logged Python or JSON list; the text itself where it is none. */
export function listItems(text: string): readonly string[] {
  const inner = /^\s*[[({](.*)[\])}]\s*$/s.exec(text)?.[1]
  if (inner === undefined) return [text]
  const items = [...inner.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^,\s][^,]*)/g)]
  return items.map((match) => (match[1] ?? match[2] ?? match[3] ?? '').trim())
}

function wordPattern(wanted: string): RegExp {
  const escaped = wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'u')
}
