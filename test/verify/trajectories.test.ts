import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/cli/package-root.ts'
import { templateEngine } from '../../src/cli/template-engine.ts'
import type { JsonObject } from '../../src/json.ts'
import { rederive, resealed } from '../../src/verify/rederive.ts'
import { exampleCopy } from '../support/example-copy.ts'
import { putWords } from '../support/put-words.ts'

/** A narrate of later, which may print otherwise: it composes nothing again to the byte. */
const later = { templates: templateEngine(PACKAGE_ROOT), version: '99.0.0' }

test('a later version holds every cell of how training went against the runs', async () => {
  const copy = await exampleCopy()
  await copy.run([
    ...['log', '--all-users', '--no-model', '--yes', '--quiet'],
    ...['--since', '2026-03-09', '--until', '2026-03-09'],
  ])
  const file = await copy.file('log')
  const markdown = await readFile(file, 'utf8')
  const evidence = path.join(copy.root, 'narrative/evidence', `${path.basename(file, '.md')}.json`)
  const record: JsonObject = JSON.parse(await readFile(evidence, 'utf8'))
  expect(rederive(record, markdown, later)).toEqual([])
  const lies: readonly (readonly [string | RegExp, string])[] = [
    ['| best (step) |', '| worst (step) |'],
    [/(?<=\| [\d.]+ )train_logloss(?= \|)/, 'test_logloss'],
    [/(?<=\) \| )val_logloss(?= \|)/, 'val_auc'],
    [/(?<=val_logloss \| [\d.]+) (?=\()/, ' not '],
    [/(?<=val_logloss \| )(?=[\d.]+ \()/, 'about '],
  ]
  for (const [from, to] of lies) {
    const changed = structuredClone(record)
    putWords(changed, from, to)
    expect(
      rederive(changed, resealed(changed, markdown), later).map(({ kind }) => kind),
      `${from}`,
    ).toContain('composition')
  }
}, 60_000)
