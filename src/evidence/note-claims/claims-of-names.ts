import type { NoteLanguage } from '../../notes/said/language-of.ts'
import {
  beginsAnew,
  isTurned,
  nameOfLanguage,
  onlyJoins,
  planFrom,
} from '../../notes/said/plain-predications.ts'
import { toldClauses } from '../../notes/said/told-clauses.ts'
import type { EvidenceQuote, EvidenceRun } from '../evidence.ts'
import { paramSlot } from './claims-of-settings.ts'
import { claimOfNamedRun } from './claims-of-values.ts'
import { claimOf, type Ground, slot } from './ground.ts'
import type { NoteClaim } from './note-claim.ts'
import type { Mention } from './vocabulary.ts'

type Foreign = Exclude<NoteLanguage, 'en'>
type Named = Extract<Mention, { kind: 'run' }>
type Setting = Extract<Mention, { kind: 'setting' }>

/** A number with a point or a comma; `1,234` may be a thousand, and `1,2,3` is a list. */
const FIGURE =
  /(?<![\p{L}\p{N}_.,@-])([-+]?(?:\d+(?:\.\d+)?|\.\d+|\d+,(?:\d{1,2}|\d{4,})|0,\d+)(?:e[-+]?\d+)?)(\s?%)?(?![\p{L}\p{N}_]|[.,]\d|-\p{L})/giu
/** A decimal comma that stands alone, so that a setting is read with all its digits. */
const COMMA = /(?<![\d,.])(\d+),(\d+)(?![\d,.])/g

/**
 * What a passage in another language than English says by names and figures alone: a run's own name or id, a logged metric or
 * parameter, a figure, and between them nothing but words that join them. All else of it is `not checked`, with its language.
 */
export function claimsOfNames(quote: EvidenceQuote, language: Foreign, ground: Ground): readonly NoteClaim[] {
  const claims = statedIn(quote, language, ground)
  const rest = claims.reduce((text, { said }) => text.replace(said, ' '), quote.text)
  if (onlyJoins(rest, language) && claims.length > 0) return claims
  return [
    ...claims,
    claimOf({ quote, text: quote.text }, 'language', 'not checked', {
      consequence: 'detail',
      texts: { language: { text: nameOfLanguage(language), from: 'the words of the note' } },
    }),
  ]
}

function statedIn(quote: EvidenceQuote, language: Foreign, ground: Ground): readonly NoteClaim[] {
  const clauses = toldClauses(quote.text, quote.heading, ground.vocabulary.knows)
  const turned = new Set(
    [...Map.groupBy(clauses, ({ sentence }) => sentence)]
      .filter(([, parts]) => isTurned(parts.map(({ text }) => text).join(' ')))
      .map(([sentence]) => sentence),
  )
  return clauses.flatMap((clause) => {
    if (clause.stance !== 'told' || turned.has(clause.sentence) || isPlanned(clause.index, quote.text))
      return []
    return statedInClause(clause.text, quote, language, ground)
  })
}

/** Whether a place of a text stands behind a word of planning in its line. */
function isPlanned(index: number, text: string): boolean {
  const start = text.lastIndexOf('\n', index - 1) + 1
  const [line = ''] = text.slice(start).split('\n')
  return planFrom(line) <= index - start
}

/** A name with what is said of it; places are counted in the clause. */
interface Stated {
  readonly run: EvidenceRun
  readonly start: number
  readonly end: number
}

