// Prints what the damage suites counted, as Markdown:
//   NARRATE_DAMAGE_REPORT=FOLDER npm test -- test/runs/sources && node test/interop/damage-report.ts FOLDER
// With the variable set, files and the answers of servers are cut at every one of their bytes.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DamageRecord } from '../support/damage-tally.ts'

const [folder = ''] = process.argv.slice(2)
const records = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as DamageRecord)
const kinds = [...new Set(records.flatMap((record) => Object.keys(record.kinds)))]
const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0)
const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |\n`

let text = row(['adapter', ...kinds, 'inputs', 'failures']) + row(['---', ...kinds, '', ''].map(() => '---'))
for (const { adapter, kinds: counted } of records) {
  const all = Object.values(counted)
  text += row([
    adapter,
    ...kinds.map((kind) => counted[kind]?.inputs ?? '–'),
    sum(all.map(({ inputs }) => inputs)),
    sum(all.map(({ failures }) => failures)),
  ])
}
const all = records.flatMap((record) => Object.values(record.kinds))
text += `\n${sum(all.map(({ inputs }) => inputs))} inputs, ${sum(all.map(({ failures }) => failures))} failures\n\n`
text += 'Where a format cannot show a damage, and a wrong value is read:\n\n'
text += row(['adapter', 'damage', 'file', 'only', 'read wrong', 'because', 'times'])
text += row(['---', '---', '---', '---', '---', '---', '---'])
const cell = (words: string) => `\`${words.replaceAll('|', '\\|')}\``
for (const { adapter, exceptions } of records)
  for (const { damage, file, detail, wrong, because, used } of exceptions)
    text += row([adapter, damage, cell(file), detail ? cell(detail) : '', cell(wrong), because, used])
process.stdout.write(text)
