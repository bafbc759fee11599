import { z } from 'zod'

/** One assertion as a model answers it. It holds no number but in slots. */
export const statementSchema = z.object({
  text: z.string(),
  basis: z.enum(['observed', 'noted', 'inferred', 'proposed']),
  checks: z.array(z.string()),
})