function statedInClause(
  text: string,
  quote: EvidenceQuote,
  language: Foreign,
  ground: Ground,
): readonly NoteClaim[] {
  const plain = text.replace(COMMA, '$1.$2')
  const mentions = ground.vocabulary.mentionsIn(plain)
  const runs = mentions.filter((one): one is Named => one.kind === 'run' && one.by !== 'order')
  const joined = (from: number, to: number): boolean =>
    from <= to && onlyJoins(text.slice(from, to), language)
  const said = ({ start, end }: Stated) => ({
    quote,
    text: text.slice(start, end),
    mentions: mentions
      .filter((one) => one.start >= start && one.end <= end)
      .map((one) => ({ ...one, start: one.start - start, end: one.end - start })),
  })
  /** The one run that a stretch from its name to here is said of; an unread word before the name may turn it. */
  const before = (at: number): Stated | null => {
    const named = runs.findLast((one) => one.end <= at)
    const [run, ...others] = named?.runs ?? []
    if (named === undefined || run === undefined || others.length > 0) return null
    const opening = Math.max(0, ...mentions.filter((one) => one.end <= named.start).map(({ end }) => end))
    if (!joined(opening, named.start)) return null
    return { run, start: named.start, end: named.end }
  }
  const settings = mentions
    .filter((one): one is Setting => one.kind === 'setting')
    .flatMap((setting) => {
      const of = before(setting.start)
      if (of === null || !beginsAnewAt(setting.end)) return []
      const between = mentions.filter((one) => one.start >= of.end && one.end <= setting.start)
      if (!between.every((one) => one.kind === 'setting') || !spans(of.end, setting.start, between)) return []
      return claimOfSetting(setting, of.run, said({ ...of, end: setting.end }), ground)
    })
  const values = [...text.matchAll(FIGURE)].flatMap((figure) => {
    const [whole, written = '', percent] = figure
    const end = figure.index + whole.length
    if (mentions.some((one) => figure.index < one.end && end > one.start)) return []
    const metric = mentions.findLast((one) => one.end <= figure.index)
    if (metric?.kind !== 'metric' || metric.metrics.length === 0 || !joined(metric.end, figure.index))
      return []
    const value = {
      text: written.replace(',', '.'),
      isPercent: percent !== undefined,
      index: figure.index,
      end,
    }
    const of = before(metric.start)
    if (of !== null && beginsAnewAt(end)) {
      const between = mentions.filter((one) => one.start >= of.end && one.end <= metric.start)
      if (!between.every((one) => one.kind === 'metric') || !spans(of.end, metric.start, between)) return []
      return claimOfNamedRun(value, of.run, metric.metrics, said({ ...of, end }), ground)
    }
    // "test_loss war 0.1288 bei 8e13f7b0"
    const behind = mentions.find((one) => one.start >= end)
    const [run, ...others] = behind?.kind === 'run' && behind.by !== 'order' ? behind.runs : []
    if (of !== null || behind === undefined || run === undefined || others.length > 0) return []
    const opening = Math.max(0, ...mentions.filter((one) => one.end <= metric.start).map((one) => one.end))
    const isBare =
      joined(opening, metric.start) &&
      joined(end, behind.start) &&
      /\p{L}|\(/u.test(text.slice(end, behind.start))
    return isBare && beginsAnewAt(behind.end)
      ? claimOfNamedRun(
          value,
          run,
          metric.metrics,
          said({ run, start: metric.start, end: behind.end }),
          ground,
        )
      : []
  })
  return [...settings, ...values]

  function beginsAnewAt(end: number): boolean {
    return (
      beginsAnew(text.slice(end), language) ||
      mentions.some((one) => one.start > end && joined(end, one.start))
    )
  }

  /** Whether a stretch holds nothing but what is named in it, figures, and words that join them. */
  function spans(from: number, to: number, named: readonly Mention[]): boolean {
    let rest = text.slice(from, to)
    for (const one of named)
      rest = rest.slice(0, one.start - from) + ' '.repeat(one.end - one.start) + rest.slice(one.end - from)
    return onlyJoins(rest.replace(FIGURE, ' '), language)
  }
}

function claimOfSetting(
  setting: Setting,
  one: EvidenceRun,
  clause: { readonly quote: EvidenceQuote; readonly text: string },
  ground: Ground,
): readonly NoteClaim[] {
  const param = setting.params.find((name) => one.run.params.has(name))
  if (param === undefined || /seed|random_state/i.test(param)) return []
  if (setting.runs.includes(one)) return [claimOf(clause, 'setting', 'agree', { runs: [one] })]
  if (!ground.all.some(({ run }) => run.params.has(param)) || setting.params.length > 1)
    return [claimOf(clause, 'setting', 'cannot tell')]
  return [
    claimOf(clause, 'setting', 'contradict', {
      runs: [one],
      log: `${slot(one)} logged ${param} [[${paramSlot(one, param)}]].`,
    }),
  ]
}
