import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { AGGREGATION, type CriteriaFile, parseThreshold } from '../documents/decision/criteria.ts'
import {
  type DecisionSubject,
  PEOPLE_FIELDS,
  type SubjectCriterion,
} from '../documents/decision/decision-subject.ts'
import { messageOf, NarrateError } from '../errors.ts'
import { isGap } from '../gap.ts'
import { openInEditor } from '../notes/edit.ts'
import { criteriaFile, criteriaHistory } from './criteria-history.ts'
import type { DocumentSession, WriteOptions } from './document-session.ts'
import { parseYaml } from './parse-yaml.ts'
import { mayAsk } from './terminal/ask.ts'

/** What says by what the finalists are judged. */
export interface CriteriaOptions extends WriteOptions {
  readonly criteria?: string
  readonly criterion?: readonly string[]
  readonly threshold?: readonly string[]
  readonly fixed?: string
}

/** A criterion as it was written, with the figures that were given for finalists or runs by what they were called. */
export type ReadCriterion = Omit<SubjectCriterion, 'values'> & {
  readonly value: Readonly<Record<string, number>> | null
}

/** The criteria of a decision and what else stands beside them. */
export interface ReadCriteria {
  readonly title: string | null
  readonly criteria: readonly ReadCriterion[]
  readonly fixed: DecisionSubject['fixed']
  readonly people: DecisionSubject['people']
}

const DEFAULT_FILE = 'criteria.yaml'
const MOST_VERSIONS = 200

/**
 * The criteria of the flags (`--criterion val_f1=3`), of the file named or of criteria.yaml in the project's folder; where
 * there is none, and somebody to ask, of a form in the editor, which is kept as that file. Flags take the place of the file's
 * criteria, and leave what it says of the decision. Throws `NarrateError` for what is not well formed, and where there are none.
 */
export async function readCriteria(session: DocumentSession<CriteriaOptions>): Promise<ReadCriteria> {
  const { options } = session
  const flags = flagCriteria(options)
  const file = await criteriaPath(session, flags.length > 0)
  const read = file === null ? null : await readFileOf(file, session)
  const criteria = flags.length > 0 ? flags : (read?.criteria ?? [])
  if (criteria.length === 0) throw none()
  if (criteria.every(({ weight }) => weight === 0))
    throw new NarrateError('usage', 'No criterion has any weight.', {
      hint: 'Give one a weight of more than 0.',
    })
  const asserted = options.fixed ?? read?.fixed.asserted ?? null
  return {
    title: read?.title ?? null,
    criteria,
    fixed:
      flags.length > 0 || read === null
        ? { asserted: options.fixed ?? null, file: null, history: null }
        : { ...read.fixed, asserted },
    people: read?.people ?? {},
  }
}

function none(): NarrateError {
  return new NarrateError('usage', 'There are no criteria to judge the finalists by.', {
    hint: `Write ${DEFAULT_FILE} (\`narrate decide --help\` shows one), or give --criterion val_auc=3 --criterion latency_ms=1.`,
  })
}

async function criteriaPath(
  { options, print, project, world, isDry }: DocumentSession<CriteriaOptions>,
  hasFlags: boolean,
): Promise<string | null> {
  if (options.criteria !== undefined) return path.resolve(world.cwd, options.criteria)
  const file = path.join(project.root, DEFAULT_FILE)
  if ((await textOf(file)) !== null) return file
  if (hasFlags || isDry || !mayAsk(world, options)) return null
  await writeFile(file, FORM, { flag: 'wx' })
  print.say(`${DEFAULT_FILE} opens in your editor: what is written there is what decides.`)
  await openInEditor(file, world)
  return file
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new NarrateError('configuration', `${file} could not be read: ${messageOf(error)}.`, {
      cause: error,
    })
  }
}

async function readFileOf(
  file: string,
  { identity, project, world }: DocumentSession<CriteriaOptions>,
): Promise<ReadCriteria> {
  const shown = path.relative(world.cwd, file) || DEFAULT_FILE
  const text = await textOf(file)
  if (text === null)
    throw new NarrateError('usage', `--criteria ${shown} is not there.`, {
      hint: 'Name a YAML file of criteria.',
    })
  const { value, lineOf } = parseYaml(text, criteriaFile(shown))
  const kept = path.relative(project.root, file).replaceAll('\\', '/')
  const versions = (await identity.repository?.versions(file, MOST_VERSIONS)) ?? []
  return {
    title: value.title ?? null,
    criteria: value.criteria.map((one, index) =>
      fromFile(one, `${kept}:${lineOf(['criteria', index])}`, `${shown}:${lineOf(['criteria', index])}`),
    ),
    fixed: {
      asserted: value.fixed ?? null,
      file: kept,
      history: isGap(versions) ? null : criteriaHistory(text, versions),
    },
    people: Object.fromEntries(
      PEOPLE_FIELDS.flatMap((field) => {
        const said = value[field]
        return said === undefined ? [] : [[field, typeof said === 'string' ? [said] : [...said]]]
      }),
    ),
  }
}

