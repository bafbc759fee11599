import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { Statement } from '../../../src/claims/statement.ts'
import { freezeEvidence } from '../../../src/evidence/freeze-evidence.ts'
import type { Checker, Judged } from './checker.ts'
import { plainText } from './plain-text.ts'

const replySchema = z.object({
  verdicts: z.array(z.enum(['supported', 'contradicted', 'unsupported'])),
})

/** Statements that go into one line. */
const BATCH = 200

/**
 * Another program as the checker: one JSON line `{ history, evidence, statements }` in, one `{ verdicts }` out, in order.
 * The program is started once for each history and ends when its input does.
 */
export function commandChecker(command: string): Checker {
  return async (ground, statements) => {
    const child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const judged: Judged[] = []
    for (let at = 0; at < statements.length; at += BATCH) {
      const batch = statements.slice(at, at + BATCH)
      child.stdin.write(
        `${JSON.stringify({
          history: ground.name,
          evidence: freezeEvidence(ground.evidence),
          statements: batch.map((one) => toLine(one, ground)),
        })}\n`,
      )
      const line = await lines.next()
      if (line.done === true) throw new Error(`${command} ended before it had judged everything`)
      const { verdicts } = replySchema.parse(JSON.parse(line.value))
      if (verdicts.length !== batch.length)
        throw new Error(`${command} gave ${verdicts.length} verdicts for ${batch.length} statements`)
      judged.push(...verdicts.map((verdict) => ({ verdict, isMarked: false, reason: null, words: null })))
    }
    child.stdin.end()
    return judged
  }
}

function toLine({ text, basis, checks }: Statement, ground: Parameters<Checker>[0]): object {
  return { text, basis, checks, plain: plainText(text, ground) }
}
