import { splitText } from '../claims/split-text.ts'
import { whyUnsound } from '../claims/why-unsound.ts'
import type { Evidence, Finder, Finding, FindingKind, NewFinding } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { findAgain } from './find-again.ts'
import { isOpposite } from './is-opposite.ts'
import { found, type VerifyFinding } from './verify-finding.ts'

/**
 * The findings of the evidence against what the finders say of it now.
 *
 * Only the mentioned ones of the project's other runs are frozen. A finder that never looked at other runs, or whose
 * other runs are all there, must say the same in every word and value, and nothing that it says may be missing. What
 * another one said is held against what it says of the runs that are left: between the same two values the words must
 * be the same, and every slot must resolve in any case; `partly` counts those. Of findings of another version
 * (`isSame` false) the slots are looked at, and whether the words say the opposite of those found again over the same slots
 * and values. `ofKind` tells what the kind of document itself works out.
 */
export function checkFindings(
  evidence: Evidence,
  isSame: boolean,
  ofKind: Finder,
): { readonly findings: readonly VerifyFinding[]; readonly partly: number } {
  const again = findAgain(evidence, ofKind)
  const unmatched = Map.groupBy(again.whole, keyOf)
  const findings: VerifyFinding[] = []
  let partly = 0
  for (const finding of evidence.findings) {
    const where = `finding ${finding.address}`
    const unsound = whyUnsound(finding.sentence, evidence)
    const [same, ...others] = unmatched.get(keyOf(finding)) ?? []
    if (same !== undefined) unmatched.set(keyOf(finding), others)
    if (unsound !== null)
      findings.push(
        found('finding', where, `A slot of it cannot be worked out: ${unsound}`, [finding.sentence]),
      )
    else if (same !== undefined && isSame) findings.push(...differences(finding, same, where))
    else if (same !== undefined) continue
    else if (isSame && again.isWhole(finding.kind))
      findings.push(
        found('finding', where, `The evidence gives no such finding (${finding.kind}).`, [
          ...nearest(finding, again.whole).map((one) => `- ${one.sentence}`),
          `+ ${ownSentence(finding)}`,
        ]),
      )
    // How a search went is counted over all of its runs: of some of them it would be another story.
    else if (isSame && finding.kind !== 'progress') {
      const told = checkPartly(finding, again.part, evidence, where)
      findings.push(...told.findings)
      if (!told.isConfirmed) partly++
    } else {
      const opposite = isSame ? undefined : oppositeOf(finding, [...again.whole, ...again.part])
      if (opposite === undefined) partly++
      else
        findings.push(
          found('finding', where, `Its words say the opposite of what its values give (${finding.kind}).`, [
            `- ${opposite.sentence}`,
            `+ ${ownSentence(finding)}`,
          ]),
        )
    }
  }
  const frozen = new Set(evidence.findings.map(keyOf))
  const missing = [
    ...[...unmatched.values()].flat(),
    ...again.part.filter((one) => NEVER_LEFT_OUT.includes(one.kind) && !frozen.has(keyOf(one))),
  ]
  if (isSame)
    for (const one of missing)
      if (isSound(one, evidence))
        findings.push(
          found(
            'finding',
            null,
            `A finding that the evidence gives (${one.kind}) is not among those frozen.`,
            [`- ${one.sentence}`],
          ),
        )
  return { findings, partly }
}

/** What a document must not omit, whatever other runs of the project say. */
const NEVER_LEFT_OUT: readonly FindingKind[] = ['best', 'failure', 'discrepancy', 'curve', 'expectation']

/** A finding of a finder that once saw runs which are not there any more, against what it says of those that are. */
function checkPartly(
  finding: Finding,
  others: readonly NewFinding[],
  evidence: Evidence,
  where: string,
): { readonly findings: readonly VerifyFinding[]; readonly isConfirmed: boolean } {
  const alike = others.filter((one) => keyOf(one) === keyOf(finding))
  const differing = alike.map((one) => differences(finding, one, where))
  if (differing.some((list) => list.length === 0)) return { findings: [], isConfirmed: true }
  const [first] = differing
  if (first === undefined) return { findings: oddWords(finding, others, evidence, where), isConfirmed: false }
  // Of the runs told here nothing is missing: what is computed from them alone comes out the same.
  if (isOfOwnRuns(finding, evidence) && !COUNT_ALL_RUNS.includes(finding.kind))
    return { findings: first, isConfirmed: true }
  // Counts depend on runs that are not there; what was measured in those that are does not.
  const measured = alike.map((one) => differences(finding, withoutCounts(finding, one), where))
  return {
    findings: measured.some((list) => list.length === 0) ? [] : (measured[0] ?? []),
    isConfirmed: false,
  }
}

