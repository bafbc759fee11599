import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/cli/package-root.ts'
import { templateEngine } from '../../src/cli/template-engine.ts'
import type { JsonObject } from '../../src/json.ts'
import { rederive, resealed, verifyDocument } from '../../src/verify/rederive.ts'
import { FORGERIES, forged } from '../bench/faithfulness/forge-lines.ts'
import { type DecidedProject, decidedProject } from '../support/decided-project.ts'
import { exampleCopy } from '../support/example-copy.ts'
import { putValue, putWords } from '../support/put-words.ts'
import { scriptedModel } from '../support/scripted-model.ts'
import { seededRandom } from '../support/seeded-random.ts'

/** A narrate of later, which may print otherwise: it composes nothing again to the byte. */
const later = { templates: templateEngine(PACKAGE_ROOT), version: '99.0.0' }

const GOLDEN = path.join(PACKAGE_ROOT, 'test', 'golden')
const ANSWERED = path.join(PACKAGE_ROOT, 'test', 'fixtures', 'answered-by-hand')

interface Written {
  readonly record: JsonObject
  readonly markdown: string
}

/** A document of the example in a folder of the store. */
async function written(folder: string, argv: readonly string[], reply: string | null): Promise<Written> {
  const copy = await exampleCopy()
  const model = reply === null ? undefined : scriptedModel([reply, reply, reply])
  await copy.run(
    [...argv, ...(reply === null ? ['--no-model'] : []), '--yes', '--quiet'],
    model === undefined ? {} : { model },
  )
  const file = await copy.file(folder)
  const evidence = path.join(copy.root, 'narrative/evidence', `${path.basename(file, '.md')}.json`)
  return { record: JSON.parse(await readFile(evidence, 'utf8')), markdown: await readFile(file, 'utf8') }
}

function kindsAfter({ record, markdown }: Written, change: (record: JsonObject) => void): readonly string[] {
  // Over the same evidence, which is then thawed and composed once.
  const changed = { ...record }
  change(changed)
  return rederive(changed, resealed(changed, markdown), later).map(({ kind }) => kind)
}

type Lie = readonly [from: string | RegExp, to: string, of?: 'value']

function expectFound(whole: Written, lies: readonly Lie[]): void {
  const { findings, notices } = verifyDocument(whole.record, whole.markdown, later)
  expect(findings).toEqual([])
  expect(notices[0]?.says).toContain('each line of it was held against its record')
  for (const [from, to, of] of lies) {
    const kinds = kindsAfter(whole, (record) => (of === 'value' ? putValue : putWords)(record, from, to))
    expect(
      kinds.filter((kind) => kind === 'composition' || kind === 'value'),
      `${from}`,
    ).not.toEqual([])
  }
}

/** Every way of changing lines, once each by one draw; what nothing shows. */
function missedIn({ record, markdown }: Written): readonly string[] {
  const random = seededRandom(5)
  return FORGERIES.flatMap((forgery) => {
    const changed = forged(record, forgery, random)
    if (changed === null) return []
    return rederive(changed, resealed(changed, markdown), later).length > 0 ? [] : [forgery.kind]
  })
}

const PLAN = ['plan', '--target', 'val_f1=0.32', '--budget', '2 hours', '--deadline', '2026-03-20']

