import { isBroken, type RunSummary } from '../runs/run.ts'
import { cleanLine } from './terminal/clean-text.ts'

const ERROR_TAG = /(error|exception|traceback|fail(ure|ed)?_?(reason|message|cause)?|oom)/i
const LONGEST = 40

/** Why a run failed, in a few words, where a tag of it tells: "out of memory", "FloatingPointError"; else null. */
export function whyFailed(run: RunSummary): string | null {
  if (!isBroken(run)) return null
  const told = [...run.tags].find(([name, text]) => ERROR_TAG.test(name) && text.trim() !== '')
  if (told === undefined) return null
  const text = cleanLine(told[1])
  if (/out of memory|\boom\b|memoryerror|unable to allocate/i.test(text)) return 'out of memory'
  const type = /^\w*(Error|Exception|Interrupt|Exit)\b/.exec(text)?.[0] ?? text
  return type.length > LONGEST ? `${type.slice(0, LONGEST - 1)}…` : type
}
