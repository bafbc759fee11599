import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { PhaseDraft } from '../../src/documents/phase/phase-draft.ts'
import { type DecidedProject, decidedProject } from '../support/decided-project.ts'

const made: DecidedProject[] = []
afterAll(async () => {
  for (const project of made) await project.remove()
})

/** What a model may say of each project. */
const DRAFTS: Readonly<Record<'lost-pet' | 'stock-quant', PhaseDraft>> = {
  'lost-pet': {
    title: 'Recall and precision pull apart, [[r1]] and [[r2]]',
    title_checks: [],
    verdict: {
      call: 'continue',
      reason: {
        text: '[[r1]] has Found_recall [[r1.Found_recall]] and Found_precision [[r1.Found_precision]].',
        basis: 'observed',
        checks: [],
      },
    },
    approaches: [],
    best: [],
    learned: [],
    remains: [],
    next_phase: [{ text: 'Repeat [[r1]] with several logged seeds.', basis: 'proposed', checks: [] }],
  },
  'stock-quant': {
    title: 'Most of it broke off: [[r1]]',
    title_checks: [],
    verdict: {
      call: 'stop',
      reason: { text: 'The status of [[r1]] is [[r1.status]].', basis: 'observed', checks: [] },
    },
    approaches: [],
    best: [],
    learned: [],
    remains: [],
    next_phase: [],
  },
}

test.each(
  (['lost-pet', 'stock-quant'] as const).flatMap((name) => [
    { name, by: 'no-model' as const },
    { name, by: 'model' as const },
  ]),
)('the phase of $name with $by reads as it did, and stands', async ({ name, by }) => {
  const project = await decidedProject(name)
  made.push(project)
  const { code } =
    by === 'model'
      ? await project.run(['phase', '--yes', '--model', 'scripted/one'], { draft: DRAFTS[name] })
      : await project.run(['phase', '--yes', '--no-model'])
  expect(code).toBeLessThan(2)
  const folder = path.join(project.root, 'narrative/phases')
  const [file = ''] = await readdir(folder)
  const text = await readFile(path.join(folder, file), 'utf8')
  const body = text.replace(/^---\n[\s\S]*?\n---\n+/, '').replace(/narrate \d+\.\d+\.\d+/g, 'narrate …')
  await expect(body).toMatchFileSnapshot(path.join(import.meta.dirname, 'phase', `${name}-${by}.md`))
  const verified = await project.run(['verify', '--json', '--quiet'])
  expect(JSON.parse(verified.stdout).documents).toMatchObject([{ stands: true, findings: [] }])
})
