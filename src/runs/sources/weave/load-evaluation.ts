import { type Gap, gap } from '../../../gap.ts'
import type { LoadedRun, LoggedText, Reading } from '../../files/loaded-run.ts'
import {
  isLooseNumber,
  type LooseJson,
  numberOfLoose,
  parseLooseJson,
  textOfLoose,
} from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import type { Row } from '../../files/row.ts'
import { quoted } from '../../quoted.ts'

/** An object that Weave keeps, by its reference `weave:///ENTITY/PROJECT/object/NAME:DIGEST`. */
interface Reference {
  readonly name: string
  readonly digest: string
}

const REFERENCE = /^weave:\/\/\/(?:[^/]+\/){2}(?:object|op)\/([^/]+):([^/:]+)$/
/** What Weave says of an object itself, where a reference was replaced by what it stands for. */
const OF_THE_OBJECT = /(?:^|\.)(?:_class_name|_bases|_type|_ref|ref|class_name)(?:\.|$)/
const LONGEST_TEXT = 2000
const USED = /^summary\.usage\./
const COUNTED = /^summary\.status_counts\./

/** Whether a call is an evaluation as a whole: the op `Evaluation.evaluate`, by its reference or its name. */
export function isEvaluation({ leaves }: Row): boolean {
  const op = leaves.get('op_name')
  return typeof op === 'string' && /(?:^|\/)Evaluation\.evaluate(?::[^/]*)?$/.test(op)
}

/** The name under which evaluations are one experiment: that of what they evaluate by. */
export function evaluationName({ leaves }: Row): string {
  const own = leaves.get('inputs.self')
  return (
    referenceOf(own)?.name ??
    textAt(leaves, 'inputs.self.name') ??
    textAt(leaves, 'project_id') ??
    'evaluations'
  )
}

/**
 * The run of one evaluation: the model is what was varied, the scores of its summary (`output`) are the results, how many calls went well and what they
 * used beside them. The evaluation itself, with its data, stands as the data set.
 */
export function loadEvaluation(row: Row, id: string, file: string, reading: Reading): LoadedRun {
  const { leaves, line } = row
  const gaps: Gap[] = []
  const params = new Map<string, LoggedText>()
  const tags = new Map<string, string>()
  const put = (name: string, value: LooseJson): void => {
    params.set(name, { text: shortened(textOfLoose(value)), file, line })
  }
  for (const [name, value] of leaves) {
    if (value === null || value === '' || OF_THE_OBJECT.test(name)) continue
    if (name.startsWith('inputs.')) takeInput(name.slice('inputs.'.length), value)
    else if (name.startsWith('output.')) takeResult(name.slice('output.'.length), value)
    else if (USED.test(name) || COUNTED.test(name)) takeResult(name.slice('summary.'.length), value)
    else if (name.startsWith('attributes.') && !name.startsWith('attributes.weave.'))
      put(name.slice('attributes.'.length), value)
  }
  const model = referenceOf(leaves.get('inputs.model'))
  const evaluation = referenceOf(leaves.get('inputs.self'))
  const error = errorOf(leaves)
  if (error !== null) tags.set('error', error)
  const state = textAt(leaves, 'summary.weave.status')
  if (state !== null && state !== 'success') tags.set('weave.status', state)
  const startedAt = timeAt('started_at', 'start time')
  const endedAt = timeAt('ended_at', 'end time')
  const name = model?.name ?? textAt(leaves, 'inputs.model.name') ?? textAt(leaves, 'display_name') ?? id
  const label = textAt(leaves, 'display_name') ?? textAt(leaves, 'summary.weave.display_name')
  if (label !== null && label !== name) tags.set('display_name', label)
  return {
    experiment: { id: evaluationName(row), name: evaluationName(row) },
    name,
    status: error !== null ? 'failed' : endedAt === null ? 'running' : 'finished',
    startedAt,
    endedAt,
    user: textAt(leaves, 'wb_user_id'),
    params,
    tags,
    dataSets: evaluation === null ? [] : [{ ...evaluation, context: 'eval' }],
    gaps,
    origin: { file, line },
  }

  function takeInput(input: string, value: LooseJson): void {
    const reference = referenceOf(value)
    if (input === 'self' || input.startsWith('self.')) {
      if (input !== 'self' && input !== 'self.name' && reference === null)
        put(`evaluation.${input.slice(5)}`, value)
    } else if (reference === null) put(input, value)
    else {
      put(input, reference.name)
      put(`${input}.version`, reference.digest)
    }
  }

  function takeResult(metric: string, value: LooseJson): void {
    const number = isLooseNumber(value) || typeof value === 'string' ? numberOfLoose(value) : null
    if (number !== null) reading.series(metric, file)?.(null, null, number, line)
    else if (typeof value === 'string' || typeof value === 'boolean')
      tags.set(metric, shortened(String(value)))
  }

  function timeAt(field: string, what: string): number | null {
    const text = leaves.get(field)
    if (text === undefined || text === null || text === '') return null
    // Weave writes UTC; a table of it may have left the zone away.
    const time = parseTime(textOfLoose(text), 'UTC')
    if (time === null) gaps.push(gap(what, `${file}:${line}`, `${quoted(textOfLoose(text))} is no time`))
    return time
  }
}

/** What a call raised: Weave keeps it as JSON in a text. */
function errorOf(leaves: Row['leaves']): string | null {
  const text = textAt(leaves, 'exception')
  if (text === null) return null
  const parsed = parseLooseJson(text)
  const raised = parsed.kind === 'json' && parsed.value instanceof Map ? parsed.value : null
  const told = ['type', 'message'].flatMap((part) => {
    const value: unknown = raised?.get(part)
    return typeof value === 'string' ? [value] : []
  })
  return shortened(told.length > 0 ? told.join(': ') : text)
}

function referenceOf(value: LooseJson | undefined): Reference | null {
  const [, name, digest] = typeof value === 'string' ? (REFERENCE.exec(value) ?? []) : []
  return name === undefined || digest === undefined ? null : { name, digest }
}

function textAt(leaves: Row['leaves'], name: string): string | null {
  const value = leaves.get(name)
  return typeof value === 'string' && value !== '' ? value : null
}

function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text
}
