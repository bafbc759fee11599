import process from 'node:process'
import { noteRunSets } from '../support/note-run-sets.ts'
import { attributeKeyed, sumAttributions } from '../support/score-attributions.ts'
import { readKeyedNotes, scoreNotes, sumScores } from '../support/score-notes.ts'

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

const files = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const isLong = process.argv.includes('--long')
const sets = await noteRunSets()

/** Prints what came of the keyed notes: precision, recall by judgement and kind, and with `--long` all that was missed or wrong. */
for (const file of files.length > 0
  ? files
  : ['tuned.yaml', 'held-out.yaml', 'held-out-again.yaml', 'other-manners.yaml', 'held-out-languages.yaml']) {
  const scored = scoreNotes(readKeyedNotes(file), sets)
  const { warnings, wrong, agreed, precision, recall } = sumScores(scored)
  print(
    `${file}: ${scored.length} notes, ${warnings} warnings, ${wrong} wrong, ${agreed} false claims agreed with, precision ${precision.toFixed(3)}`,
  )
  for (const [name, { found, planted }] of [...recall].sort(([a], [b]) => (a < b ? -1 : 1)))
    print(`  ${name.padEnd(32)} ${found} of ${planted}`)
  if (!isLong) continue
  for (const one of scored) {
    for (const miss of one.found.filter(({ isFound }) => !isFound))
      print(
        `MISSED ${one.note}: ${miss.judgement} ${miss.kind} "${miss.said}" -> ${JSON.stringify(one.claims.filter((claim) => claim.said.includes(miss.said) || miss.said.includes(claim.said)).map(({ kind, judgement }) => `${kind} ${judgement}`))}`,
      )
    for (const bad of one.agreed) print(`AGREED ${one.note}: ${bad.kind} "${bad.said}"`)
    for (const bad of one.wrong)
      print(`WRONG ${one.note}: ${bad.judgement} ${bad.kind} "${bad.said}": ${bad.log}`)
    for (const why of one.unsound) print(`UNSOUND ${one.note}: ${why}`)
  }
}

/** The passages of the key with the runs that they are about. */
const attributed = attributeKeyed(sets)
const { right, open, wrong, partial } = sumAttributions(attributed)
print(
  `attributed.yaml: ${attributed.length} passages, ${right} right, ${open} left open, ${partial.length} in part, ${wrong.length} wrong`,
)
if (isLong)
  for (const { text, meant, found } of [...wrong, ...partial])
    print(`WRONG "${text}": ${meant.join(', ')} -> ${found.join(', ')}`)
