import { GERMAN } from '../../src/claims/languages/de/german.ts'
import { makeWorld } from '../support/make-world.ts'
import { readHistories } from './faithfulness/histories.ts'
import {
  GERMAN_HONEST,
  GERMAN_HONEST_LAST,
  GERMAN_HONEST_LATER,
  GERMAN_LIES,
  GERMAN_LIES_LAST,
  GERMAN_LIES_LATER,
} from './faithfulness/languages/german.ts'
import { type JudgedSentence, judgeSentences, sharesOf } from './faithfulness/languages/measure.ts'

/** Prints what the checker makes of the German sentences: `node test/bench/measure-german.ts [--later|--last] [--all]`. */
async function main(): Promise<void> {
  const { world } = makeWorld({ cwd: '/' })
  const grounds = await readHistories({ planted: 0, stores: null, world })
  const honest = (set: typeof GERMAN_HONEST) =>
    Object.fromEntries(
      Object.entries(set).map(([history, list]) => [history, list.map((one) => ['honest', ...one] as const)]),
    )
  const [saidHonestly, lies] = process.argv.includes('--last')
    ? [GERMAN_HONEST_LAST, GERMAN_LIES_LAST]
    : process.argv.includes('--later')
      ? [GERMAN_HONEST_LATER, GERMAN_LIES_LATER]
      : [GERMAN_HONEST, GERMAN_LIES]
  const judged = [
    ...judgeSentences(GERMAN, grounds, honest(saidHonestly)),
    ...judgeSentences(GERMAN, grounds, lies),
  ]
  const isWrong = ({ family, isPrinted }: JudgedSentence): boolean => (family === 'honest') !== isPrinted
  const isShown = (one: JudgedSentence): boolean => isWrong(one) || process.argv.includes('--all')
  const lines = [
    ...judged
      .filter(isShown)
      .flatMap((one) => [
        `${isWrong(one) ? '!' : ' '} ${one.family} (${one.history}): ${one.text}`,
        `    ${one.verdict.readAs ?? 'not read'}`,
        `    ${outcomeOf(one)}`,
      ]),
    ...[...sharesOf(judged)].map(([family, { told, printed }]) => `${family}: ${printed} of ${told} printed`),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function outcomeOf({ verdict }: JudgedSentence): string {
  if (verdict.kind !== 'supported') return `${verdict.kind}: ${verdict.reason}`
  return verdict.isTurned === true ? 'supported as an inference' : 'supported'
}

await main()
