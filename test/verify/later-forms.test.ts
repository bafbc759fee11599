import { describe, expect, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/cli/package-root.ts'
import { templateEngine } from '../../src/cli/template-engine.ts'
import type { LogDraft } from '../../src/documents/log-draft.ts'
import { logKind } from '../../src/documents/log-kind.ts'
import type { Evidence, EvidenceDocument } from '../../src/evidence/evidence.ts'
import type { JsonObject } from '../../src/json.ts'
import { draftDocument } from '../../src/narrate.ts'
import { sealDocument } from '../../src/stores/seal-document.ts'
import { rederive, resealed } from '../../src/verify/rederive.ts'
import { EMPTY_LOG_DRAFT } from '../support/empty-log-draft.ts'
import { gather } from '../support/gather.ts'
import { makeNote } from '../support/make-note.ts'
import { makeRun, type RunSketch } from '../support/make-run.ts'
import { gatherNote } from '../support/note-run-sets.ts'
import { putValue, putWords } from '../support/put-words.ts'
import { scriptedModel } from '../support/scripted-model.ts'

const templates = templateEngine(PACKAGE_ROOT)

/** A narrate of later, which may print otherwise: it composes nothing again to the byte. */
const later = { templates, version: '99.0.0' }

interface Asked {
  readonly evidence: Evidence
  readonly subject?: JsonObject
  /** What a model says; none writes where it is left out. */
  readonly draft?: LogDraft
}

async function written({
  evidence,
  subject = {},
  draft,
}: Asked): Promise<{ record: JsonObject; markdown: string }> {
  const { document } = await draftDocument({
    ...{ kind: logKind, evidence, templates, subject: logKind.subjectSchema.parse(subject) },
    model: draft === undefined ? null : scriptedModel([JSON.stringify(draft)]),
    noModelBecause: draft === undefined ? 'none was asked for.' : null,
    promptTokens: 24_000,
    timeLimitMilliseconds: 1000,
    maxOutputTokens: 4000,
    signal: new AbortController().signal,
    onProgress: () => {},
    dayEndsAtHour: 4,
    noteIds: [],
    author: 'ines',
    version: '0.1.0',
    settingsDigest: '00',
    supersedes: null,
    mask: (text) => text,
  })
  const { value, markdown } = sealDocument(document, '2026-03-02T20:00:00.000Z', [])
  return { record: JSON.parse(JSON.stringify(value)), markdown }
}

const HIGHER = { directions: { val_f1: 'higher', val_auc: 'higher' }, headline: {}, units: {} } as const
const RULES = { metrics: { ...HIGHER, primary: 'val_f1' } } as const

function runs(...sketches: readonly Partial<RunSketch>[]) {
  return sketches.map((sketch, index) =>
    makeRun({
      id: `${'abcdef'[index]}${index}00000000000000`,
      startedAt: Date.UTC(2026, 2, 2, 10, index),
      endedAt: Date.UTC(2026, 2, 2, 10, index + 20),
      ...sketch,
    }),
  )
}

const TWO = runs(
  { name: 'rf', params: { model: 'rf' }, metrics: { val_f1: 0.27 } },
  { name: 'xgb', params: { model: 'xgb' }, metrics: { val_f1: 0.29 } },
)

/** Runs of two projects that have nothing in common. */
const APART = runs(
  { name: 'rf', params: { model: 'rf' }, metrics: { val_f1: 0.27 } },
  { name: 'xgb', params: { model: 'xgb' }, metrics: { val_f1: 0.29 } },
  { name: 'lgbm', params: { model: 'lgbm' }, metrics: { val_f1: 0.28 } },
  ...[0.5, 0.6].map((rmse, index) => ({
    name: `flow-${index}`,
    source: 'csv-1a2b',
    params: { horizon: `${index + 1}` },
    metrics: { rmse },
  })),
).map((run) =>
  run.source === 'mlflow'
    ? run
    : { ...run, experiment: { id: '7', name: 'tide' }, key: `${run.source}:${run.id}` },
)

const DOCUMENTS: readonly EvidenceDocument[] = ['morning', 'noon'].map((title, index) => ({
  address: `d${index + 1}`,
  id: `2026-03-02-${title}-1a2b`,
  kind: 'log',
  title: `Forecast: ${title}`,
  date: '2026-03-02',
  path: `log/2026-03-02-${title}-1a2b.md`,
  runs: [],
  passages: [],
}))

const LATER_NOTE = makeNote(['the day was long'], Date.UTC(2026, 2, 4, 9))

type Lie = readonly [from: string | RegExp, to: string, of?: 'value']

const FORMS: readonly (readonly [string, () => Asked, string | RegExp, readonly Lie[]])[] = [
  [
    'a decision for its title',
    () => ({ evidence: gather(TWO, ['we looked at both. so rf is out.', 'is rf is out for good?'], RULES) }),
    '# Forecast: “rf is out”',
    [
      [/(?<=^# Forecast: “)rf is out/, 'xgb is out', 'value'],
      [/(?<=^# Forecast: “)rf is out/, 'looked at both', 'value'],
      [/^# Forecast: “rf is out”/, '# Forecast: xgb is out'],
    ],
  ],
  [
    'a day without runs by the first words',
    () => ({ evidence: gather([], ['Read two papers on boosting. Nothing ran.'], RULES) }),
    '# Forecast: “Read two papers on boosting”',
    [
      [/(?<=^# Forecast: “)Read two papers on boosting/, 'Read two papers', 'value'],
      [/^# Forecast: “Read two papers on boosting”/, '# Forecast: read two papers'],
    ],
  ],
  [
    'the best run by its name, and no notes',
    () => ({ evidence: gather(TWO, [], RULES) }),
    /^# Forecast: highest val_f1 0\.29\d* in \[?xgb[\s\S]* · no notes\n[\s\S]*\*\*Decided, next:\*\* not recorded\./,
    [
      [/(?<=^# Forecast: )highest/, 'lowest'],
      [/(?<=^# Forecast: .* in \[?)xgb/, 'rf', 'value'],
      [/ · no notes/, ' · no mistakes'],
      ['**Decided, next:** not recorded.', '**Decided, next:** to deploy.'],
      ['**Decided, next:** not recorded.\n', ''],
    ],
  ],
  [
    'a best value that runs share',
    () => ({
      evidence: gather(
        runs(
          { name: 'rf', params: { model: 'rf' }, metrics: { val_f1: 0.29 } },
          { name: 'xgb', params: { model: 'xgb' }, metrics: { val_f1: 0.29 } },
        ),
        [],
        RULES,
      ),
    }),
    /^# Forecast: highest val_f1 0\.29\d*, shared by 2 runs\n/,
    [[/(?<=^# .*)shared by/, 'missed by']],
  ],
  [
    'the one value there is',
    () => ({
      evidence: gather(
        runs({ name: 'rf', metrics: { val_f1: 0.27 } }, { name: 'xgb', status: 'failed' }),
        [],
        RULES,
      ),
    }),
    /^# Forecast: (?:highest )?val_f1 0\.27\d* in \[?rf/,
    [[/(?<=^# Forecast: )(?:highest )?val_f1/, 'val_auc']],
  ],
  [
    'the counts of its runs for a title',
    () => ({ evidence: gather(runs({ status: 'failed' }, { status: 'finished' }), [], RULES) }),
    /^# Forecast: 2 runs: 1 \w+, 1 \w+\n/,
    [[/(?<=^# .*)failed/, 'killed']],
  ],
  [
    'the entry that it continues',
    () => ({ evidence: gather(TWO, ['fine'], { ...RULES, documents: DOCUMENTS }) }),
    ' · continues [Forecast: noon](../log/2026-03-02-noon-1a2b.md)',
    [
      [/(?<=continues \[)Forecast: noon/, 'Forecast: morning', 'value'],
      ['](../log/2026-03-02-noon-1a2b.md)', '](../log/2026-03-02-morning-1a2b.md)'],
      [/ · continues/, ' · refutes'],
    ],
  ],
  [
    'that it was written later, and so were notes',
    () => ({
      evidence: gather(TWO, [], { ...RULES, notes: [LATER_NOTE] }),
      subject: { writtenOn: '2026-03-04', selection: null },
    }),
    /· written later, on \S*\s?\d*\s?\w* ?\w*, and so were notes/,
    [
      [/ · written later, on [^·\n]*/, ''],
      [/, and so were notes/, ', and so were runs'],
      [/(?<=written later, on )[^,\n]*/, '3 March 2026', 'value'],
    ],
  ],
  [
    'that it was written later, with notes of the day',
    () => ({ evidence: gather(TWO, ['fine'], RULES), subject: { writtenOn: '2026-03-04', selection: null } }),
    /· written later, on [^,·\n]*\n/,
    [[/(?<=written later, on [^,·\n]*)\n/, ', and so were notes\n']],
  ],
  [
    'how its runs were chosen',
    () => ({
      evidence: gather(TWO, ['fine'], RULES),
      subject: { writtenOn: null, selection: 'model=rf,xgb' },
    }),
    ' · chosen: model=rf,xgb',
    [
      [' · chosen: model=rf,xgb', ''],
      [/(?<= · chosen: )model=rf,xgb/, 'model=rf', 'value'],
    ],
  ],
  [
    'projects apart',
    () => ({
      evidence: gather(APART, ['fine'], {
        metrics: { ...HIGHER, directions: { val_f1: 'higher', rmse: 'lower' }, primary: 'val_f1' },
      }),
    }),
    /\(Of forecast alone\.[\s\S]*\*\*tide\*\*: 2 runs; lowest rmse 0\.50* in [\s\S]*<summary>Results of tide<\/summary>/,
    [
      [/\*\*tide\*\*: 2 runs[^\n]*\n/, ''],
      [/(?<=\*\*tide\*\*: 2 runs; )lowest/, 'highest'],
      [/\(Of forecast alone\./, '(Of tide alone.'],
      ['<summary>Results of tide</summary>', '<summary>Results of river</summary>'],
      [/(?<=\*\*)tide(?=\*\*: 2 runs)/, 'forecast'],
      [/(?<=\*\*tide\*\*: )2(?= runs)/, '3', 'value'],
    ],
  ],
  [
    'folds that are not ranked',
    () => ({
      evidence: gather(
        runs(
          ...[0, 1, 2].map((fold) => ({
            name: `cv-${fold}`,
            params: { model: 'rf', fold: `${fold}` },
            metrics: { val_f1: 0.2 + fold / 100 },
          })),
          { name: 'xgb', params: { model: 'xgb' }, metrics: { val_f1: 0.29 } },
          { name: 'rf', params: { model: 'rf' }, metrics: { val_f1: 0.28 } },
        ),
        ['fine'],
        RULES,
      ),
    }),
    'Not ranked: 3 folds of a cross-validation.',
    [
      [/folds of a cross-validation/, 'runs of a bad day'],
      [/(?<=Not ranked: )3/, '2', 'value'],
    ],
  ],
  [
    'another metric that decided then',
    () => ({
      evidence: gather(
        runs(
          { name: 'rf', params: { model: 'rf' }, metrics: { val_f1: 0.27, val_auc: 0.71 } },
          { name: 'xgb', params: { model: 'xgb' }, metrics: { val_f1: 0.26, val_auc: 0.75 } },
        ),
        ['val_auc is what counts', 'xgb leads on val_auc'],
        { ...RULES, isPast: true },
      ),
    }),
    /\(val_auc decided then \([^)]*\); narrate\.yaml names val_f1 now\.\)/,
    [
      [/val_auc decided then/, 'val_f1 decided then'],
      [/narrate\.yaml names val_f1 now/, 'narrate.yaml names val_auc now'],
    ],
  ],
  [
    'runs that failed in rows of their own',
    () => ({
      evidence: gather(
        [...TWO, ...runs({}, {}, { name: 'mlp', status: 'failed', params: { model: 'mlp' } }).slice(2)],
        ['fine'],
        RULES,
      ),
    }),
    /\| \[mlp[^|]*; failed \|/,
    [
      [/; failed(?= \|)/, '; killed'],
      [/; failed(?= \|)/, '; not ranked'],
      [/; failed(?= \|)/, '; earlier'],
    ],
  ],
  [
    'a run of before that its title names',
    () => ({
      evidence: gather(TWO, ['as on Monday'], {
        ...RULES,
        earlier: [
          makeRun({
            ...{
              id: '9900000000000000',
              name: 'monday',
              params: { model: 'xgb' },
              metrics: { val_f1: 0.29 },
            },
            startedAt: Date.UTC(2026, 1, 27, 10),
            endedAt: Date.UTC(2026, 1, 27, 11),
          }),
        ],
      }),
      draft: { ...EMPTY_LOG_DRAFT, title: '[[r2]] and [[r3]]' },
    }),
    /\| (?:\[monday[^|]*; earlier|earlier \[99000000\]\(#r3\)|[^|]*\| [^|]*earlier[^|]*) \|/,
    [[/earlier(?=[^\n]*\|\n)/, 'failed']],
  ],
  [
    'names proposed, and passages in a language that is not known',
    () => ({
      evidence: gather(
        TWO,
        [
          'the workhorse got val_f1 0.2900',
          'Heute haben wir alle Läufe noch einmal gemacht und es ist sehr gut. Das war alles.',
        ],
        RULES,
      ),
    }),
    /Not checked but for names and figures \(German\): [\s\S]*Likely names of runs, none applied \([^)]*\): “workhorse” – \[b1000000\]/,
    [
      [/(?<=“workhorse” – )\[b1000000\]\(#r2\)/, 'none'],
      [/(?<=figures \()German/, 'Dutch'],
      ['Not checked but for names and figures', 'Agrees with the log'],
      ['none applied', 'all applied'],
    ],
  ],
  [
    'what a model says again of failures',
    () => ({
      evidence: gather(
        [...TWO, ...runs({}, {}, { name: 'mlp', status: 'failed', params: { model: 'mlp' } }).slice(2)],
        ['fine'],
        RULES,
      ),
      draft: {
        ...EMPTY_LOG_DRAFT,
        unworked: [
          {
            text: 'The status of [[r3]] is [[r3.status]].',
            basis: 'observed',
            checks: ['status(r3) == "failed"'],
          },
        ],
      },
    }),
    /<summary>On the failures<\/summary>\n\n- The status of/,
    [
      [/- The status of [^\n]*\n/, ''],
      ['On the failures', 'On the successes'],
      [/(?<=On the failures<\/summary>\n\n- The )status/, 'end'],
    ],
  ],
  [
    'notes as they were written, emphasis and all',
    () => ({
      evidence: gather(TWO, ['from now on **F1 at a tuned threshold** decides, __not__ auc'], RULES),
    }),
    /<summary>The notes, as written<\/summary>\n\n- “from now on \\\*\\\*F1 at a tuned threshold\\\*\\\* decides, \\_\\_not\\_\\_ auc”/,
    [
      [/(?<=<summary>The notes, as written<[^“]*“from now on )\\\*\\\*F1/, 'accuracy', 'value'],
      [/(?<=decides, \\_\\_not\\_\\_ )auc/, 'F1', 'value'],
    ],
  ],
  [
    'statements of what was typed by hand',
    () => ({
      evidence: gatherNote(
        { runs: TWO, earlier: [], metrics: RULES.metrics },
        '| run | val_f1 |\n|---|---|\n| catboost | 0.31 |\n',
      ),
      draft: {
        ...EMPTY_LOG_DRAFT,
        unworked: [{ text: 'You reported val_f1 [[t1.row1.col2]].', basis: 'noted', checks: [] }],
      },
    }),
    /You reported val_f1 0\.31\. \(reported by hand, [^)]*\)[\s\S]*reported by hand, not logged<\/summary>/,
    [
      ['(reported by hand,', '(logged,'],
      [/(?<=- catboost \\\| 0\.31 – [^\n]*)\n/, ' (agrees)\n'],
    ],
  ],
]

describe('a later version', () => {
  test.each(FORMS)(
    'finds nothing in an entry with %s, and every lie about it',
    async (_, make, prints, lies) => {
      const { record, markdown } = await written(make())
      if (typeof prints === 'string') expect(record.body).toContain(prints)
      else expect(record.body).toMatch(prints)
      expect(rederive(record, markdown, later)).toEqual([])
      for (const [from, to, of] of lies) {
        const changed = structuredClone(record)
        const put = of === 'value' ? putValue : putWords
        put(changed, from, to)
        const kinds = rederive(changed, resealed(changed, markdown), later).map(({ kind }) => kind)
        expect(
          kinds.filter((kind) => kind === 'composition' || kind === 'value'),
          `${from}`,
        ).not.toEqual([])
      }
    },
  )

  test('finds nothing in an earlier one that left the emphasis of the notes out', async () => {
    const { record, markdown } = await written({
      evidence: gather(TWO, ['from now on **F1 at a tuned threshold** decides'], RULES),
    })
    const earlier = structuredClone(record)
    putValue(earlier, '\\*\\*F1 at a tuned threshold\\*\\*', 'F1 at a tuned threshold')
    expect(rederive(earlier, resealed(earlier, markdown), later)).toEqual([])
  })
})
