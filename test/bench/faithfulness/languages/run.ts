import { GERMAN } from '../../../../src/claims/languages/de/german.ts'
import { makeWorld } from '../../../support/make-world.ts'
import { readHistories } from '../histories.ts'
import { GERMAN_HONEST, GERMAN_HONEST_LATER, GERMAN_LIES, GERMAN_LIES_LATER } from './german.ts'
import { type JudgedSentence, judgeSentences, sharesOf } from './measure.ts'

/** Prints what the checker makes of the German sentences: `node test/bench/faithfulness/languages/run.ts [--later] [--all]`. */
async function main(): Promise<void> {
  const { world } = makeWorld({ cwd: '/' })
  const grounds = await readHistories({ planted: 0, stores: null, world })
  const honest = (set: typeof GERMAN_HONEST) =>
    Object.fromEntries(
      Object.entries(set).map(([history, list]) => [history, list.map((one) => ['honest', ...one] as const)]),
    )
  const isLater = process.argv.includes('--later')
  const judged = [
    ...judgeSentences(GERMAN, grounds, honest(isLater ? GERMAN_HONEST_LATER : GERMAN_HONEST)),
    ...judgeSentences(GERMAN, grounds, isLater ? GERMAN_LIES_LATER : GERMAN_LIES),
  ]
  const isWrong = ({ family, isPrinted }: JudgedSentence): boolean => (family === 'honest') !== isPrinted
  for (const one of judged.filter((sentence) => isWrong(sentence) || process.argv.includes('--all')))
    console.log(
      `${isWrong(one) ? '!' : ' '} ${one.family} (${one.history}): ${one.text}\n    ${one.verdict.readAs ?? '-'}\n    ${one.verdict.kind}${one.verdict.kind === 'supported' ? (one.verdict.isTurned ? ', turned' : '') : `: ${one.verdict.reason}`}`,
    )
  for (const [family, { told, printed }] of sharesOf(judged))
    console.log(`${family}: ${printed} of ${told} printed`)
}

await main()
