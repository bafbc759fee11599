import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exemptNames } from '../../src/claims/evidence-names.ts'
import { maskNames } from '../../src/claims/find-free-digits.ts'
import { splitText } from '../../src/claims/split-text.ts'
import { whyUnsound } from '../../src/claims/why-unsound.ts'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { isRefusal } from '../../src/evidence/refusal.ts'
import { gatherRuns } from '../support/gather-planted.ts'
import { plantHistory } from '../support/planted-history.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { type SpoiledHistory, type Spoiling, spoilHistory } from '../support/spoil-history.ts'

const MOST_RESTS = 300

/** A slot that no finder writes of its own. */
const INJECTED = '[[count(r1, r1, r1)]]'

const NAMES = [
  '[[r1]]',
  ']]',
  '[[',
  INJECTED,
  'say "when"',
  "it's",
  'two\nlines',
  '**bold** _and_ `code`',
  '| cell |',
  '<script>alert()</script>',
  '{{this.name}}',
  'val/loss on held-out data',
  'metrics/mAP50(B)',
  'größe_ñ_数据',
  '🙂',
  'a\\b',
  '__proto__',
  'constructor',
  'toString',
  '',
  ' ',
  '7',
  '1e-3',
  'r1',
  'k1.mean',
  'this.mean',
  '\u202Eright to left',
  'a\u0000b',
  'x'.repeat(10_000),
  'lr.metric["val_auc"]',
] as const

const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: 'grapheme', maxLength: 12 }))
const text = fc.oneof(
  name,
  fc.constantFrom('NaN', 'inf', '1e308', '1e-300', '-0', 'None', 'True', '[1, 2]', "{'a': 1}", '0x10'),
)

const spoiling: fc.Arbitrary<Spoiling> = fc.record({
  names: fc.uniqueArray(name, { maxLength: 12 }),
  texts: fc.array(text, { maxLength: 4 }),
  values: fc.constantFrom(
    'kept' as const,
    'kept' as const,
    'all equal' as const,
    'huge' as const,
    'tiny' as const,
    'not a number' as const,
    'infinite' as const,
    'negative' as const,
    'some not a number' as const,
    'none' as const,
  ),
  times: fc.constantFrom(
    'kept' as const,
    'kept' as const,
    'none' as const,
    'all the same' as const,
    'end before start' as const,
    'some missing' as const,
  ),
  statuses: fc.constantFrom(
    'kept' as const,
    'kept' as const,
    'failed' as const,
    'running' as const,
    'mixed' as const,
  ),
  parents: fc.constantFrom(
    'kept' as const,
    'kept' as const,
    'itself' as const,
    'the next' as const,
    'unknown' as const,
  ),
  ids: fc.constantFrom('kept' as const, 'alike' as const),
  most: fc.constantFrom(200, 200, 200, 30, 12, 3, 2, 1, 0),
  today: fc.constantFrom(200, 200, 10, 1),
})

const PLAIN: Spoiling = {
  names: [],
  texts: [],
  values: 'kept',
  times: 'kept',
  statuses: 'kept',
  parents: 'kept',
  ids: 'kept',
  most: 200,
  today: 200,
}

