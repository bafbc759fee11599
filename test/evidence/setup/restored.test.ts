import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { emptySubject } from '../../../src/evidence/setup/setup-subject.ts'
import { aThird, eachAlone, readProject, score, withScript } from '../../bench/measure-reconstruction.ts'

const EXAMPLE = path.resolve(import.meta.dirname, '../../../examples/forty-seven-runs')

describe('fields deleted from runs of the example', () => {
  test('are never LOGGED where the record does not hold them, and what siblings agree on is right', async () => {
    const read = await readProject(EXAMPLE)
    for (const choose of [eachAlone, aThird]) {
      const { labels, runs } = score(read, choose, ({ key }) => emptySubject(key), 7, 3)
      expect(runs).toBe(3)
      expect(labels.get('LOGGED')).toEqual({ right: 0, wrong: 0 })
      expect(labels.get('GIT')).toEqual({ right: 0, wrong: 0 })
      expect(labels.get('SIBLING')?.wrong).toBe(0)
      expect(labels.get('SIBLING')?.right).toBeGreaterThan(0)
    }
  })

  test('stand in the logged command or in the defaults that it did not change', async () => {
    const scripted = withScript(await readProject(EXAMPLE), true)
    const { labels } = score(scripted.read, eachAlone, scripted.subjectOf, 7, 2)
    for (const label of ['LOGGED', 'GIT'] as const) {
      expect(labels.get(label)?.wrong).toBe(0)
      expect(labels.get(label)?.right).toBeGreaterThan(0)
    }
  })
})
