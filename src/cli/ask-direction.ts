import type { Evidence } from '../evidence/evidence.ts'
import { questionOnDirection } from '../evidence/findings/direction.ts'
import { namedSetting } from '../settings.ts'
import { readAnswers, writeAnswers } from './answers-file.ts'
import type { LogSession } from './log-session.ts'
import { askLine, mayAsk } from './terminal/ask.ts'
import { cleanLine } from './terminal/clean-text.ts'

const DAY = 24 * 3_600_000

/**
 * Asks which way the lead metric is better, where nothing tells and the answer would rank runs: once per metric, at most
 * one question a day, and only at a terminal. Gives whether there is an answer now that there was not before.
 */
export async function askDirection(evidence: Evidence, session: LogSession): Promise<boolean> {
  const { isDry, options, print, project, world } = session
  if (isDry || !mayAsk(world, options)) return false
  const asked = questionOnDirection(evidence)
  if (asked === null) return false
  const answers = await readAnswers(project.root)
  const isKnown = namedSetting(answers.directions, asked.metric) !== undefined
  const isTooSoon = answers.askedAt !== null && world.now() - answers.askedAt < DAY
  if (isKnown || isTooSoon) return false
  const answer = await askLine(world, `${cleanLine(asked.question)} (h: higher, l: lower, Enter: skip)`)
  const direction = /^\s*h/i.test(answer) ? 'higher' : /^\s*l/i.test(answer) ? 'lower' : 'skipped'
  await writeAnswers(project.root, {
    ...answers,
    directions: { ...answers.directions, [asked.metric]: direction },
    askedAt: world.now(),
  })
  if (direction === 'skipped') return false
  print.say(
    `Kept on this machine. For everybody, in narrate.yaml: metrics: { directions: { ${cleanLine(asked.metric)}: ${direction} } }`,
  )
  return true
}
