import { planDraftSchema } from '../documents/plan/plan-draft.ts'
import { planKind } from '../documents/plan/plan-kind.ts'
import { planList } from '../documents/plan/plan-list.ts'
import type { PlannedExperiment } from '../evidence/evidence.ts'
import { thawEvidence } from '../evidence/freeze-evidence.ts'
import { planSubjectSchema } from '../evidence/plans/plan-subject.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import type { JsonObject } from '../json.ts'
import type { DocumentSummary, Store } from '../stores/store.ts'

/** As many of the newest plans as runs are held against. */
const MOST_PLANS = 5

/** The experiments of the newest plans that have a range, for what came out of them. A plan whose evidence cannot be read is a gap. */
export async function readPlanned(
  store: Pick<Store, 'list' | 'evidence'>,
): Promise<{ readonly planned: readonly PlannedExperiment[]; readonly gaps: readonly Gap[] }> {
  const plans: DocumentSummary[] = []
  for await (const found of store.list({ kind: planKind.name })) {
    // What of the store cannot be read is told by whoever reads all of it.
    if (!isGap(found) && found.supersededBy === null) plans.push(found)
  }
  const gaps: Gap[] = []
  const planned: PlannedExperiment[] = []
  for (const { id, evidencePath } of plans.sort((a, b) => b.savedAt - a.savedAt).slice(0, MOST_PLANS)) {
    const read = await store.evidence(id)
    const experiments = 'why' in read ? null : experimentsOf(id, read.value)
    if (experiments === null)
      gaps.push(gap(`the plan ${id}`, evidencePath, 'its evidence is not as it was saved'))
    else planned.push(...experiments)
  }
  return { planned, gaps }
}

function experimentsOf(
  plan: string,
  { evidence, draft, subject }: JsonObject,
): readonly PlannedExperiment[] | null {
  const asked = planSubjectSchema.safeParse(subject)
  const written = planDraftSchema.nullable().safeParse(draft ?? null)
  if (!asked.success || !written.success) return null
  const list = planList(thawEvidence(evidence ?? null), written.data, asked.data)
  return list.experiments.flatMap(({ id, params, expected }) =>
    expected === null
      ? []
      : [
          {
            plan,
            id,
            at: asked.data.at,
            metric: list.metric,
            params: new Map(Object.entries(params)),
            low: expected.low,
            high: expected.high,
          },
        ],
  )
}
