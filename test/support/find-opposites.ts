import type { Evidence, EvidenceRun, Finding } from '../../src/evidence/evidence.ts'
import { headlineValue } from '../../src/evidence/headline.ts'
import { plainSentence } from '../../src/render/plain-sentence.ts'

/** Means that were summed in another order differ in the last digits. */
const ALIKE = 1 - 1e-9

/** What a finding says of a difference, as far as its printed form tells. */
interface Claim {
  readonly better: ReadonlySet<string>
  readonly worse: ReadonlySet<string>
  readonly difference: number
  readonly isBeyond: boolean
  /** Whether the better side is a mean over several settings: what it is ahead by is no lead of the best one. */
  readonly isMean: boolean
  readonly finding: Finding
}

/**
 * Pairs of findings of one document that give opposite verdicts about one difference, as printed: read off their sentences
 * and values, not off what made them. What the best of a search is ahead by is one difference with the lead that the
 * search speaks of where luck covers both, or where it is at least that lead.
 */
export function findOpposites(evidence: Evidence): readonly string[] {
  const claims = evidence.findings.flatMap((finding) => claimOf(finding, evidence))
  const opposites: (readonly [Finding, Finding])[] = []
  for (const [index, one] of claims.entries())
    for (const other of claims.slice(index + 1))
      if (
        one.isBeyond !== other.isBeyond &&
        isSame(one.better, other.better) &&
        isSame(one.worse, other.worse)
      )
        opposites.push([one.finding, other.finding])
  for (const finding of evidence.findings.filter(({ kind }) => kind === 'selection')) {
    const [best] = runsIn(finding.sentence)
    const { lead, most } = finding.values
    const isLuck = finding.sentence.includes('may be luck')
    for (const claim of claims) {
      if (best === undefined || claim.isMean || !claim.better.has(best)) continue
      if (isLuck && most !== undefined && claim.isBeyond && claim.difference <= most.value)
        opposites.push([finding, claim.finding])
      if (finding.sentence.includes('stands out') && lead !== undefined && !claim.isBeyond)
        if (claim.difference >= lead.value * ALIKE) opposites.push([finding, claim.finding])
      if (finding.sentence.includes('nothing logged tells')) opposites.push([finding, claim.finding])
    }
  }
  return opposites.map((pair) => pair.map(({ sentence }) => plainSentence(sentence, evidence)).join('\n'))
}

function claimOf(finding: Finding, evidence: Evidence): readonly Claim[] {
  const metric = evidence.lead?.metric ?? ''
  const words = /more than seeds explain|beyond the noise|within the noise|no more than luck may/.exec(
    finding.sentence,
  )?.[0]
  const isAverage = finding.sentence.includes('on average')
  const isDenied = finding.sentence.includes('no more than')
  const sides = finding.sentence.includes('.levels]]') ? endsOf(finding, evidence) : sidesOf(finding)
  if (words === undefined || sides === null || !/minimal-pair|progress/.test(finding.kind)) return []
  const runs = new Map([...evidence.runs, ...evidence.earlier].map((one) => [one.address, one]))
  const value = (side: readonly string[]): number =>
    meanOf(
      side.flatMap((address) => runs.get(address) ?? []),
      evidence,
    )
  const [a, b] = sides
  const isHigher = evidence.metrics.direction(metric) === 'higher'
  const [better, worse] = value(a) > value(b) === isHigher ? [a, b] : [b, a]
  return [
    {
      better: new Set(better),
      worse: new Set(worse),
      difference: isAverage
        ? (finding.values.effect?.value ?? Number.NaN)
        : Math.abs(value(better) - value(worse)),
      isBeyond: words.startsWith('beyond') || (words.startsWith('more') && !isDenied),
      // Of pairs against one setting that one stands first.
      isMean: isAverage && better === b,
      finding,
    },
  ]
}

/** Of a line the runs of the best and of the worst level: whether seeds explain it is asked of these, wherever they lie. */
function endsOf(
  finding: Finding,
  evidence: Evidence,
): readonly [readonly string[], readonly string[]] | null {
  const param = finding.sentence.split(/ (?:alone )?from /)[0] ?? ''
  const runs = [...evidence.runs, ...evidence.earlier].filter(({ address }) =>
    finding.rests.includes(address),
  )
  const levels = [...Map.groupBy(runs, ({ run }) => run.params.get(param)).values()]
    .map((members) => ({ members: members.map(({ address }) => address), mean: meanOf(members, evidence) }))
    .sort((a, b) => a.mean - b.mean)
  const [first, last] = [levels[0], levels.at(-1)]
  return first === undefined || last === undefined || levels.length < 2 ? null : [first.members, last.members]
}

function meanOf(runs: readonly EvidenceRun[], evidence: Evidence): number {
  const metric = evidence.lead?.metric ?? ''
  const values = runs.flatMap((one) => headlineValue(one, metric, evidence.metrics) ?? [])
  return values.reduce((sum, one) => sum + one, 0) / values.length
}

/** The runs on the two sides of what a finding compares; null where a side holds several settings. */
function sidesOf({ kind, sentence, rests }: Finding): readonly [readonly string[], readonly string[]] | null {
  if (kind === 'progress') {
    const [own, other] = rests
    return /^(New best|In production)/.test(sentence) && own !== undefined && other !== undefined
      ? [[own], [other]]
      : null
  }
  const anchor = /all of them against \[\[(r\d+)\]\]/.exec(sentence)?.[1]
  if (anchor !== undefined) return [[anchor], rests.filter((address) => address !== anchor)]
  if (sentence.includes('on average')) return null
  const [from, to] = (sentence.split('.effect]] (')[1] ?? '').split('; ')
  const end = to?.split(/, (?:more|no more|that way)/)[0]
  return from === undefined || end === undefined ? null : [runsIn(from), runsIn(end)]
}

function runsIn(text: string): readonly string[] {
  return [...new Set(text.match(/\br\d+\b/g))]
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one))
}
