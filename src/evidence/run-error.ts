import { isBroken, type LogTail, type Origin, type Run } from '../runs/run.ts'
import { causeOf, normaliseError, type ParsedError, parseError, printError } from './parse-error.ts'

/** How a run broke, as its tags or the end of its log tell. */
export interface RunError {
  /** One line: the exception's type and message. */
  readonly line: string
  /** In words, where it is known: "out of memory", "on a value that is no number". */
  readonly cause: string | null
  /** The same for errors that differ in numbers, addresses and paths only. */
  readonly alike: string
  readonly origin: Origin
}

const ERROR_TAG =
  /(^|[^a-z])(error|exception|traceback|oom|crash(ed)?|(failure|failed?|fail)[_ .-]?(reason|message|cause)?)([^a-z]|$)/i
const NO_ERROR = /^\s*(?:[\d.,%+-]+|true|false|none|null|no|n\/a)?\s*$/i
const TYPE_TAG = /type|class|name$/i

/** The error of a run that failed or was killed: from its tags, else from the end of its log; null where neither tells. */
export function runError({
  run,
  logTail,
}: {
  readonly run: Run
  readonly logTail: LogTail | null
}): RunError | null {
  if (!isBroken(run)) return null
  const fromTag = errorOfTags(run)
  const fromLog = logTail === null ? null : parseError(logTail.lines)
  // A tag that names no exception says less than a traceback that does.
  const isLogBetter = fromLog?.type != null && fromTag?.type == null
  const error = isLogBetter ? fromLog : (fromTag ?? fromLog)
  if (error === null) return null
  const line = printError(error)
  const tags = tagsOfError(run).map(([, text]) => text)
  return {
    line,
    cause: causeOf(line) ?? causeOf([...tags, ...(logTail?.lines.slice(-5) ?? [])].join('\n')),
    alike: normaliseError(error),
    origin: error === fromLog && logTail !== null ? logTail.origin : run.origins.run,
  }
}

function errorOfTags(run: Run): ParsedError | null {
  const tags = tagsOfError(run)
  const parsed = tags.flatMap(([, text]) => {
    const error = parseError(
      /traceback|\bat line\b/i.test(text) ? text.split('\n') : [text.replace(/\s+/g, ' ')],
    )
    return error?.type != null ? [error] : []
  })
  const typed = parsed.find(({ message }) => message !== '') ?? (tags.length === 1 ? parsed[0] : undefined)
  if (typed !== undefined) return typed
  const type = tags.find(([name, text]) => TYPE_TAG.test(name) && /^[\w.$]+$/.test(text.trim()))
  const said = tags.find(([name]) => name !== type?.[0])
  if (type === undefined && said === undefined) return null
  return {
    type: type?.[1].trim().split('.').at(-1) ?? null,
    message: said?.[1].replace(/\s+/g, ' ').trim().replace(/\.$/, '') ?? '',
  }
}

/** The names of the run's tags that tell of its error. */
export function errorTags({ run }: { readonly run: Run }): readonly string[] {
  return tagsOfError(run).map(([name]) => name)
}

function tagsOfError(run: Run): readonly (readonly [string, string])[] {
  return [...run.tags].filter(([name, text]) => ERROR_TAG.test(name) && !NO_ERROR.test(text))
}
