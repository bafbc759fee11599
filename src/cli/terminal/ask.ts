import { NarrateError } from '../../errors.ts'
import type { World } from '../../world.ts'

/** Whether questions may be asked: a real terminal, and neither `--yes` nor `--json`. */
export function mayAsk(
  world: World,
  options: { readonly yes?: boolean | undefined; readonly json?: boolean | undefined },
): boolean {
  return world.stdin.isTerminal && world.stderr.isTerminal && options.yes !== true && options.json !== true
}

/** Asks for one of some answers by its key. Ctrl-C and Escape throw `NarrateError('cancelled')`. */
export async function askKey<Key extends string>(
  world: World,
  message: string,
  answers: readonly { readonly key: Key; readonly label: string }[],
): Promise<Key> {
  const { isCancel, selectKey } = await import('@clack/prompts')
  const answer = await selectKey<string>({
    message,
    options: answers.map(({ key, label }) => ({ value: key, label })),
    ...streams(world),
  })
  const chosen = isCancel(answer) ? undefined : answers.find(({ key }) => key === answer)
  if (chosen === undefined) throw stopped()
  return chosen.key
}

/** Asks yes or no; Enter is no. */
export async function askYes(world: World, message: string): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message, initialValue: false, ...streams(world) })
  if (isCancel(answer)) throw stopped()
  return answer
}

/** Asks for a line; Enter gives an empty one. */
export async function askLine(world: World, message: string): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text({ message, ...streams(world) })
  if (isCancel(answer)) throw stopped()
  return answer ?? ''
}

function stopped(): NarrateError {
  return new NarrateError('cancelled', 'Stopped. No entry was saved; your notes are kept.')
}

function streams(world: World): {
  readonly input: World['stdin']['stream']
  readonly output: World['stderr']['stream']
  readonly signal: AbortSignal
} {
  return { input: world.stdin.stream, output: world.stderr.stream, signal: world.signal }
}
