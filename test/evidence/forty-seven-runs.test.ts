import { describe, expect, it } from 'vitest'
import type { Evidence, FindingKind } from '../../src/evidence/evidence.ts'
import { plainSentence } from '../../src/render/plain-sentence.ts'
import { gatherExample } from '../support/gather-example.ts'

/** What tells an event of `STORY.md`: a finding of one of these kinds that rests on these runs and speaks these words. */
interface Telling {
  readonly event: string
  /** A day, as `narrate log` would gather it, or the whole project. */
  readonly on: string
  readonly kinds: readonly FindingKind[]
  /** Beginnings of run ids. */
  readonly runs: readonly string[]
  readonly words: RegExp
}

const FOREST = ['9911f3ab', '5cd2bd87', '22cb69b5']
const SMOTE = ['acf32d0b', '33a5450f', '51926fa3']
const LGBM = ['68f50f2c', '1d89a2e7', 'f848f24c']
const XGB = ['12a4eed7', 'eb699636', 'aa4a21f0']
const FOLDS = ['e82ae67f', 'b1f2f6c7', '5ae82043', 'b5f9dea0', '69738d34']

const WHOLE = 'the whole project'

const EVENTS: readonly Telling[] = [
  {
    event: '1 the data changed',
    on: '2026-03-03',
    kinds: ['protocol'],
    runs: ['9911f3ab'],
    words: /caravan changed.*digest/,
  },
  {
    event: '1 the data changed',
    on: WHOLE,
    kinds: ['protocol'],
    runs: ['9911f3ab'],
    words: /caravan changed.*digest/,
  },
  {
    event: '2 the forest fell with the data',
    on: '2026-03-03',
    kinds: ['protocol', 'minimal-pair'],
    runs: ['1b03808e', '9911f3ab'],
    words: /val_auc/,
  },
  {
    event: '2 lightgbm fell with the data',
    on: '2026-03-03',
    kinds: ['protocol', 'minimal-pair'],
    runs: ['3dd70fda', 'e8654974'],
    words: /val_auc/,
  },
  {
    event: '3 the forest was abandoned',
    on: WHOLE,
    kinds: ['progress', 'disappeared', 'untried'],
    runs: [],
    words: /forest/,
  },
  { event: '4 out of memory', on: '2026-03-03', kinds: ['failure'], runs: ['a1fa41d0'], words: /memory/i },
  { event: '4 out of memory', on: WHOLE, kinds: ['failure'], runs: ['a1fa41d0'], words: /memory/i },
  {
    event: '5 not a number',
    on: '2026-03-09',
    kinds: ['failure', 'curve'],
    runs: ['b91d19b0'],
    words: /nan/i,
  },
  {
    event: '5 not a number at its step',
    on: WHOLE,
    kinds: ['failure', 'curve'],
    runs: ['b91d19b0'],
    words: /(nan|not a number|finite).*98|98.*(nan|not a number|finite)/i,
  },
  {
    event: '6 cross-validation',
    on: '2026-03-04',
    kinds: ['cross-validation'],
    runs: ['1876547f', ...FOLDS],
    words: /fold/,
  },
  {
    event: '7 oversampling',
    on: '2026-03-05',
    kinds: ['spread', 'minimal-pair', 'sweep'],
    runs: ['acf32d0b'],
    words: /sampling/,
  },
  {
    event: '8 oversampling was never looked at by F1',
    on: WHOLE,
    kinds: ['untried', 'disappeared', 'protocol', 'progress'],
    runs: ['acf32d0b'],
    words: /sampling|smote/i,
  },
  {
    event: "9 the colleague's best of the block",
    on: WHOLE,
    kinds: ['best', 'untried', 'progress', 'selection', 'disappeared'],
    runs: ['fe3c7578'],
    words: /0\.7723|val_auc/,
  },
  {
    event: '10 lightgbm against xgboost',
    on: '2026-03-09',
    kinds: ['spread', 'minimal-pair', 'replicates'],
    runs: [...LGBM, ...XGB],
    words: /model/,
  },
  {
    event: '10 lightgbm is faster',
    on: '2026-03-09',
    kinds: ['cost', 'spread', 'minimal-pair', 'replicates'],
    runs: [...LGBM, ...XGB],
    words: /fit_seconds/,
  },
  {
    event: '11 replicates of the forest',
    on: '2026-03-03',
    kinds: ['replicates'],
    runs: FOREST,
    words: /seed|replicate/i,
  },
  {
    event: '11 replicates of smote',
    on: '2026-03-05',
    kinds: ['replicates'],
    runs: SMOTE,
    words: /seed|replicate/i,
  },
  {
    event: '11 replicates of lightgbm',
    on: '2026-03-09',
    kinds: ['replicates'],
    runs: LGBM,
    words: /seed|replicate/i,
  },
  {
    event: '11 the third seed counts beside repeats of the other two',
    on: '2026-03-10',
    kinds: ['replicates'],
    runs: [...LGBM, ...XGB],
    words: /less than 0\.0181.*from 6 runs in 2 groups/,
  },
  {
    event: '11 replicates of xgboost',
    on: '2026-03-09',
    kinds: ['replicates'],
    runs: XGB,
    words: /seed|replicate/i,
  },
  {
    event: '12 the primary metric changed',
    on: '2026-03-09',
    kinds: ['protocol'],
    runs: ['68f50f2c'],
    words: /val_auc to val_f1/,
  },
  {
    event: '12 the primary metric changed',
    on: WHOLE,
    kinds: ['protocol'],
    runs: ['68f50f2c'],
    words: /val_auc to val_f1/,
  },
  {
    event: '13 val_f1 means something else',
    on: WHOLE,
    kinds: ['protocol'],
    runs: ['4713cbf9', '68f50f2c'],
    words: /threshold.*0\.02817.*0\.2814/,
  },
  {
    event: '14 tuned on what is reported',
    on: '2026-03-09',
    kinds: ['selection', 'protocol'],
    runs: LGBM,
    words: /tuned_on_val/,
  },
  {
    event: '15 an exact repeat, unnoticed',
    on: '2026-03-10',
    kinds: ['repeat'],
    runs: ['65f79387', '1d89a2e7'],
    words: /repeat/,
  },
  {
    event: '15 an exact repeat, unnoticed',
    on: WHOLE,
    kinds: ['repeat'],
    runs: ['65f79387', '1d89a2e7'],
    words: /repeat/i,
  },
  {
    event: '16 the control was repeated',
    on: '2026-03-05',
    kinds: ['repeat'],
    runs: ['f523ff1b', '7596ff10'],
    words: /repeat/,
  },
  {
    event: '16 finalists were repeated for the test',
    on: '2026-03-10',
    kinds: ['repeat'],
    runs: ['2643bfc0', '8ab27e98', 'df28a4da', '68f50f2c'],
    words: /test/,
  },
  {
    event: '17 no commit',
    on: WHOLE,
    kinds: ['reproducibility'],
    runs: ['69d17361', 'f26bb049', '6225beb8', 'c47640c4'],
    words: /commit/,
  },
  {
    event: '18 a dirty tree',
    on: '2026-03-10',
    kinds: ['reproducibility', 'protocol'],
    runs: ['bf137e5c'],
    words: /uncommitted/,
  },
  {
    event: '21 the test set was opened',
    on: '2026-03-10',
    kinds: ['selection'],
    runs: ['2643bfc0', 'df28a4da'],
    words: /test_f1.*0\.2564.*0\.2132/,
  },
  {
    event: '22 no linear baseline on the new data',
    on: WHOLE,
    kinds: ['untried'],
    runs: ['f26bb049', '6225beb8'],
    words: /baseline/,
  },
  {
    event: '23 the product pairs did not help',
    on: WHOLE,
    kinds: ['spread', 'minimal-pair', 'progress'],
    runs: ['4713cbf9', '7596ff10'],
    words: /features/,
  },
  {
    event: 'note of 3 March: ran through',
    on: '2026-03-03',
    kinds: ['discrepancy'],
    runs: ['a1fa41d0'],
    words: /ran through too.*failed/,
  },
  {
    event: 'note of 4 March: 0.774',
    on: '2026-03-04',
    kinds: ['discrepancy'],
    runs: ['1876547f'],
    words: /0\.774.*0\.7444/,
  },
  {
    event: 'note of 9 March: every single seed',
    on: '2026-03-09',
    kinds: ['discrepancy'],
    runs: ['f848f24c', 'eb699636'],
    words: /every single/,
  },
  {
    event: 'note of 10 March: a fresh seed',
    on: '2026-03-10',
    kinds: ['repeat', 'discrepancy'],
    runs: ['65f79387', '1d89a2e7'],
    words: /fresh seed/,
  },
]

