import { cutText } from './cut-text.ts'

/** What a log, or a tag, says of how a run broke. */
export interface ParsedError {
  /** The exception's own name, without its module: `MemoryError`; null where the text names none. */
  readonly type: string | null
  /** The first line of what it says, white space folded; empty where it says nothing. */
  readonly message: string
}

const LONGEST = 240

/** `package.module.NameError: message`, as Python, Java and Julia print the end of a traceback. */
const EXCEPTION =
  /^(?:Caused by: |ERROR: |Error: |\[?rank\d+\]?:? ?|Exception in thread "[^"]*" )*((?:[A-Za-z_$][\w$]*\.)*[A-Z][\w$]*(?:Error|Exception|Interrupt|Exit|Fault|Failure|Killed|Iteration))(?::\s*(.*))?$/

/** Lines that tell of an end without any exception. */
const BARE =
  /^(?:Killed|Segmentation fault.*|Aborted.*|Terminated|.*\b(?:CUDA|HIP) out of memory.*|.*oom[- _]kill.*|.*Out of memory.*|.*can't allocate memory.*|.*Cannot allocate memory.*|.*std::bad_alloc.*|.*Unable to allocate .*|.*DUE TO (?:TIME LIMIT|PREEMPTION).*|slurmstepd: error:.*)$/i

/** A line that calls itself an error; `val error: 0.3` is a metric. */
const LOUD = /(?:(?:^|[\s[(])(?:ERROR|FATAL|CRITICAL)\b|^(?:error|fatal|panic):)(?![\])\s:=]*[-+]?[\d.]+\s*$)/
/** Metrics whose names end like exceptions: `MeanSquaredError: 0.12`. */
const METRIC = /(?:mean|squared?|absolute|percentage|relative)\w*error$/i

/**
 * The error that a text ends with: the last exception of its tracebacks, else the last line that tells of an end without
 * one, else the last line that calls itself an error. Null where there is none of these.
 */
export function parseError(lines: readonly string[]): ParsedError | null {
  const trimmed = lines.map((line) => line.trim())
  const exception = trimmed.findLastIndex((line) => {
    const name = EXCEPTION.exec(line)?.[1]
    return name !== undefined && !METRIC.test(name)
  })
  const bare = trimmed.findLastIndex((line) => BARE.test(line))
  if (exception !== -1 && exception >= bare - 1) {
    const [, name = '', said = ''] = EXCEPTION.exec(trimmed[exception] ?? '') ?? []
    return { type: name.split('.').at(-1) ?? name, message: tidy(said) }
  }
  const line = trimmed[bare] ?? trimmed.findLast((one) => LOUD.test(one))
  return line === undefined ? null : { type: null, message: tidy(line) }
}

/** The error as one line: `MemoryError: Unable to allocate …`. */
export function printError({ type, message }: ParsedError): string {
  const line = type === null ? message : message === '' ? type : `${type}: ${message}`
  return cutText(line, LONGEST)
}

/** What an error comes of, in words that go on behind "failed"; null where that is not known. */
export function causeOf(text: string): string | null {
  return CAUSES.find(([, pattern]) => pattern.test(text))?.[0] ?? null
}

const CAUSES: readonly (readonly [string, RegExp])[] = [
  [
    'out of memory',
    /\bout of memory\b|\b(MemoryError|OutOfMemory\w*|OOM)\b|\bUnable to allocate\b|can't allocate memory|Cannot allocate memory|std::bad_alloc|\boom[- _]?kill|CUBLAS_STATUS_ALLOC_FAILED|RESOURCE_EXHAUSTED|^Killed$/im,
  ],
  ['on a value that is no number', /\b(nan|not finite|non-finite|infs?|infinity)\b|FloatingPointError/i],
  ['stopped from outside', /\b(KeyboardInterrupt|SIGTERM|SIGINT|SIGKILL|preempted|PREEMPTION|Terminated)\b/],
  ['out of time', /\bTIME LIMIT\b|\b(wall ?time|time limit) (exceeded|reached)/i],
]

/**
 * The same text for errors that differ in numbers, addresses, paths and quoted names only: it tells whether a failure came again.
 */
export function normaliseError({ type, message }: ParsedError): string {
  const plain = message
    .toLowerCase()
    .replace(/0x[0-9a-f]+/g, '@')
    .replace(/(?:[a-z]:)?(?:[\\/][^\s\\/:,;'"()]+){2,}[\\/]?/g, '<path>')
    .replace(/\b[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}\b/g, '@')
    .replace(/[+-]?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?/g, '#')
    .replace(/(?:#[\s,x]*)+/g, '# ')
    .replace(/\s+/g, ' ')
    .trim()
  return `${type ?? ''}|${plain}`
}

function tidy(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
}
