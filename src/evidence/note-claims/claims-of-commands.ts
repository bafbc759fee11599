import { type CommandBlock, type PastedCommand, parseCommands } from '../../notes/said/parse-command.ts'
import { COUNT, writtenCount } from '../../notes/said/written-count.ts'
import { counted } from '../counted.ts'
import type { EvidenceQuote, EvidenceRun } from '../evidence.ts'
import { settingValue } from '../setting-value.ts'
import { claimOf, type Ground } from './ground.ts'
import type { NoteClaim } from './note-claim.ts'

const COUNTED = new RegExp(
  String.raw`\(\s*(${COUNT})\s+(?:runs?|jobs?|commands?|trainings?|experiments?)\s*\)`,
  'i',
)
/** Commands that train nothing. */
const OTHER_WORK =
  /\b(eval|evaluate|test|plot|download|prepare|preprocess|infer|inference|serve|export|upload|sweep|agent|install|login|ui|server|convert|benchmark)(?=[\s._-]|$)/i
const FEWEST_FLAGS = 2
const MOST_COMMANDS = 200

/**
 * Pasted commands say what was meant to run: one is matched with the runs that have all its flags among their parameters (or carry
 * its words as their name). A comment that counts its commands otherwise than they stand there is told as well.
 */
export function claimsOfCommands(quote: EvidenceQuote, ground: Ground): readonly NoteClaim[] {
  const blocks = parseCommands(quote.text)
  const commands = blocks.flatMap((block) => block.commands).slice(0, MOST_COMMANDS)
  if (commands.length === 0) return []
  return [
    ...blocks.flatMap((block) => countOfBlock(quote, block)),
    ...commands.flatMap((command) => claimOfCommand(quote, command, ground)),
  ]
}

/** The runs that a command started, as far as its flags tell; null where it has too few flags that runs logged. */
export function runsOfCommand(command: PastedCommand, ground: Ground): readonly EvidenceRun[] | null {
  const named = ground.all.filter(
    ({ run }) => command.words.includes(run.name) || command.flags.some(({ value }) => value === run.name),
  )
  if (named.length > 0) return named
  const names = new Map(
    ground.all.flatMap(({ run }) => [...run.params.keys()]).map((name) => [plain(name), name]),
  )
  const aliases = command.flags.flatMap(({ name, value }) => {
    const param =
      names.get(plain(name)) ??
      names.get(plain(name).replace(/^(?:per_device_|model_|train_|optimizer_|n_|num_)/, ''))
    return param === undefined ? [] : [{ param, value }]
  })
  if (new Set(aliases.map(({ param }) => param)).size < FEWEST_FLAGS) return null
  return ground.all.filter(({ run }) =>
    aliases.every(({ param, value }) => {
      const logged = run.params.get(param)
      return logged !== undefined && settingValue(param, logged).key === settingValue(param, value).key
    }),
  )
}

function claimOfCommand(quote: EvidenceQuote, command: PastedCommand, ground: Ground): readonly NoteClaim[] {
  const script = command.words[0] ?? ''
  if (OTHER_WORK.test(script) || OTHER_WORK.test(command.words[1] ?? '')) return []
  const runs = runsOfCommand(command, ground)
  // A line with variables in it is a template of commands.
  if (runs === null || /\$[\w{(]/.test(command.text)) return []
  const said = firstLine(command.text)
  if (runs.length > 0) return [claimOf({ quote, text: quote.text }, 'command', 'agree', { said, runs })]
  return [
    claimOf({ quote, text: quote.text }, 'command', 'no such run', {
      said,
      log: 'launched, no run found.',
      consequence: 'detail',
    }),
  ]
}

function countOfBlock(quote: EvidenceQuote, block: CommandBlock): readonly NoteClaim[] {
  return block.comment === null ? [] : countHeld(quote, block.comment, block.commands.length, block.comment)
}

/** Headings that say how many commands stand under them: "LR sweep (4 runs)". */
export function countsOverCommands(pasted: readonly EvidenceQuote[], ground: Ground): readonly NoteClaim[] {
  const under = Map.groupBy(
    pasted.filter(({ heading }) => heading !== null),
    ({ noteId, heading }) => `${noteId} ${heading}`,
  )
  return [...under.values()].flatMap((quotes) => {
    const [first] = quotes
    const heading = first?.heading?.split(' › ').at(-1)
    const blocks = quotes.flatMap(({ text }) => parseCommands(text))
    if (first === undefined || heading === undefined || blocks.some(({ comment }) => comment !== null))
      return []
    const commands = blocks.flatMap((block) => block.commands)
    return countHeld(first, heading, commands.length, null).filter(() => ground.all.length > 0)
  })
}

/** A count over commands, held against them; `said` stands in the quote, and is null for a heading, which is no quote. */
function countHeld(
  quote: EvidenceQuote,
  comment: string,
  commands: number,
  said: string | null,
): readonly NoteClaim[] {
  const written = COUNTED.exec(comment)
  const number = written === null ? null : writtenCount(written[1] ?? '')
  if (number === null || commands === 0) return []
  const claim = claimOf({ quote, text: comment }, 'note', commands === number ? 'agree' : 'contradict', {
    consequence: 'detail',
    ...(commands === number
      ? {}
      : {
          log: `${said === null ? '[[this.heading]]: ' : ''}[[this.commands]] commands stand under it.`,
          values: { commands: counted(commands, 'commands counted in the note') },
          texts: said === null ? { heading: { text: comment, from: 'a heading in the notes' } } : {},
        }),
  })
  return [said === null ? { ...claim, quote: null } : claim]
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.trim() ?? text
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[-./]+/g, '_')
    .replace(/^_+/, '')
}
