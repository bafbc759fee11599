// A checker for comparison, and an example of one: a statement is supported if each number in it stands in the evidence,
// rounded as it is written. That is what a search for numbers can do; it knows nothing of runs, names or relations.
import process from 'node:process'
import { createInterface } from 'node:readline'
import { z } from 'zod'

const NUMBER = /(?<![\p{L}\d_])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\p{L}\d_])/gu

const lineSchema = z.object({
  evidence: z.unknown(),
  statements: z.array(z.object({ plain: z.string() })),
})

for await (const line of createInterface({ input: process.stdin })) {
  const { evidence, statements } = lineSchema.parse(JSON.parse(line))
  const known = new Set(
    [...JSON.stringify(evidence).matchAll(NUMBER)].flatMap(([text]) =>
      [1, 2, 3, 4, 5, 6, 7].map((digits) => Number(Number(text).toPrecision(digits))),
    ),
  )
  const verdicts = statements.map(({ plain }) =>
    [...plain.matchAll(NUMBER)].every(([text]) => known.has(Number(text))) ? 'supported' : 'unsupported',
  )
  process.stdout.write(`${JSON.stringify({ verdicts })}\n`)
}