describe('a later version', () => {
  test('finds nothing in a plan, and every lie in it', async () => {
    const whole = await written('plans', PLAN, null)
    expectFound(whole, [
      [/(?<=^# .*)from the target/, 'past the target'],
      [/(?<=\*\*To stay or to turn\?\*\* )Stay/, 'Turn'],
      [/\*\*To stay or to turn\?\*\* [^\n]*\n/, ''],
      [/(?<=\| expected )val_f1/, 'test_f1'],
      [/(?<=\n\| --- [^\n]*\n)\| s1 [^\n]*\n/, ''],
      [/(?<=\n### s1: )[^,\n]*/, 'none: once more, twice'],
      [/(?<=\n### )s1/, 's2'],
      [/(?<=- \*\*Set:\*\* [^\n]*)No run has had this setting/, 'All runs had this setting'],
      [/- \*\*Stop:\*\* [^\n]*\n/, ''],
      [/- \*\*Expected\*\* [^\n]*\n/, ''],
      [/(?<=\*\*Stop:\*\* [^\n]*)does not rise above/, 'does not fall below'],
      [/(?<=\*\*Expected\*\* [^\n]*: )[\d.]+/, '0.9', 'value'],
      ['**Not worth it now:**', '**Worth it now:**'],
      ['<summary>Further experiments</summary>', '<summary>Done experiments</summary>'],
      [/(?<=Further experiments<\/summary>\n\n)- [^\n]*\n/, ''],
      [/(?<=In this order they are done after [^\n]*, )the deadline is/, 'the deadline was'],
      [/A range is what past runs show, no promise; /, ''],
    ])
    expect(missedIn(whole)).toEqual([])
  }, 120_000)

  test('finds nothing in a plan that a model drafted, and every lie in it', async () => {
    const reply = await readFile(path.join(GOLDEN, 'plan-forty-seven-runs.reply.json'), 'utf8')
    const whole = await written('plans', PLAN, reply)
    expectFound(whole, [
      ['*Reading: stay.*', '*Reading: turn elsewhere.*'],
      [/ \*\(inferred\)\*(?=\n)/, ''],
      [/(?<=\n### p1: [^\n]*\n\n)[^\n]*\n/, ''],
      [/(?<=\n- p5: )[^.]*\./, 'It is promising.'],
      [/ Again because: “[^\n]*/, ''],
      [/(?<=\*\*Order:\*\* )All of them cost seconds/, 'All of them cost days'],
      [/\*\*Order:\*\* [^\n]*\n/, ''],
    ])
    expect(missedIn(whole)).toEqual([])
  }, 120_000)

  test.each([
    ['c47640c4', null],
    ['c47640c4', 'reconstruction-forty-seven-runs.json'],
    ['33a5450f', null],
  ])(
    'finds nothing in a reconstruction of %s, drafted by %s, and every lie in it',
    async (run, draft) => {
      const reply = draft === null ? null : await readFile(path.join(ANSWERED, draft), 'utf8')
      const asked = ['--unclear', 'which columns are the product columns?']
      const whole = await written('reconstructions', ['reconstruct', run, ...asked], reply)
      expectFound(whole, [
        [/(?<=\| commit \|[^\n]*\*\*)(?:LOGGED|INFERRED)(?=\*\*)/, 'GIT'],
        [/\| seed \|[^\n]*\n/, ''],
        [/(?<=\| packages \| )not recorded/, 'as in the lock file'],
        [/\| packages \|[^\n]*\n/, ''],
        [/(?<=\| settings \| )[^ ]* [^,]*, /, ''],
        [/- \*\*Python\*\*: [^\n]*\n/, ''],
        [/(?<=- \*\*Python\*\*: )Which Python/, 'Which shell'],
        [/(?<=Python[^\n]*\()ask/, 'do not ask'],
        [/(?<=“which columns are the product columns\?”: )not recorded\./, 'all of them.'],
        [/- It finishes, as [^\n]*\n/, ''],
        [/(?<=\n)set -euo pipefail/, 'set +e', 'value'],
        [/\nset -euo pipefail/, ''],
        [/(?<=LOGGED: )its own record/, 'somebody said so'],
        ['## To verify a reproduction', '## Verified'],
        [/- Log Python and the installed packages\.\n/, ''],
        [/(?<=- )No file of the run and no code could be read\./, 'All code was read.'],
        [/\nnot recorded: working tree[^\n]*/, ''],
      ])
      expect(missedIn(whole)).toEqual([])
    },
    120_000,
  )

  describe('in a decision', () => {
    let project: DecidedProject
    const AUDITED = ['--for', 'auditor']
    beforeAll(async () => {
      project = await decidedProject('example')
    })
    afterAll(() => project.remove())

    const decided = async (...options: readonly string[]): Promise<Written> => {
      const argv = ['decide', '--finalists', '8ab27e98,68f50f2c,12a4eed7', ...options]
      const { code, stdout } = await project.run([...argv, '--no-model', '--yes', '--json'])
      expect(code).toBe(0)
      const { id } = JSON.parse(stdout).document
      return { record: await project.record(id), markdown: await project.markdown(id) }
    }

    test('that is proposed finds nothing but lies', async () => {
      const whole = await decided()
      expectFound(whole, [
        [/(?<=^# .*), proposed/, ''],
        ['nobody has chosen it yet', 'the team has chosen it'],
        [/- \*\*Runner-up:\*\* [^\n]*\n/, ''],
        [/- \*\*Biggest risk:\*\* [^\n]*/, '- **Biggest risk:** none'],
        [/(?<=- \*\*Not recorded:\*\* )decision-makers, consulted, informed; /, ''],
        [/(?<=\| val_f1 \| val_f1 \| )higher/, 'lower'],
        [/(?<=\| val_f1 \| val_f1 \| higher \| )5/, '1', 'value'],
        [/\| val_auc \| val_auc [^\n]*\n/, ''],
        ['nothing proves it', 'git proves it'],
        [/\* xgb-f1: replicates[^\n]*\n/, ''],
        [/(?<=\* xgb-f1: )replicates, taken along by their settings/, 'a single run'],
        ['This is a proposal: nobody has chosen yet.', ''],
        [/\| xgb-f1 \|[^\n]*\n/, ''],
        [/(?<=\| xgb-f1 \|[^\n]*\| )2(?= \|\n)/, '1', 'value'],
        [/(?<=\| lgbm-f1 \|[^\n]*\| )3(?= \|\n)/, 'none', 'value'],
        [/(?<=\* )Bad(?=, because fit_seconds is worse)/, 'Good'],
        [/\* Bad, because fit_seconds is worse [^\n]*\n/, ''],
        [/(?<=### Confirmation\n\n)Not recorded\./, 'Confirmed by the team.'],
        [/(?<=val_auc is )the best(?= of the finalists)/, 'the worst'],
        [/\* Bad, because it is a single run: [^\n]*\n/, ''],
        [/- No weight of [^\n]*\n/, ''],
        [/- Human oversight: not recorded\.\n/, ''],
        [/(?<=- Decides: )not recorded\./, 'Marit'],
        [/(?<=\| Results by group \| )not recorded/, 'Results by group'],
        [/\| Uncertainty \|[^\n]*\n/, ''],
        ['<summary>Candidates that are no finalists</summary>', '<summary>Candidates</summary>'],
        [/\| <a id="r40"><\/a>[^\n]*\n/, ''],
        ['“Tomas would wait for 3 seeds of the smaller trees.”', 'None.'],
      ])
      expect(missedIn(whole)).toEqual([])
    }, 120_000)

    test('against the score, for an auditor, finds nothing but lies', async () => {
      const chosen = ['--select', '68f50f2c', '--because', 'it is refitted every night']
      const whole = await decided(...chosen, ...AUDITED)
      expectFound(whole, [
        ['chosen, and not by its score', 'chosen; it has the highest score'],
        [', which has the highest score', ''],
        [/(?<=because )“it is refitted every night”/, 'it has the highest weighted score'],
        ['### Challenge', '### Praise'],
      ])
      expect(missedIn(whole)).toEqual([])
    }, 120_000)
  })
})
