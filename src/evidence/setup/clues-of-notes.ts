import { type PastedCommand, parseCommands } from '../../notes/said/parse-command.ts'
import type { EvidenceQuote, EvidenceRun } from '../evidence.ts'
import { settingValue } from '../setting-value.ts'
import { isBookkeeping } from '../what-varied.ts'
import { clueOf, isSameName, paramItem, type SetupClue, type SetupLabel } from './setup-item.ts'

const FEWEST_FLAGS = 2
const LONGEST_NAME = 60

/**
 * What the notes say of the run's setup. A passage about this run (its author tied it, or its words name the run) reports; one of
 * its day that names no run at all is a ground to infer only. `names` are settings that the run or its siblings have.
 */
export function cluesOfNotes(
  target: EvidenceRun,
  others: readonly EvidenceRun[],
  quotes: readonly EvidenceQuote[],
  names: readonly string[],
): readonly SetupClue[] {
  const telling = names.filter((name) => !isBookkeeping(name) && name.length <= LONGEST_NAME)
  // "features: pairwise products" tells no value unless runs had such a one.
  const isKnown = (name: string, word: string): boolean =>
    [target, ...others].some(({ run }) => run.params.get(name)?.trim().toLowerCase() === word.toLowerCase())
  return quotes.flatMap((quote): readonly SetupClue[] => {
    const commands = parseCommands(quote.text).flatMap((block) => block.commands)
    if (commands.length > 0)
      return commands.flatMap((command) => ofCommand(command, quote, target, others, telling))
    const label = standingOf(quote, target)
    return label === null ? [] : [...ofTree(quote, label), ...ofWords(quote, label, telling, isKnown)]
  })
}

/** Whether a passage is about the run alone; null where it is about others, or about several. */
function standingOf(
  { about, kind, at }: EvidenceQuote,
  { address, run }: EvidenceRun,
): 'REPORTED' | 'INFERRED' | null {
  if (kind === 'experiment') return 'INFERRED'
  if (about.confidence !== 'open' && about.runs.length > 0)
    return about.runs.includes(address)
      ? about.runs.length === 1 && about.confidence === 'certain'
        ? 'REPORTED'
        : 'INFERRED'
      : null
  if (kind === 'commit' || at === null || run.startedAt === null) return null
  return Math.abs(at - run.startedAt) < 36 * 3_600_000 ? 'INFERRED' : null
}

/** "had uncommitted stuff in features.py when I ran that" */
function ofTree(quote: EvidenceQuote, label: 'REPORTED' | 'INFERRED'): readonly SetupClue[] {
  if (!/\b(?:uncommitted|not committed|unstaged|dirty (?:tree|repo\w*|checkout))\b/i.test(quote.text))
    return []
  if (/\b(?:no|nothing) uncommitted\b/i.test(quote.text)) return []
  const how = label === 'REPORTED' ? null : 'a note that may be about it'
  return [
    clueOf({
      item: 'tree',
      value: 'uncommitted changes',
      label,
      where: placeOf(quote),
      how,
      rests: [quote.address],
    }),
  ]
}

/** "seed = 7", "lr: 0.1", "batch size was 64": a name, at most two small words, a value. */
function ofWords(
  quote: EvidenceQuote,
  label: Exclude<SetupLabel, 'UNKNOWN'>,
  names: readonly string[],
  isKnown: (name: string, word: string) => boolean,
): readonly SetupClue[] {
  // "lr 0.1 instead of 0.3", "seeds 1 to 3", "is 0.1 enough?" tell of more than one value, or of none.
  return quote.text.split(/(?<=[.;!?])\s+|\n/).flatMap((clause) => {
    if (
      /\?\s*$|\b(?:not|never|instead|tomorrow|next|try|should|would|could|maybe|plan|todo|vs|versus|until|or)\b/i.test(
        clause,
      )
    )
      return []
    return names.flatMap((name): SetupClue[] => {
      const words = name
        .split(/[._\-/\s]+/)
        .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('[\\s._/-]?')
      if (words.length < 2) return []
      const found = [
        ...clause.matchAll(
          new RegExp(
            `(?<![\\p{L}\\p{N}_-])${words}\\s*(?:=|:|was|is|at|fixed (?:at|to)|set to)\\s*(-?\\d[\\d.]*(?:e-?\\d+)?|[A-Za-z_][\\w.+-]*(?=[\\s,;.)]|$))`,
            'giu',
          ),
        ),
      ]
      const [only] = found
      const value = only?.[1]?.replace(/[.,]+$/, '')
      if (found.length !== 1 || value === undefined || value === '') return []
      if (!/^-?\d/.test(value) && (!/[=:]/.test(only?.[0] ?? '') || !isKnown(name, value))) return []
      // A list or a range goes on behind it.
      const rest = clause.slice((only?.index ?? 0) + (only?.[0].length ?? 0))
      if (/^\s*(?:,|\/|-|–|to|and|\.\.|%|x\b|→|->)\s*[\d.]/i.test(rest) || /^\s*%/.test(rest)) return []
      return [
        clueOf({
          item: paramItem(name),
          value,
          label,
          where: placeOf(quote),
          how: label === 'REPORTED' ? null : 'a note that may be about it',
          weight: label === 'REPORTED' ? 3 : 0.8,
          rests: [quote.address],
        }),
      ]
    })
  })
}

/** A pasted command that fits this run, and no other as well: what it was started with. */
function ofCommand(
  command: PastedCommand,
  quote: EvidenceQuote,
  target: EvidenceRun,
  others: readonly EvidenceRun[],
  names: readonly string[],
): readonly SetupClue[] {
  const own = countAgreeing(command, target)
  if (own === null || own < FEWEST_FLAGS) return []
  const isTied = quote.about.confidence === 'certain' && quote.about.runs.join() === target.address
  const rivals = others.map((one) => countAgreeing(command, one)).filter((one) => one !== null)
  if (!isTied && rivals.some((theirs) => theirs >= own)) return []
  const common = {
    label: 'REPORTED',
    where: placeOf(quote),
    how: 'a pasted command that fits this run alone',
    rests: [quote.address],
  } as const
  return [
    clueOf({ item: 'command', value: command.text.trim(), ...common, weight: 2 }),
    ...command.flags.flatMap(({ name, value }) => {
      const known = names.find((one) => isSameName(one, name))
      return known === undefined ? [] : [clueOf({ item: paramItem(known), value, ...common, weight: 2 })]
    }),
  ]
}

/** How many flags of a command a run logs with that value; null where it logs one of them with another. */
function countAgreeing({ flags }: PastedCommand, { run }: EvidenceRun): number | null {
  let count = 0
  for (const { name, value } of flags) {
    const own = [...run.params].find(([param]) => isSameName(param, name))
    if (own === undefined) continue
    if (settingValue(own[0], own[1]).key !== settingValue(own[0], value).key) return null
    count += 1
  }
  return count
}

function placeOf({ place, line }: EvidenceQuote): string {
  return line === null ? place : `${place}:${line}`
}