/** How far apart two values may lie by chance is told by every run that repeats another. */
const OF_ALL_RUNS =
  /\binterval\b|\bcomparisons?\b|\bseeds\b|\bnoise between repeats\b|\bamong equal settings\b/
/** Kinds whose counts, and how many comparisons share a bound, are those of the whole project. */
const COUNT_ALL_RUNS: readonly FindingKind[] = ['protocol', 'minimal-pair']

/** A finding with the counts and intervals of another in place of its own. */
function withoutCounts(frozen: Finding, again: NewFinding): NewFinding {
  const values = Object.entries(again.values ?? {}).map(([name, one]) => {
    const before = frozen.values[name]
    const isOfOthers = (one.metric === null && one.unit === null) || OF_ALL_RUNS.test(one.how)
    return [name, isOfOthers && before !== undefined ? before : one] as const
  })
  return { ...again, rests: frozen.rests, values: Object.fromEntries(values) }
}

function isOfOwnRuns({ scope, rests, sentence }: Finding, { runs }: Evidence): boolean {
  const own = new Set(runs.map(({ address }) => address))
  const named = [...rests, ...(sentence.match(/\br\d+\b/g) ?? [])]
  return (
    scope === 'session' &&
    named.every((address) => own.has(/^r\d+/.exec(address)?.[0] ?? '') || !/^r\d/.test(address))
  )
}

/** The sentence with the finding's own values written as they are before it has its address. */
function ownSentence(finding: Finding | NewFinding): string {
  return 'address' in finding
    ? finding.sentence.replaceAll(`[[${finding.address}.`, '[[this.')
    : finding.sentence
}

function keyOf(finding: Finding | NewFinding): string {
  return `${finding.kind} ${ownSentence(finding)}`
}

/** What a finding says beside its sentence, against the same one found again. */
function differences(frozen: Finding, again: NewFinding, where: string): readonly VerifyFinding[] {
  const values = Object.entries(again.values ?? {}).flatMap(([name, one]) => {
    const before = frozen.values[name]
    return before !== undefined &&
      isAlike(before.value, one.value) &&
      JSON.stringify({ ...before, value: 0 }) === JSON.stringify({ ...one, value: 0 })
      ? []
      : [
          `${name}: ${before?.value ?? 'nothing'} is frozen, ${one.value}${one.unit === null ? '' : ` ${one.unit}`} comes out`,
        ]
  })
  const texts = Object.entries(again.texts ?? {}).flatMap(([name, one]) =>
    JSON.stringify(frozen.texts[name]) === JSON.stringify(one)
      ? []
      : [`${name}: “${frozen.texts[name]?.text ?? ''}” is frozen, “${one.text}” comes out`],
  )
  const strange = [...Object.keys(frozen.values), ...Object.keys(frozen.texts)]
    .filter((name) => again.values?.[name] === undefined && again.texts?.[name] === undefined)
    .map((name) => `${name}: nothing gives it`)
  const standing =
    frozen.warns === (again.warns ?? false) &&
    frozen.scope === (again.scope ?? 'session') &&
    frozen.rests.join() === again.rests.join()
      ? []
      : ['what it rests on, or whom it warns, is not what comes out']
  const lines = [...values, ...texts, ...strange, ...standing]
  return lines.length === 0
    ? []
    : [
        found(
          'finding',
          where,
          `The values of a finding (${frozen.kind}) are not those of the evidence.`,
          lines,
        ),
      ]
}

/** Equal but for the order in which a sum was added up. */
function isAlike(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
}

/** A finding of the same kind, slots and values in words that say the opposite. */
function oppositeOf(finding: Finding, others: readonly NewFinding[]): NewFinding | undefined {
  return nearest(finding, others, (other) => isOpposite(wordsIn(finding), wordsIn(other))).find(
    (other) => differences(finding, other, '').length === 0,
  )
}

function wordsIn(finding: Finding | NewFinding): string {
  return partsOf(finding)
    .map(({ words }) => words)
    .join(' ')
}

