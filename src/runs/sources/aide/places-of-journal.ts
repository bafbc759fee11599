import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { LoadedRun, LoggedText, Reading, RunPlace } from '../../files/loaded-run.ts'
import { isLooseList, isLooseMap, type LooseJson, textOfLoose } from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import { readText } from '../../files/read-text.ts'
import type { RunStatus } from '../../run.ts'
import { metricsOf } from './metrics-of.ts'
import { CONFIG, JOURNAL, type Journal, type JournalNode, timesOf } from './read-journal.ts'

/** A folder with a journal, as a walk finds it. */
export interface JournalFolder {
  readonly path: string
  readonly id: string
  readonly experiment: { readonly id: string; readonly name: string }
  readonly files: readonly string[]
}

export interface NodePlace extends RunPlace {
  load(reading: Reading): LoadedRun
}

const SOLUTION = /^best_solution(?:_(.+))?\.py$/
const MOST_CODE = 4 * 1024 * 1024

/**
 * The runs of one journal, `<folder>/<id of the node>`. A node that an earlier stage has is that stage's (`earlier`: runs by the ids of their nodes); `ids` are
 * those of this one.
 */
export function placesOfJournal(
  folder: JournalFolder,
  journal: Journal,
  earlier: ReadonlyMap<string, string>,
  timeZone: string,
): {
  readonly places: readonly NodePlace[]
  readonly ids: ReadonlyMap<string, string>
  readonly gaps: readonly Gap[]
} {
  const own = journal.nodes.filter(({ id }) => !earlier.has(id))
  const runs = new Map([...earlier, ...own.map(({ id }) => [id, below(folder, idOfPath(id))] as const)])
  const buggy = new Map(journal.nodes.map(({ id, fields }) => [id, fields.get('is_buggy') === true]))
  const places = own.map((node): NodePlace => {
    const solution = solutionOf(folder, node)
    return {
      kind: 'place',
      id: below(folder, idOfPath(node.id)),
      where: journal.file,
      files: [folder.path, join(folder.path, JOURNAL), join(folder.path, CONFIG)],
      artifacts:
        solution === null
          ? null
          : { path: folder.path, where: folder.id === '.' ? '' : folder.id, files: [solution] },
      experiment: folder.experiment,
      load: (reading) => loadNode(node, reading),
    }
  })
  return {
    places,
    ids: new Map(own.map(({ id }) => [id, below(folder, idOfPath(id))])),
    gaps: [...journal.gaps, ...unreadSolutions(folder)],
  }

  function loadNode(node: JournalNode, reading: Reading): LoadedRun {
    const { file } = journal
    const { fields } = node
    const gaps: Gap[] = []
    const text = (name: string): string | null => {
      const value = fields.get(name)
      return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
    }
    const { values, lost } = metricsOf(fields.get('metric'))
    for (const { name, value } of values) reading.series(name, file)?.(null, null, value)
    for (const name of new Set(lost)) gaps.push(gap(`metric ${name}`, file, 'its value is no number'))
    const parent = node.parent == null ? null : (runs.get(node.parent) ?? null)
    if (node.parent != null && parent === null)
      gaps.push(gap('parent', file, `node ${node.step} was made from one that is not in the journal`))
    return {
      experiment: folder.experiment,
      name: nameOf(node, text),
      status: statusOf(fields),
      ...timesOf(fields, (written) => parseTime(written, timeZone)),
      parent,
      params: paramsOf(fields, text),
      tags: tagsOf(node, text),
      note: noteOf(fields, text),
      gaps,
      origin: { file },
    }
  }

  function nameOf({ step }: JournalNode, text: (name: string) => string | null): string {
    const tried = text('ablation_name') ?? text('hyperparam_name')
    return tried === null ? `node ${step}` : `node ${step}: ${tried}`
  }

  /**
   * The agent's settings are those of the whole search; what a node of the AI Scientist tries is its own. So is its code, by its digest: nodes are the same thing run
   * again only where they ran the same code.
   */
  function paramsOf(
    fields: ReadonlyMap<string, LooseJson>,
    text: (name: string) => string | null,
  ): ReadonlyMap<string, LoggedText> {
    const params = new Map<string, LoggedText>()
    const code = fields.get('code')
    if (typeof code === 'string' && code !== '')
      params.set('code', { text: `sha256:${digestOf(code)}`, file: journal.file })
    for (const [name, value] of journal.settings)
      if (value !== null && value !== '')
        params.set(name, { text: textOfLoose(value), file: journal.settingsFile })
    for (const name of ['hyperparam_name', 'ablation_name']) {
      const value = text(name)
      if (value !== null) params.set(name, { text: value, file: journal.file })
    }
    return params
  }

  function tagsOf(node: JournalNode, text: (name: string) => string | null): ReadonlyMap<string, string> {
    const { fields, parent } = node
    const isAttempt = parent !== undefined && (parent === null || buggy.has(parent))
    const stage = parent == null ? 'draft' : buggy.get(parent) === true ? 'debug' : 'improve'
    const failure = failureOf(fields)
    const seeds = (['is_seed_node', 'is_seed_agg_node'] as const).filter((name) => fields.get(name) === true)
    const tested = fields.get('datasets_successfully_tested')
    return new Map([
      ...(isAttempt ? ([['aide.stage', stage]] as const) : []),
      ...(failure === null ? [] : ([['failure', failure]] as const)),
      ...(fields.get('is_buggy_plots') === true ? ([['plots', 'buggy']] as const) : []),
      ...seeds.map((name) => [name, 'true'] as const),
      ...(isLooseList(tested) && tested.length > 0
        ? ([['datasets', tested.map(textOfLoose).join(', ')]] as const)
        : []),
      ...(text('exp_results_dir') === null
        ? []
        : ([['exp_results_dir', text('exp_results_dir') ?? '']] as const)),
    ])
  }
}