function fromFile(one: CriteriaFile['criteria'][number], from: string, at: string): ReadCriterion {
  const name = one.name ?? one.metric
  if (name === undefined)
    throw new NarrateError('configuration', `${at}: this criterion has neither a name nor a metric.`, {
      hint: 'Add "metric: val_auc", or a name and "value:" with a figure for each finalist.',
    })
  return {
    name,
    measure: one.value === undefined ? (one.metric ?? name) : null,
    value: one.value ?? null,
    unit: one.unit ?? null,
    aggregation: one.aggregation ?? null,
    direction: one.direction ?? null,
    weight: one.weight,
    threshold: one.threshold?.trim() ?? null,
    worst: one.worst ?? null,
    best: one.best ?? null,
    why: one.why ?? null,
    from,
  }
}

/** `val_f1=3`, `lower:fit_seconds=1`, `max:val_auc=2`; and `--threshold "fit_seconds <= 2"`. */
function flagCriteria({ criterion = [], threshold = [] }: CriteriaOptions): readonly ReadCriterion[] {
  const bounds = threshold.map((written) => {
    const [, name, bound] = /^\s*(.+?)\s*((?:<=|>=|<|>)\s*[^<>=\s]+)\s*$/.exec(written) ?? []
    if (name === undefined || bound === undefined || !Number.isFinite(parseThreshold(bound).bound))
      throw new NarrateError('usage', `--threshold "${written}" is no bound.`, {
        hint: 'Write it like --threshold "latency_ms <= 200".',
      })
    return { name, bound }
  })
  const criteria = criterion.map((written): ReadCriterion => {
    const [, modifiers = '', measure, weight] = /^((?:[a-z]+:)*)(.+)=([^=]+)$/.exec(written.trim()) ?? []
    const number = weight === undefined ? Number.NaN : Number(weight)
    const words = modifiers.split(':').filter((word) => word !== '')
    const direction = words.find((word): word is 'higher' | 'lower' => word === 'higher' || word === 'lower')
    const aggregation = words.find((word) => AGGREGATION.test(word))
    if (
      measure === undefined ||
      !Number.isFinite(number) ||
      number < 0 ||
      words.some((word) => word !== direction && word !== aggregation)
    )
      throw new NarrateError('usage', `--criterion "${written}" is no criterion.`, {
        hint: 'Write a metric and its weight: --criterion val_f1=3, --criterion lower:model_mb=1, --criterion max:val_auc=2.',
      })
    return {
      name: measure,
      measure,
      value: null,
      unit: null,
      aggregation: aggregation ?? null,
      direction: direction ?? null,
      weight: number,
      threshold: bounds.find(({ name }) => name === measure)?.bound ?? null,
      worst: null,
      best: null,
      why: null,
      from: '--criterion',
    }
  })
  // A bound on what does not weigh is a criterion all the same.
  const bare = bounds.filter(({ name }) => !criteria.some(({ measure }) => measure === name))
  if (criteria.length === 0) return []
  return [
    ...criteria,
    ...bare.map(
      ({ name, bound }): ReadCriterion => ({
        name,
        measure: name,
        value: null,
        unit: null,
        aggregation: null,
        direction: bound.startsWith('<') ? 'lower' : 'higher',
        weight: 0,
        threshold: bound,
        worst: null,
        best: null,
        why: null,
        from: '--threshold',
      }),
    ),
  ]
}

const FORM = `# By what the finalists are judged. Commit this file before the results are in: git then proves that it stood before them.
# A line that is left out is printed as "not recorded".
#fixed: 2026-11-01
criteria:
  - metric: val_auc          # or params.NAME, tags.NAME, duration, cost, gpu_hours
    weight: 3
    #direction: higher
    #threshold: ">= 0.8"
    #worst: 0.5              # without worst and best, scores shift when a finalist leaves
    #best: 1
    #why: what it is to the user
  #- name: latency           # figures that no log holds
  #  value: {RUN: 12.5}
  #  unit: ms
  #  direction: lower
  #  weight: 1
#context: the problem to be decided
#purpose: what the model is for
#users: who uses it
#out_of_scope: what it is not for
#deciders: [Name]
#approvers: [Name]
#consulted: [Name]
#informed: [Name]
#risks: what could go wrong
#limitations: what it cannot do
#tradeoffs: what is given up
#dissent: who objected, and the reply
#independent_check: who checked it, not its developer
#confirmation: how we shall see that it was right
#revisit: what makes us decide again
`
