import { rederive, resealed } from '../../../src/verify/rederive.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { templates, VERSION } from './compose-documents.ts'
import { FORGERIES, forged } from './forge-lines.ts'
import type { Row } from './measure.ts'
import type { WrittenKind } from './write-kinds.ts'

/** What was found of changed plans, decisions and reconstructions, and of unchanged ones. */
export interface KindsOutcome {
  /** By the kind of document, for a verifier of the same version and of a later one; `kind` is what was changed. */
  readonly rows: readonly Row[]
  readonly missed: readonly object[]
  readonly wrong: readonly object[]
  readonly documents: number
}

const LATER = '99.0.0'

/** Changes lines of each document, so many times in each way, makes every digest anew, and verifies. */
export function measureKinds(
  written: readonly WrittenKind[],
  request: { readonly seed: number; readonly changes: number },
): KindsOutcome {
  const rows = new Map<string, Row>()
  const missed: object[] = []
  const wrong: object[] = []
  for (const [index, { kind, markdown, name, record }] of written.entries()) {
    for (const version of [VERSION, LATER]) {
      const composer = { templates, version }
      const verifier = version === VERSION ? 'same version' : 'later version'
      const random = seededRandom(request.seed * 1000 + index)
      const findings = rederive(record, markdown, composer)
      if (findings.length > 0) wrong.push({ name, kind, version, findings })
      for (const forgery of FORGERIES)
        for (let again = 0; again < request.changes; again += 1) {
          const changed = forged(record, forgery, random)
          if (changed === null) continue
          const isCaught = rederive(changed, resealed(changed, markdown), composer).length > 0
          const key = `${verifier}, ${kind}`
          const row = rows.get(`${key} ${forgery.kind}`) ?? {
            ...{ family: key, kind: forgery.kind, lies: 0, caught: 0, marked: 0 },
          }
          rows.set(`${key} ${forgery.kind}`, {
            ...row,
            lies: row.lies + 1,
            caught: row.caught + (isCaught ? 1 : 0),
          })
          if (!isCaught)
            missed.push({
              name,
              verifier,
              kind,
              forgery: forgery.kind,
              ...firstChange(String(record.body), String(changed.body)),
            })
        }
    }
  }
  return {
    rows: [...rows.values()].sort(
      (a, b) => a.family.localeCompare(b.family) || a.caught / a.lies - b.caught / b.lies,
    ),
    ...{ missed, wrong, documents: written.length },
  }
}

function firstChange(before: string, after: string): { readonly before: string; readonly after: string } {
  const [old, made] = [before.split('\n'), after.split('\n')]
  const at = old.findIndex((line, index) => line !== made[index])
  return { before: old[at] ?? '', after: made[at] ?? '' }
}
