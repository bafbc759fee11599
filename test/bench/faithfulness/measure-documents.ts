import type { Drafted } from '../../../src/narrate.ts'
import type { Span } from '../../../src/render/marks.ts'
import { sealDocument } from '../../../src/stores/seal-document.ts'
import { rederive } from '../../../src/verify/rederive.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import type { BenchCase } from './case.ts'
import { composeDocument, templates, VERSION } from './compose-documents.ts'
import type { Ground } from './ground.ts'
import { leakedDigits } from './leaked-digits.ts'
import type { Outcome, Row } from './measure.ts'
import { MUTATIONS } from './mutate-document.ts'

/** What was measured on finished documents. */
export interface DocumentOutcome {
  /** Changed documents, by kind and depth, and by which narrate verified them. */
  readonly rows: readonly Row[]
  /** Changes that nothing showed. */
  readonly missed: readonly object[]
  /** Facts that a document must not leave out, and drafts that said nothing of them. */
  readonly omissions: readonly Row[]
  readonly clean: { readonly documents: number; readonly findings: readonly object[] }
  readonly leaks: readonly object[]
}

export interface DocumentRequest {
  readonly seed: number
  /** Documents over each history. */
  readonly documents: number
  /** Changes of each kind and document. */
  readonly changes: number
}

const STATEMENTS = 12
const SAVED_AT = '2026-11-20T18:30:00.000Z'

/**
 * Composes documents out of honest statements that hold and, apart, out of lies, and changes the honest ones with every
 * digest made anew. `later` is verified as a later narrate would, which cannot compose the text again to the byte.
 */
export async function measureDocuments(
  grounds: readonly Ground[],
  outcomes: readonly Outcome[],
  request: DocumentRequest,
): Promise<DocumentOutcome> {
  const rows = new Map<string, Row>()
  const omissions = new Map<string, Row>()
  const missed: object[] = []
  const leaks: object[] = []
  const wrong: object[] = []
  let documents = 0
  const count = (sums: Map<string, Row>, family: string, kind: string, isCaught: boolean): void => {
    const row = sums.get(`${family} ${kind}`) ?? { family, kind, lies: 0, caught: 0, marked: 0 }
    sums.set(`${family} ${kind}`, { ...row, lies: row.lies + 1, caught: row.caught + (isCaught ? 1 : 0) })
  }
  for (const [index, ground] of grounds.entries()) {
    const random = seededRandom(request.seed * 1000 + index)
    const own = outcomes.filter(({ told }) => told.history === ground.name)
    const pick = (passes: (outcome: Outcome) => boolean): readonly BenchCase[] =>
      random
        .shuffled(own.filter(passes))
        .slice(0, STATEMENTS)
        .map(({ told }) => told)
    // What stands in a document whose model said nothing is the program's own.
    const ours = new Set(leakedLines(await composeDocument(ground, []), ground))
    for (let turn = 0; turn < request.documents; turn += 1) {
      const lies = pick(({ told }) => told.liar !== null)
      const lying = await composeDocument(
        ground,
        lies.map(({ statement }) => statement),
      )
      for (const line of leakedLines(lying, ground))
        if (!ours.has(line)) leaks.push({ history: ground.name, line })
      for (const fact of requiredFacts(ground))
        count(omissions, 'omission', fact.kind, fact.isTold(lying.document.body))

      const honest = pick(({ told, judged }) => told.liar === null && judged.verdict === 'supported')
      const { document } = await composeDocument(
        ground,
        honest.map(({ statement }) => statement),
      )
      documents += 1
      for (const version of [VERSION, LATER]) {
        const composer = { templates, version }
        const sealed = sealDocument(document, SAVED_AT, [])
        const findings = rederive(sealed.value, sealed.markdown, composer)
        if (findings.length > 0) wrong.push({ history: ground.name, version, findings })
        for (const { kind, depth, change } of MUTATIONS)
          for (let again = 0; again < request.changes; again += 1) {
            const changed = change(document, ground, random)
            if (changed === null || changed.body === document.body) continue
            const forged = sealDocument(changed, SAVED_AT, [])
            const isCaught = rederive(forged.value, forged.markdown, composer).length > 0
            const verifier = version === VERSION ? 'same version' : 'later version'
            count(rows, verifier, `${kind} (${depth})`, isCaught)
            if (!isCaught)
              missed.push({
                history: ground.name,
                verifier,
                kind,
                depth,
                ...firstChange(document.body, changed.body),
              })
          }
      }
    }
  }
  return {
    rows: [...rows.values()].sort(
      (a, b) => a.family.localeCompare(b.family) || a.caught / a.lies - b.caught / b.lies,
    ),
    missed,
    omissions: [...omissions.values()],
    clean: { documents, findings: wrong },
    leaks,
  }
}

const LATER = '0.2.0'

function firstChange(before: string, after: string): { readonly before: string; readonly after: string } {
  const [old, made] = [before.split('\n'), after.split('\n')]
  const at = old.findIndex((line, index) => line !== made[index])
  return { before: old[at] ?? '', after: made[at] ?? '' }
}

interface RequiredFact {
  readonly kind: string
  readonly isTold: (body: string) => boolean
}

/** What a document over a history must say whatever its model leaves out. */
function requiredFacts(ground: Ground): readonly RequiredFact[] {
  const { runs, evidence } = ground
  const failed = runs.filter(({ status }) => status === 'failed')
  const notes = evidence.findings.filter(({ kind }) => kind === 'discrepancy')
  return [
    { kind: 'number of runs', isTold: (body) => new RegExp(`(?<!\\d)${runs.length} runs?\\b`).test(body) },
    ...(failed.length === 0
      ? []
      : [
          {
            kind: 'number of failed runs',
            isTold: (body: string) => new RegExp(`(?<!\\d)${failed.length} failed|, failed`).test(body),
          },
          ...failed.slice(0, 5).map(({ address }) => ({
            kind: 'each failed run',
            isTold: (body: string) => body.includes(`(#${address})`) || body.includes(`id="${address}"`),
          })),
        ]),
    ...notes.slice(0, 3).map(({ rests }) => ({
      kind: 'contradiction of note and log',
      isTold: (body: string) =>
        body.includes('Your note against the log') &&
        rests.some((rest) => !/^r\d+$/.test(rest) || body.includes(`(#${rest})`)),
    })),
  ]
}

/** Lines of a body with digits that stand in no printed value, no name and none of our own fixed words. */
function leakedLines({ document }: Drafted, ground: Ground): readonly string[] {
  const spans = (document.evidence.spans ?? []) as unknown as readonly Span[]
  const rest = document.body
    .split('')
    .map((character, index) =>
      spans.some(({ start, end }) => index >= start && index < end) ? ' ' : character,
    )
    .join('')
    .replaceAll(`narrate ${VERSION}`, '')
    .replaceAll('scripted/one-2026', '')
    .replace(/\(#(r|data)\d+\)|<a id="(r|data)\d+">|\(https?:[^)]*\)/g, '')
  const own = ground.evidence.findings.map(({ sentence }) => lettersOf(sentence.replace(/\[\[.*?\]\]/g, '')))
  return rest
    .split('\n')
    .filter((line) => !own.some((sentence) => sentence.includes(lettersOf(line.replace(/^- \w+: /, '')))))
    .flatMap((line) => leakedDigits([line], ground) ?? [])
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}]/gu, '').toLowerCase()
}
