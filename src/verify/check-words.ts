import { evaluate } from '../claims/evaluate.ts'
import { parseCheck } from '../claims/expression.ts'
import type { DocumentKindName } from '../documents/document.ts'
import { findRun } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { unescapeMarkdown } from '../render/escape-markdown.ts'
import type { Account } from './account.ts'
import { accountForDecision } from './account-for-decision.ts'
import { accountForLog } from './account-for-log.ts'
import { accountForPhase } from './account-for-phase.ts'
import { accountForPlan } from './account-for-plan.ts'
import { accountForReconstruction } from './account-for-reconstruction.ts'
import type { FrozenRecord } from './frozen-record.ts'
import { type SourceLine, sourceLines, type ValueLink } from './source-lines.ts'
import { found, type VerifyFinding } from './verify-finding.ts'

/** Kinds whose text can be accounted for without composing it again, whatever version printed it. */
const ACCOUNTS: Partial<
  Readonly<Record<DocumentKindName, (frozen: FrozenRecord, lines: readonly SourceLine[]) => Account>>
> = {
  log: accountForLog,
  phase: accountForPhase,
  plan: accountForPlan,
  decision: accountForDecision,
  reconstruction: accountForReconstruction,
}

/** Whether the text of a kind can be held line by line against its record. */
export function canAccountFor({ kind, language }: FrozenRecord): boolean {
  return language === null && ACCOUNTS[kind.name] !== undefined
}

type Accounted = Account & { readonly lines: readonly SourceLine[] }

const accountedBefore = new WeakMap<FrozenRecord, Accounted | null>()

/** The account of a record's lines; null where its values overlap, or its kind or its language has none. It is worked out once. */
function accountOf(frozen: FrozenRecord): Accounted | null {
  const known = accountedBefore.get(frozen)
  if (known !== undefined) return known
  const lines = sourceLines(frozen.body, frozen.spans)
  const account =
    lines === null || !canAccountFor(frozen) ? undefined : ACCOUNTS[frozen.kind.name]?.(frozen, lines)
  const accounted = lines === null || account === undefined ? null : { ...account, lines }
  accountedBefore.set(frozen, accounted)
  return accounted
}

/** The lines of a body whose every word the record accounts for, by their numbers; none where its kind has no account. */
export function accountedLines(frozen: FrozenRecord): ReadonlySet<number> {
  const accounted = accountOf(frozen)
  if (accounted === null) return new Set()
  const unaccounted = new Set(accounted.unaccounted.map(({ line }) => line))
  return new Set(accounted.lines.map(({ line }) => line).filter((line) => !unaccounted.has(line)))
}

/**
 * The words of a body that another version printed: each line must be accounted for by what the record holds, nothing
 * that the record says must be left out, links lead where their values are from. Nothing for kinds that cannot be looked
 * at in this way yet.
 */
export function checkWords(frozen: FrozenRecord): readonly VerifyFinding[] {
  if (!canAccountFor(frozen)) return []
  const accounted = accountOf(frozen)
  if (accounted === null)
    return [found('composition', null, 'The places kept of its printed values overlap.')]
  const { lines, unaccounted, missing } = accounted
  return [
    ...unaccounted.map(notAccountedFor),
    ...missing.map(({ what, text }) =>
      found('composition', null, `It leaves out ${what}.`, text === null ? [] : [`- ${text}`]),
    ),
    ...lines.flatMap(({ line, links }) =>
      links
        .filter((link) => !leadsToItsValue(link, frozen.thawed))
        .map(({ span, target }) =>
          found(
            'composition',
            `line ${line}`,
            `The link of “${span.printed}” does not lead to what it names: ${target}`,
          ),
        ),
    ),
    ...checkTitle(frozen, lines[0]),
  ]
}

/** Lines with words that nothing in the record accounts for, but for those that may be anything. */
export function unaccountedWords(
  frozen: FrozenRecord,
  mayBeAnything: (line: string) => boolean,
): readonly VerifyFinding[] {
  return (accountOf(frozen)?.unaccounted ?? []).filter(({ raw }) => !mayBeAnything(raw)).map(notAccountedFor)
}

function notAccountedFor({ line, raw }: SourceLine): VerifyFinding {
  return found('composition', `line ${line}`, 'It holds words that nothing in the record accounts for.', [
    `+ ${raw}`,
  ])
}

/** A run links to its row or its page in the tracker, a document to its file. */
function leadsToItsValue({ span, target }: ValueLink, evidence: Evidence): boolean {
  const parsed = parseCheck(span.expression)
  const value = isRefusal(parsed) ? parsed : evaluate(parsed, evidence)
  if (isRefusal(value)) return false
  if (value.kind === 'run')
    return target === `#${value.address}` || target === findRun(evidence, value.address)?.run.url
  const [cited] = value.cites
  const document = evidence.documents.find(({ address }) => address === cited)
  return document !== undefined && target === `../${document.path}`
}

/** The title that is kept apart, for lists, against the one that is printed. */
function checkTitle(
  { title, spans, body }: FrozenRecord,
  heading: SourceLine | undefined,
): readonly VerifyFinding[] {
  if (heading === undefined) return []
  // Early versions kept quotations in titles without their marks.
  const bare = (text: string): string => text.replace(/[“”]/g, '')
  const end = body.indexOf('\n')
  const own = spans.filter(({ start }) => start < end)
  let [at, rest, isSame] = [body.startsWith('# ') ? 2 : 0, bare(title), true]
  const take = (text: string): void => {
    isSame &&= rest.startsWith(bare(text))
    rest = rest.slice(bare(text).length)
  }
  const words = (text: string): string =>
    unescapeMarkdown(text.replace(/\]\([^()\s]*\)/g, '').replace(/(?<!\\)\[$/, ''))
  for (const { start, end: stop, printed, exact } of own) {
    take(words(body.slice(at, start)))
    // What was named before is printed shorter.
    const whole = bare(unescapeMarkdown(printed))
    const behind = /^ \([0-9a-f]{4,12}\)/.exec(rest.slice(whole.length))?.[0] ?? ''
    take(rest.startsWith(whole) ? whole : exact)
    if (behind !== '' && !body.slice(stop).includes(behind)) take(behind)
    at = stop
  }
  take(words(body.slice(at, end)))
  return isSame && rest === ''
    ? []
    : [
        found('composition', 'title', 'Its title in the record is not the one that it prints.', [
          `- ${heading.raw}`,
          `+ ${title}`,
        ]),
      ]
}