/** What is not told yet, or cannot be told from runs and notes. */
const MISSED: readonly string[] = [`23 the product pairs did not help (${WHOLE})`]

/** What notes say right; a finding against any of it is false. */
const RIGHT =
  /below the forest|basically the same|monotone|a bit over control|almost 3x|3-4x|more seeds tonight/

const { days, whole } = await gatherExample()

describe('the forty-seven runs', () => {
  it('tell all planted events but those known to be missed', () => {
    const missed = EVENTS.filter((telling) => !isTold(telling)).map(({ event, on }) => `${event} (${on})`)
    expect(missed).toEqual(MISSED)
  })

  it('put what ran past midnight into the day before', () => {
    const ids = days.get('2026-03-05')?.runs.map(({ run }) => run.id.slice(0, 8))
    expect(ids).toEqual(expect.arrayContaining(['33a5450f', '51926fa3']))
  })

  it("count the colleague's runs apart", () => {
    const others = [...days].map(([day, { otherRuns }]) => [day, otherRuns.count, ...otherRuns.users])
    expect(others.filter(([, count]) => count !== 0)).toEqual([
      ['2026-03-04', 1, 'tomas'],
      ['2026-03-06', 1, 'tomas'],
    ])
  })

  it('contradict nothing that the notes say right', () => {
    const against = [...days].flatMap(([day, evidence]) =>
      evidence.findings
        .filter(({ kind }) => kind === 'discrepancy' || kind === 'repeat')
        .map(({ sentence }) => `${day}: ${plainSentence(sentence, evidence)}`)
        .filter((printed) => RIGHT.test(printed)),
    )
    expect(against).toEqual([])
  })
})

function isTold({ on, kinds, runs, words }: Telling): boolean {
  const evidence = on === WHOLE ? whole : days.get(on)
  if (evidence === undefined) throw new Error(`no evidence of ${on}`)
  const addresses = runs.map((id) => addressOf(id, evidence))
  return evidence.findings.some(({ kind, sentence, rests }) => {
    const mentioned = new Set([
      ...(sentence.match(/\br\d+\b/g) ?? []),
      ...rests.map((rest) => /^r\d+/.exec(rest)?.[0]),
    ])
    return (
      kinds.includes(kind) &&
      addresses.every((address) => mentioned.has(address)) &&
      words.test(plainSentence(sentence, evidence))
    )
  })
}

/** The run's address, or one that nothing mentions where the evidence does not hold it. */
function addressOf(id: string, { runs, earlier }: Evidence): string {
  return [...runs, ...earlier].find(({ run }) => run.id.startsWith(id))?.address ?? 'none'
}