describe('findings over anything', () => {
  it('hold whatever the log holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(400), spoiling, async (seed, how) => {
        const evidence = await gatherSpoiled(spoilHistory(plantHistory(seed), how))
        expect(faultsOf(evidence)).toEqual([])
      }),
      { numRuns: 120, seed: 20260302, interruptAfterTimeLimit: 12_000 },
    )
  })

  it.each(NAMES.map((odd, index) => [JSON.stringify(odd.slice(0, 30)), index] as const))(
    'hold with %s as the name of metrics, parameters and runs',
    async (_, index) => {
      const odd = NAMES[index] ?? ''
      const names = Array.from({ length: 9 }, (_none, place) =>
        place === 0 ? odd : `${odd}${'’'.repeat(place)}`,
      )
      for (const seed of [1, 4, 5, 9]) {
        const evidence = await gatherSpoiled(spoilHistory(plantHistory(seed), { ...PLAIN, names }))
        expect(faultsOf(evidence)).toEqual([])
      }
    },
  )

  it('are the same in whatever order the runs are read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(400), spoiling, async (seed, how) => {
        const spoiled = spoilHistory(plantHistory(seed), how)
        const shuffled = shuffle(spoiled, seed)
        expect((await gatherSpoiled(shuffled)).findings).toEqual((await gatherSpoiled(spoiled)).findings)
      }),
      { numRuns: 40, seed: 20260303, interruptAfterTimeLimit: 8_000 },
    )
  })

  it('hold over three hundred runs of three hundred parameters', async () => {
    const history = plantHistory(2)
    const [first] = history.runs
    if (first === undefined) throw new Error('a history has runs')
    const random = seededRandom(7)
    const wide = Array.from({ length: 300 }, (_none, index) => {
      const params = new Map(
        Array.from(
          { length: 300 },
          (_no, place) => [`p${place}`, String(random.whole(0, place % 9))] as const,
        ),
      )
      const key = `mlflow:1/${random.hex(32)}`
      const metrics = new Map(
        [...first.metrics].map(([metric, value]) => [metric, { ...value, last: random.next() }]),
      )
      return {
        ...first,
        key,
        id: key.slice(9),
        startedAt: (first.startedAt ?? 0) + index * 60_000,
        params,
        metrics,
      }
    })
    const evidence = await gatherRuns({ ...history, histories: new Map() }, wide, [])
    expect(faultsOf(evidence)).toEqual([])
  })
})

function gatherSpoiled(spoiled: SpoiledHistory): Promise<Evidence> {
  return gatherRuns(spoiled, spoiled.runs, spoiled.earlier)
}

/** What is wrong with the findings of this evidence; nothing, where all is well. */
function faultsOf(evidence: Evidence): readonly string[] {
  const known = new Set(
    [...evidence.runs, ...evidence.earlier, ...evidence.deleted].map(({ address }) => address),
  )
  // A name may be a bare number; as a name it stands in the log.
  const names = [...new Set([...exemptNames(evidence), ...namesOf(evidence)])].sort(
    (a, b) => b.length - a.length,
  )
  return evidence.findings.flatMap(({ kind, sentence, rests, values }) => {
    const faults: string[] = []
    const unsound = whyUnsound(sentence, evidence)
    if (unsound !== null) faults.push(`unsound: ${unsound}`)
    const pieces = splitText(sentence)
    const words = isRefusal(pieces)
      ? ''
      : pieces.map((piece) => (piece.kind === 'words' ? piece.text : '\uFFFC')).join('')
    if (
      !isRefusal(pieces) &&
      pieces.some((piece) => piece.kind === 'slot' && `[[${piece.written}]]` === INJECTED)
    )
      faults.push('a name has become a slot')
    const digits = maskNames(words, names).match(/[^\s\uFFFC]*\p{N}[^\s\uFFFC]*/gu)
    if (digits !== null) faults.push(`digits in words: ${digits.join(' ')}`)
    if (/[\n\r]/.test(words)) faults.push('a line break in words')
    if (words.length > 1500) faults.push(`${words.length} characters of words`)
    if (rests.length > MOST_RESTS) faults.push(`rests on ${rests.length}`)
    for (const rest of rests)
      if (/^r\d+/.test(rest) && !known.has(/^r\d+/.exec(rest)?.[0] ?? ''))
        faults.push(`rests on ${rest}, unknown`)
    for (const [value, { value: number }] of Object.entries(values))
      if (!Number.isFinite(number)) faults.push(`${value} is ${number}`)
    return faults.map((fault) => `${kind}: ${fault.slice(0, 200)} | ${sentence.slice(0, 300)}`)
  })
}

function namesOf({ runs, earlier, deleted }: Evidence): readonly string[] {
  return [...runs, ...earlier, ...deleted]
    .flatMap(({ run }) => [...run.params.keys(), ...run.metrics.keys()])
    .filter((one) => one !== '')
    .map((one) => one.toLowerCase())
}

function shuffle(spoiled: SpoiledHistory, seed: number): SpoiledHistory {
  const random = seededRandom(seed)
  const mixed = (runs: SpoiledHistory['runs']): SpoiledHistory['runs'] =>
    random.shuffled(runs).map((run) => ({
      ...run,
      params: new Map(random.shuffled([...run.params])),
      metrics: new Map(random.shuffled([...run.metrics])),
    }))
  return { ...spoiled, runs: mixed(spoiled.runs), earlier: mixed(spoiled.earlier) }
}
