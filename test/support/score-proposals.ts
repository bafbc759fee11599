import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { type Lint, lintProposal } from '../../src/evidence/plans/lint-proposal.ts'
import { settleProposal } from '../../src/evidence/plans/settle-proposal.ts'
import { gather } from './gather.ts'
import { gatherStore } from './gather-store.ts'
import { makeRun } from './make-run.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

const keyed = z.object({
  on: z.enum(['example', 'lost-pet', 'made']),
  from: z.string(),
  set: z.record(z.string(), z.string()),
  seeds: z.number(),
  /** The run that it repeats, by the beginning of its id; null for a proposal that repeats none. */
  repeats: z.string().nullable(),
  how: z.string(),
})

const fileSchema = z.object({
  made: z
    .array(
      z.object({
        id: z.string(),
        params: z.record(z.string(), z.string()),
        status: z.enum(['finished', 'failed']).default('finished'),
      }),
    )
    .default([]),
  proposals: z.array(keyed),
})

/** Proposals whose answers are known, of `test/fixtures/proposals`. */
export function readProposals(name: string): z.infer<typeof fileSchema> {
  const file = path.join(ROOT, 'test/fixtures/proposals', name)
  return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}

export interface ScoredProposal {
  readonly outcome: 'caught' | 'missed' | 'passed' | 'false' | 'caught as another run'
  readonly proposal: z.infer<typeof keyed>
  readonly lint: Lint
}

/** What the lint says of proposals, against what is known of them. */
export async function scoreProposals(...names: readonly string[]): Promise<readonly ScoredProposal[]> {
  const files = names.map(readProposals)
  const made = files.flatMap((file) => file.made)
  const evidence: Readonly<Record<z.infer<typeof keyed>['on'], Evidence>> = {
    example: await gatherStore(path.join(ROOT, 'examples/forty-seven-runs')),
    'lost-pet': await gatherStore(path.join(ROOT, 'test/fixtures/mlflow/lost-pet')),
    made: gather(
      made.map(({ id, params, status }, index) =>
        makeRun({
          id,
          params,
          status,
          startedAt: Date.UTC(2026, 2, 2, 10 + index),
          metrics: { val_auc: 0.8 + index / 100 },
        }),
      ),
    ),
  }
  return files.flatMap(({ proposals }) => proposals).map((proposal) => score(proposal, evidence[proposal.on]))
}

function score(proposal: z.infer<typeof keyed>, evidence: Evidence): ScoredProposal {
  const from = evidence.runs.find(({ run }) => run.id.startsWith(proposal.from))
  if (from === undefined) throw new Error(`no run ${proposal.from} in ${proposal.on}`)
  const asked = { from: from.address, set: new Map(Object.entries(proposal.set)), seeds: proposal.seeds }
  const lint = lintProposal(asked, settleProposal(asked, from, evidence.runs), evidence)
  const { repeats } = proposal
  const isTried = lint.kind === 'tried'
  const isRightRun = isTried && lint.runs.some(({ run }) => repeats !== null && run.id.startsWith(repeats))
  const outcome =
    repeats === null
      ? isTried
        ? 'false'
        : 'passed'
      : !isTried
        ? 'missed'
        : isRightRun
          ? 'caught'
          : 'caught as another run'
  return { outcome, proposal, lint }
}