const DIGITS = 16

function digestOf(code: string): string {
  return createHash('sha256').update(code).digest('hex').slice(0, DIGITS)
}

/** Whether the agent took it for buggy; where it does not say yet, an exception says so. */
function statusOf(fields: ReadonlyMap<string, LooseJson>): RunStatus {
  const isBuggy = fields.get('is_buggy')
  if (typeof isBuggy === 'boolean') return isBuggy ? 'failed' : 'finished'
  return typeof fields.get('exc_type') === 'string' ? 'failed' : 'unknown'
}

/** `TypeError: …`, as Python's last line of a traceback has it. */
function failureOf(fields: ReadonlyMap<string, LooseJson>): string | null {
  const type = fields.get('exc_type')
  if (typeof type !== 'string' || type === '') return null
  const about = fields.get('exc_info')
  const said = isLooseMap(about) ? about.get('args') : undefined
  const [message] = isLooseList(said) ? said : []
  return typeof message === 'string' && message !== '' ? `${type}: ${message}` : type
}

/** What the agent meant to do, then what it made of the result. */
function noteOf(
  fields: ReadonlyMap<string, LooseJson>,
  text: (name: string) => string | null,
): string | null {
  const seen = fields.get('vlm_feedback_summary')
  const parts = [
    ['Plan', text('plan')],
    ['Overall plan', text('overall_plan')],
    ['Analysis', text('analysis')],
    ['Plots', isLooseList(seen) && seen.length > 0 ? seen.map(textOfLoose).join('\n') : null],
    ['Time', text('exec_time_feedback')],
  ] as const
  const told = parts.flatMap(([what, said]) => (said === null ? [] : [`${what}: ${said}`]))
  return told.length === 0 ? null : told.join('\n\n')
}

/** The file with the best solution, where this node is the one: by the id in its name, else by its code. */
function solutionOf({ path, files }: JournalFolder, { id, fields }: JournalNode): string | null {
  for (const file of files) {
    const match = SOLUTION.exec(file)
    if (match === null) continue
    if (match[1] === id) return file
    const code = fields.get('code')
    if (match[1] !== undefined || typeof code !== 'string' || code === '') continue
    const read = readText(join(path, file), MOST_CODE)
    if (read.kind === 'text' && read.text === code) return file
  }
  return null
}

/** Solutions of which nothing but their code could tell whose they are, and that cannot be read. */
function unreadSolutions(folder: JournalFolder): readonly Gap[] {
  return folder.files.flatMap((file) => {
    const match = SOLUTION.exec(file)
    if (match === null || match[1] !== undefined) return []
    const read = readText(join(folder.path, file), MOST_CODE)
    return read.kind === 'unreadable' ? [gap('best solution', below(folder, file), read.why)] : []
  })
}

/** A path below the folder; one that is the location itself has none of its own. */
function below({ id }: JournalFolder, name: string): string {
  return id === '.' ? name : `${id}/${name}`
}