/** A finding of the same kind over the same slots, which shows what the words should be. */
function nearest(
  finding: Finding,
  others: readonly NewFinding[],
  passes: (other: NewFinding) => boolean = () => true,
): readonly NewFinding[] {
  const slots = slotsIn(partsOf(finding))
  return others
    .filter((one) => one.kind === finding.kind && slotsIn(partsOf(one)) === slots && passes(one))
    .slice(0, 1)
}

/** Words between two slots that another finding of the same kind also has next to each other, with other words. */
function oddWords(
  finding: Finding,
  others: readonly NewFinding[],
  evidence: Evidence,
  where: string,
): readonly VerifyFinding[] {
  const frozen = new Set(evidence.findings.map(keyOf))
  const parts = partsOf(finding)
  const own = new Map(parts.map(({ slot, next, words }) => [`${slot} ${next}`, words]))
  const params = new Set(evidence.runs.flatMap(({ run }) => [...run.params.keys()]))
  const isSame = (a: string, b: string): boolean =>
    isSameButForCounts(a, b) ||
    (finding.kind === 'importance' &&
      finding.scope === 'project' &&
      isSameButForCounts(withoutOrder(a, params), withoutOrder(b, params)))
  for (const other of others) {
    if (other.kind !== finding.kind || frozen.has(keyOf(other))) continue
    const theirs = partsOf(other)
    const isOfSameSlots = slotsIn(theirs) === slotsIn(parts)
    for (const { slot, next, words } of theirs) {
      const ours = own.get(`${slot} ${next}`)
      // At the ends stand clauses that depend on runs that are not there any more.
      if (ours === undefined || isSame(ours, words)) continue
      if (!isOfSameSlots && (slot === '' || next === '')) continue
      return [
        found('finding', where, `Its words do not go with its values (${finding.kind}).`, [
          `- ${other.sentence}`,
          `+ ${ownSentence(finding)}`,
        ]),
      ]
    }
  }
  return []
}

/** Words before a parameter's importance, whichever parameter it is: their order over a whole project, nothing told here can say. */
function withoutOrder(words: string, params: ReadonlySet<string>): string {
  return words
    .replace(/, then | and, in no certain order, /, ', ')
    .replace(/(: |, )([^,:]+?)(?: \(with [^)]*\))? \($/, (all, lead: string, param: string) =>
      params.has(param) ? `${lead}a parameter (` : all,
    )
}

function slotsIn(parts: ReturnType<typeof partsOf>): string {
  return parts.map(({ slot }) => slot).join()
}

/** What is said of chance: how much seeds explain is told by every run that repeats another. */
const OF_CHANCE = /,? ?(?:no )?more than (?:seeds explain|luck may give)[^;.]*/g

/** Whether words are the same whatever the counts beside them: "run" and "runs", "was" and "were". */
function isSameButForCounts(a: string, b: string): boolean {
  const plain = (words: string): string =>
    words
      .replace(OF_CHANCE, '')
      .replace(/\b(were|are|have)\b/g, (verb) => ({ were: 'was', are: 'is', have: 'has' })[verb] ?? verb)
      .replace(/(?<=\p{L}{2})s\b/gu, '')
  return plain(a) === plain(b)
}

/** The words of a sentence with the slot before and behind them; empty at its ends. */
function partsOf(finding: Finding | NewFinding): readonly { slot: string; words: string; next: string }[] {
  const pieces = splitText(ownSentence(finding))
  if (isRefusal(pieces)) return []
  const parts: { slot: string; words: string; next: string }[] = []
  let [slot, words] = ['', '']
  for (const piece of pieces) {
    if (piece.kind === 'words') words += piece.text
    else {
      parts.push({ slot, words, next: piece.written })
      ;[slot, words] = [piece.written, '']
    }
  }
  return [...parts, { slot, words, next: '' }]
}

/** Whether a finding could have been told: those that expressions refuse are left out. */
function isSound(one: NewFinding, evidence: Evidence): boolean {
  const address = 'k0'
  const sentence = one.sentence.replaceAll('[[this.', `[[${address}.`)
  const whole = { warns: false, scope: 'session' as const, values: {}, texts: {}, ...one, address, sentence }
  return whyUnsound(sentence, { ...evidence, findings: [...evidence.findings, whole] }) === null
}
