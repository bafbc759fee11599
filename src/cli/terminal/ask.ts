import { NarrateError } from '../../errors.ts'
import type { World } from '../../world.ts'

/** Whether questions may be asked: a real terminal, and neither `--yes` nor `--json`. */
export function mayAsk(
  world: World,
  options: { readonly yes?: boolean | undefined; readonly json?: boolean | undefined },
): boolean {
  return world.stdin.isTerminal && world.stderr.isTerminal && options.yes !== true && options.json !== true
}

/** Asks for one of some answers by its key. Ctrl-C, Ctrl-D and Escape throw `NarrateError('cancelled')`. */
export async function askKey<Key extends string>(
  world: World,
  message: string,
  answers: readonly { readonly key: Key; readonly label: string }[],
): Promise<Key> {
  const { isCancel, selectKey } = await import('@clack/prompts')
  const options = answers.map(({ key, label }) => ({ value: key, label }))
  const answer = await untilEnd(world, (streams) => selectKey<string>({ message, options, ...streams }))
  const chosen = isCancel(answer) ? undefined : answers.find(({ key }) => key === answer)
  if (chosen === undefined) throw stopped()
  return chosen.key
}

/** Asks yes or no; Enter is no. */
export async function askYes(world: World, message: string): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await untilEnd(world, (streams) => confirm({ message, initialValue: false, ...streams }))
  if (isCancel(answer)) throw stopped()
  return answer
}

/** Asks for a line; Enter gives an empty one. */
export async function askLine(world: World, message: string): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await untilEnd(world, (streams) => text({ message, ...streams }))
  if (isCancel(answer)) throw stopped()
  return answer ?? ''
}

function stopped(): NarrateError {
  return new NarrateError('cancelled', 'Stopped. No entry was saved; your notes are kept.')
}

interface Streams {
  readonly input: World['stdin']['stream']
  readonly output: World['stderr']['stream']
  readonly signal: AbortSignal
}

/** Asks; Ctrl-D and an input that ends cancel, since the question would wait for ever and the process end in silence. */
async function untilEnd<Answer>(world: World, ask: (streams: Streams) => Promise<Answer>): Promise<Answer> {
  const input = world.stdin.stream
  const ended = new AbortController()
  const end = (): void => ended.abort()
  const press = (_: unknown, key: { readonly ctrl?: boolean; readonly name?: string } | undefined): void => {
    if (key?.ctrl === true && key.name === 'd') end()
  }
  input.on('keypress', press)
  input.once('end', end)
  try {
    const signal = AbortSignal.any([world.signal, ended.signal])
    return await ask({ input, output: world.stderr.stream, signal })
  } finally {
    input.off('keypress', press)
    input.off('end', end)
  }
}
