import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { DecisionDraft } from '../../src/documents/decision/decision-draft.ts'
import { DECIDED, type DecidedProject, decidedProject } from '../support/decided-project.ts'

const made: DecidedProject[] = []
afterAll(async () => {
  for (const project of made) await project.remove()
})

const NOTHING: DecisionDraft = {
  context: [],
  rationale: [],
  options: [],
  consequences: [],
  tradeoffs: [],
  assumptions: [],
  risks: [],
  dissent: [],
  confirmation: [],
  revisit: [],
  questions: [],
}

/** What a model may say of each project. */
const DRAFTS: Readonly<Record<keyof typeof DECIDED, DecisionDraft>> = {
  example: {
    ...NOTHING,
    context: [
      {
        text: '[[quote(n34, "from now on **F1 at a tuned threshold** decides, not auc. agreed w/ her + Tomas")]]',
        basis: 'noted',
        checks: [],
      },
    ],
    rationale: [
      {
        text: '[[r46]] has test_f1 [[r46.test_f1]], higher than [[r47]] with test_f1 [[r47.test_f1]].',
        basis: 'observed',
        checks: ['r46.test_f1 > r47.test_f1'],
      },
    ],
    options: [
      {
        option: 'o2',
        good: [{ text: '[[quote(n38, "lgbm 3-4x faster (0.45 vs 1.6 s)")]]', basis: 'noted', checks: [] }],
        bad: [],
      },
    ],
    risks: [{ text: '[[quote(n44, "monotone (cars up -> prob up) because legal asked, costs a bit of f1.")]]', basis: 'noted', checks: [] }],
    dissent: [{ text: '[[quote(n47, "Tomas to challenge it tmrw")]]', basis: 'noted', checks: [] }],
    revisit: [{ text: 'Decide again when other seeds of [[r7]] are in.', basis: 'proposed', checks: [] }],
  },
  'lost-pet': {
    ...NOTHING,
    rationale: [
      {
        text: '[[r1]] has Found_recall [[r1.Found_recall]].',
        basis: 'observed',
        checks: [],
      },
    ],
  },
  'stock-quant': {
    ...NOTHING,
    risks: [{ text: 'The status of [[r1]] is [[r1.status]].', basis: 'observed', checks: [] }],
  },
}

test.each(
  (Object.keys(DECIDED) as (keyof typeof DECIDED)[]).flatMap((name) => [
    { name, by: 'no-model' as const },
    { name, by: 'model' as const },
  ]),
)('the decision of $name with $by reads as it did, and stands', async ({ name, by }) => {
  const project = await decidedProject(name)
  made.push(project)
  const argv = ['decide', '--finalists', DECIDED[name].finalists, '--yes']
  const { code } =
    by === 'model'
      ? await project.run([...argv, '--model', 'scripted/one'], { draft: DRAFTS[name] })
      : await project.run([...argv, '--no-model'])
  expect(code).toBe(0)
  const text = await project.markdown(await project.id())
  // The digest of the record changes with narrate's version, and the id with it.
  const plain = text.replace(/^(id|evidence|evidenceDigest): .*$/gm, '$1: …').replace(/narrate \d+\.\d+\.\d+/g, 'narrate …')
  await expect(plain).toMatchFileSnapshot(path.join(import.meta.dirname, 'decision', `${name}-${by}.md`))
  const verified = await project.run(['verify', '--json', '--quiet'])
  expect(JSON.parse(verified.stdout).documents).toMatchObject([{ stands: true, findings: [] }])
})
