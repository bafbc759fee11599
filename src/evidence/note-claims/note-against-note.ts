import { quoteValues } from '../quote-values.ts'
import { claimOf, type Ground, type NoteClause, placeOf } from './ground.ts'
import type { NoteClaim } from './note-claim.ts'

/**
 * Two places in the notes that give one thing two values: the same name that no log knows, the same metric, other numbers, neither
 * roughly. What the log knows is held against the log instead. A heading that opens a new state ("after bug fix") parts the two.
 */
export function noteAgainstNote(clauses: readonly NoteClause[], ground: Ground): readonly NoteClaim[] {
  const said = clauses.flatMap((clause) => valueSaid(clause, ground))
  const claims: NoteClaim[] = []
  for (const [index, second] of said.entries()) {
    const first = said
      .slice(0, index)
      .find(
        (one) =>
          one.name === second.name &&
          one.metric === second.metric &&
          one.clause.quote.address !== second.clause.quote.address &&
          protocolOf(one.clause) === protocolOf(second.clause),
      )
    if (first === undefined || isSame(first.text, second.text)) continue
    claims.push(
      claimOf(second.clause, 'note', 'contradict', {
        log: `[[this.place]] says [[quote(${first.clause.quote.address}, ${JSON.stringify(first.clause.text)})]].`,
        texts: { place: { text: placeOf(first.clause.quote), from: 'another place in the notes' } },
        consequence: 'detail',
      }),
    )
  }
  return claims
}

interface Said {
  readonly clause: NoteClause
  readonly name: string
  readonly metric: string
  readonly text: string
}

/** "swin-tiny val_acc 0.92": a name with a digit or a dash in it that is no run, one metric, one number. */
function valueSaid(clause: NoteClause, ground: Ground): readonly Said[] {
  if (
    clause.mentions.some((one) => one.kind === 'run') ||
    /\b(?:about|around|roughly|~|approx\w*|from|to|at epoch|step|now|then|seed|fold)\b/i.test(clause.text)
  )
    return []
  const metrics = clause.mentions.filter((one) => one.kind === 'metric')
  const values = quoteValues(clause.text).filter(
    ({ text, unit }) => /\.\d{2,}/.test(text) && (unit === null || unit === '%'),
  )
  const [metric, ...others] = metrics
  const [value, ...more] = values
  if (metric?.kind !== 'metric' || others.length > 0 || value === undefined || more.length > 0) return []
  const names = (
    clause.text.match(/(?<![\p{L}\p{N}_.-])\p{L}[\p{L}\p{N}]*(?:[-_][\p{L}\p{N}]+)+(?![\p{L}\p{N}_-])/gu) ??
    []
  ).filter(
    (word) =>
      !/^(?:near|well|over|under|non|semi|multi|high|low|long|short|state|cross|self|pre|post|end|real|fine|so|half|full|re|co|per|mid|ultra|hyper|sub|super|single|double|two|three|first|second|best|in|on|off|up)-/i.test(
        word,
      ) &&
      !clause.mentions.some(
        ({ words }) => words.replace(/[_-]/g, ' ') === word.toLowerCase().replace(/[_-]/g, ' '),
      ) &&
      !ground.vocabulary.knows(word.toLowerCase()),
  )
  const [name, ...rest] = names
  return name === undefined || rest.length > 0
    ? []
    : [{ clause, name: name.toLowerCase(), metric: metric.metrics.join(' '), text: value.text }]
}

function isSame(a: string, b: string): boolean {
  const decimals = Math.min(a.split('.')[1]?.length ?? 0, b.split('.')[1]?.length ?? 0)
  return Math.abs(Number(a) - Number(b)) <= 10 ** -decimals
}

const BREAK = /\b(?:after|since|before|post|pre|new|old|fix(?:ed)?|v\d|version)\b/i

/** The headings over a clause that open a state of their own. */
function protocolOf(clause: NoteClause): string {
  return (clause.quote.heading ?? '')
    .split(' › ')
    .filter((part) => BREAK.test(part))
    .join(' › ')
}
