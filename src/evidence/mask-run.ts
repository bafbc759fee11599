import type { LogTail, Run } from '../runs/run.ts'
import { cutText } from './cut-text.ts'
import { plainNames } from './plain-name.ts'

const MOST_LINES = 20
const MOST_CHARACTERS = 2000

/**
 * A run with secrets replaced in every text a program or a person put there, and with names that a sentence may hold.
 * Ids, statuses and numbers stay.
 */
export function maskRun(run: Run, mask: (text: string) => string): Run {
  const maskValues = (values: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
    new Map([...values].map(([name, text]) => [name, maskValue(name, text, mask)]))
  return {
    ...run,
    name: mask(run.name),
    params: plainNames(maskValues(run.params)),
    metrics: plainNames(run.metrics),
    tags: plainNames(maskValues(run.tags)),
    ...(run.registered === undefined
      ? {}
      : {
          registered: run.registered.map((one) => ({
            ...one,
            model: mask(one.model),
            stage: one.stage === null ? null : mask(one.stage),
            aliases: one.aliases.map(mask),
          })),
        }),
    note: run.note === null ? null : mask(run.note),
    origins: {
      run: run.origins.run,
      params: plainNames(run.origins.params),
      metrics: plainNames(run.origins.metrics),
    },
    code: { ...run.code, entryPoint: run.code.entryPoint === null ? null : mask(run.code.entryPoint) },
  }
}

/** The end of a log with secrets replaced, then cut to its last twenty lines and two thousand characters. */
export function maskLog(tail: LogTail, mask: (text: string) => string): LogTail {
  const lines: string[] = []
  let room = MOST_CHARACTERS
  for (const line of mask(tail.lines.join('\n')).split('\n').slice(-MOST_LINES).reverse()) {
    if (room <= 0) break
    // Of a long line its beginning says what it is.
    const cut = cutText(line, room)
    lines.unshift(cut)
    room -= cut.length + 1
  }
  return { ...tail, path: mask(tail.path), lines }
}

/** A value is masked together with its name: `api_key` makes a secret of what would pass by itself. */
function maskValue(name: string, text: string, mask: (text: string) => string): string {
  const prefix = `${name}=`
  const masked = mask(prefix + text)
  return masked.startsWith(prefix) ? masked.slice(prefix.length) : mask(text)
}
