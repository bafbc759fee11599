import type { EvidenceRun } from '../evidence.ts'
import { settingValue } from '../setting-value.ts'
import {
  type ClaimFinder,
  claimOf,
  type Ground,
  type NoteClause,
  slot,
  strangeWords,
  subjectOf,
  withoutNames,
} from './ground.ts'
import type { NoteClaim } from './note-claim.ts'
import type { Mention } from './vocabulary.ts'

const ALL =
  /\b(?:all|every|each)(?: of (?:the|them|these|my))?(?: (?:\w+ ){0,2}(?:runs?|ones?|trainings?|experiments?|models?|them))?\b/i
const HAD =
  /\b(?:with|w\/|had|has|have|used|uses|using|at|was|were|is|are|ran|trained|for|on|:|=|got|took|to)\b|[:=]/i
const NOT =
  /\b(?:not|never|no|without|instead of|rather than|n't|vs|versus|from|than|until|after|up to|first|last|before|of|every)\b|n't\b/i

const OUTCOME =
  /(?:^|[^a-z])(?:trained|ran|run|done|actual|best|stopped|completed|early|seen|reached)(?:[^a-z]|$)/i

/** Settings of runs that are named, or of all: "resnet50-drop had dropout 0.5", "all runs used 20 epochs". */
export const claimsOfSettings: ClaimFinder = (clause, ground) => {
  const settings = clause.mentions.filter((one) => one.kind === 'setting')
  if (settings.length === 0 || NOT.test(withoutNames(clause))) return []
  return settings.flatMap((setting) => claimOfSetting(setting, clause, ground))
}

function claimOfSetting(
  setting: Extract<Mention, { kind: 'setting' }>,
  clause: NoteClause,
  ground: Ground,
): readonly NoteClaim[] {
  const own = subjectOf(clause.mentions.filter((one) => one.kind === 'run'))
  const isOwn = own !== null || clause.mentions.some((one) => one.kind === 'level')
  const named =
    isOwn || clause.inherited.length === 0
      ? own
      : { runs: clause.inherited, isExact: true, start: setting.start, end: setting.start }
  const isAll = ALL.exec(clause.text)
  if (named !== null) {
    const logged = named.runs.filter(({ run }) => setting.params.some((name) => run.params.has(name)))
    if (logged.length === 0) return []
    const having = logged.filter((one) => setting.runs.includes(one))
    if (having.length > 0) return [claimOf(clause, 'setting', 'agree', { runs: having })]
    // "resnet50-flips with batch 64" says what it had; a comparison of two settings does not.
    const others = clause.mentions.filter(
      (one) => one.kind === 'setting' && one.params.join() === setting.params.join(),
    )
    const between = clause.text.slice(Math.min(named.end, setting.end), Math.max(named.start, setting.start))
    const isSaid =
      own === null || HAD.test(between) || strangeWords(clause.text, clause.mentions).length === 0
    if (others.length > 1 || named.runs.length > 2 || !named.isExact || !isSaid || isDefault(setting.params))
      return [claimOf(clause, 'setting', 'cannot tell')]
    const param = setting.params.find((name) => logged.some(({ run }) => run.params.has(name))) ?? ''
    // "epochs=40" is what was asked for; `epochs_trained` is what came of it.
    if (OUTCOME.test(param) && !OUTCOME.test(setting.words))
      return [claimOf(clause, 'setting', 'cannot tell')]
    const sides = logged.filter(({ run }) => run.params.has(param))
    return [
      claimOf(clause, 'setting', 'contradict', {
        runs: sides,
        log: `${sides.map((one) => `${slot(one)} logged ${param} [[${paramSlot(one, param)}]]`).join(', ')}.`,
      }),
    ]
  }
  const rest = clause.mentions.filter(
    (one) => one !== setting && (one.kind === 'level' || one.kind === 'setting'),
  )
  const subject = rest.length === 0 ? null : subjectOf(rest)
  const meant = ground.evidence.runs.filter((one) => subject === null || subject.runs.includes(one))
  if (meant.length === 0) return []
  const logged = meant.filter(({ run }) => setting.params.some((name) => run.params.has(name)))
  const having = meant.filter((one) => setting.runs.includes(one))
  if (isAll !== null && logged.length > 0 && (rest.length === 0 || subject !== null)) {
    const strange = strangeWords(clause.text, clause.mentions).filter(
      (word) => !/^(used|using|at|trained|ran|same)$/.test(word),
    )
    const other = logged.filter((one) => !setting.runs.includes(one))
    if (other.length === 0) return [claimOf(clause, 'setting', 'agree', { runs: having })]
    if (strange.length > 0 || setting.params.length > 1) return [claimOf(clause, 'setting', 'cannot tell')]
    const [param = ''] = setting.params
    const examples = [
      ...new Map(
        other.map((one) => [settingValue(param, one.run.params.get(param) ?? '').key, one]),
      ).values(),
    ].slice(0, 3)
    return [
      claimOf(clause, 'setting', 'contradict', {
        runs: examples,
        log: `${examples.map((one) => `${slot(one)} logged ${param} [[${paramSlot(one, param)}]]`).join(', ')}.`,
      }),
    ]
  }
  if (having.length > 0) return [claimOf(clause, 'setting', 'agree', { runs: having })]
  if (setting.runs.length > 0) return [claimOf(clause, 'setting', 'cannot tell', { runs: setting.runs })]
  return [claimOf(clause, 'setting', 'no such run', { consequence: 'detail' })]
}

/** A parameter that is counted elsewhere too: "3 seeds", "epoch 5" are no settings of a run. */
function isDefault(params: readonly string[]): boolean {
  return params.every((name) => /^seed$|random_state/i.test(name))
}

/** How a parameter of a run is written in an expression. */
export function paramSlot(one: EvidenceRun, param: string): string {
  return `${one.address}.param[${JSON.stringify(param)}]`
}
