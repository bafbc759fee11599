import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import {
  isLooseList,
  isLooseMap,
  type LooseJson,
  leavesOf,
  numberOfLoose,
  parseFirstJson,
  parseLooseJson,
} from '../../files/loose-json.ts'
import { readBeginning } from '../../files/read-beginning.ts'
import { readDecoded, readLooseMap } from '../../files/read-loose.ts'
import { quoted } from '../../quoted.ts'
import { metricsOf } from './metrics-of.ts'

export const JOURNAL = 'journal.json'
export const CONFIG = 'config.yaml'
const MOST_BYTES = 256 * 1024 * 1024
/** A journal begins with its nodes, or with small things beside them; a node with one of its own fields. */
const BEGINNING =
  /^\s*\{\s*(?:"\w+"\s*:\s*(?:"[^"]*"|\{[^{}]*\})\s*,\s*)*"nodes"\s*:\s*\[\s*(?:\{\s*"(?:code|plan|overall_plan|id|step|stage|metric|is_buggy)"\s*:|\]\s*,\s*"node2parent"\s*:)/

/** One attempt of a search, as its journal has it. */
export interface JournalNode {
  readonly id: string
  /** Its place in the journal, from 0. */
  readonly step: number
  /** The id of the node it was made from; null for a draft; undefined where the journal was cut before it could tell. */
  readonly parent: string | null | undefined
  readonly fields: ReadonlyMap<string, LooseJson>
}

/** What a journal tells, and the settings beside it. */
export interface Journal {
  readonly file: string
  readonly nodes: readonly JournalNode[]
  /** What was asked of the agent, as somebody typed it; null where the settings tell none. */
  readonly task: string | null
  /** The metric that the search goes by. */
  readonly primary: { readonly name: string; readonly greaterIsBetter: boolean | null } | null
  /** The agent's settings by their names in `config.yaml`, and that file. */
  readonly settings: ReadonlyMap<string, LooseJson>
  readonly settingsFile: string
  readonly gaps: readonly Gap[]
}

/** Whether a file called `journal.json` is such a journal, by its beginning: many another thing has that name. */
export async function isJournal(path: string): Promise<boolean> {
  return BEGINNING.test(await readBeginning(path))
}

/**
 * Reads `journal.json` and `config.yaml` of a folder. The journal is written anew after every step; one that was cut gives the nodes that are whole. Format:
 * aideml 0.2.2 (`aide/journal.py`, `aide/utils/serialize.py`), AI Scientist v2 (`ai_scientist/treesearch/journal.py`).
 */
export function readJournal(path: string, where: string): Journal {
  const below = (name: string): string => (where === '.' ? name : `${where}/${name}`)
  const file = below(JOURNAL)
  const gaps: Gap[] = []
  const read = readDecoded(join(path, JOURNAL), MOST_BYTES)
  if (read.kind !== 'text') gaps.push(gap('journal', file, read.kind === 'missing' ? 'it is gone' : read.why))
  else if (read.damaged)
    gaps.push(gap('journal', file, 'it holds bytes that are no UTF-8, shown as replacement characters'))
  const nodes = read.kind === 'text' ? nodesOf(read.text, file, gaps) : []
  const config = existsSync(join(path, CONFIG))
    ? readLooseMap({ path, where }, CONFIG, 'settings of the agent', gaps)
    : null
  const agent = config?.get('agent')
  return {
    file,
    nodes,
    task: taskOf(config),
    primary: primaryOf(nodes, file, gaps),
    settings: isLooseMap(agent) ? leavesOf(agent, 'agent') : new Map(),
    settingsFile: below(CONFIG),
    gaps,
  }
}

function nodesOf(text: string, file: string, gaps: Gap[]): readonly JournalNode[] {
  const parsed = parseLooseJson(text)
  const whole = parsed.kind === 'json' && isLooseMap(parsed.value) ? parsed.value : null
  const listed = whole?.get('nodes')
  const found = whole === null ? nodesOfCut(text) : isLooseList(listed) ? listed : []
  if (whole === null) {
    const why = parsed.kind === 'broken' ? parsed.why : 'it holds no names with values'
    gaps.push(
      gap(
        'journal',
        file,
        `${why}: ${found.length} of its nodes could be read, and not which was made from which`,
      ),
    )
  } else if (!isLooseList(listed)) gaps.push(gap('journal', file, 'it has no list of nodes'))
  const parents = whole?.get('node2parent')
  return found.flatMap((fields, index): JournalNode[] => {
    const id = isLooseMap(fields) ? fields.get('id') : undefined
    if (!isLooseMap(fields) || typeof id !== 'string' || id === '') {
      gaps.push(gap(`node ${index}`, file, 'it has no id'))
      return []
    }
    // AIDE tells parents beside the nodes, the AI Scientist in them.
    const named = isLooseMap(parents) ? (parents.get(id) ?? null) : undefined
    const own = fields.get('parent_id')
    const parent =
      typeof named === 'string' ? named : typeof own === 'string' ? own : own === null ? null : named
    return [
      { id, step: index, parent: typeof parent === 'string' || parent === null ? parent : undefined, fields },
    ]
  })
}

/** The nodes at the beginning of a text that are whole. */
function nodesOfCut(text: string): readonly LooseJson[] {
  const begin = /"nodes"\s*:\s*\[/.exec(text)
  const nodes: LooseJson[] = []
  for (let at = begin === null ? -1 : begin.index + begin[0].length; at !== -1; ) {
    const parsed = parseFirstJson(text, at)
    if (parsed.kind === 'broken') break
    nodes.push(parsed.value)
    const comma = /^\s*,/.exec(text.slice(parsed.end, parsed.end + 100))
    at = comma === null ? -1 : parsed.end + comma[0].length
  }
  return nodes
}

/** The first metric that a node has. Agents judge the direction anew at each node: one that they disagree on is not known. */
function primaryOf(nodes: readonly JournalNode[], file: string, gaps: Gap[]): Journal['primary'] {
  let primary: Journal['primary'] = null
  for (const { fields, step } of nodes) {
    const [first] = metricsOf(fields.get('metric')).values
    if (first === undefined || first.greaterIsBetter === null) continue
    if (primary === null) primary = { name: first.name, greaterIsBetter: first.greaterIsBetter }
    else if (primary.name === first.name && primary.greaterIsBetter !== first.greaterIsBetter) {
      gaps.push(
        gap(
          `direction of ${quoted(first.name)}`,
          file,
          `node ${step} says the opposite of the nodes before it`,
        ),
      )
      return { name: first.name, greaterIsBetter: null }
    }
  }
  return primary
}

/** The goal and how it is judged, as typed; a task in a file of its own is not looked for. */
function taskOf(config: ReadonlyMap<string, LooseJson> | null): string | null {
  const texts = ['goal', 'eval'].flatMap((name) => {
    const text = config?.get(name)
    return typeof text === 'string' && text.trim() !== '' ? [text.trim()] : []
  })
  return texts.length === 0 ? null : texts.join('\n\n')
}

/** A node's place in time: when it was made and when its code had run, ms since 1970. */
export function timesOf(
  fields: ReadonlyMap<string, LooseJson>,
  parse: (text: string) => number | null,
): { readonly startedAt: number | null; readonly endedAt: number | null } {
  const made = numberOfLoose(fields.get('ctime'))
  const took = numberOfLoose(fields.get('exec_time'))
  if (made !== null && Number.isFinite(made) && made > 0) {
    const startedAt = Math.round(made * 1000)
    const isKnown = took !== null && Number.isFinite(took) && took >= 0
    return { startedAt, endedAt: isKnown ? Math.round((made + took) * 1000) : null }
  }
  const at = (name: string): number | null => {
    const text = fields.get(name)
    return typeof text === 'string' ? parse(text) : null
  }
  return { startedAt: at('created_time'), endedAt: at('finish_time') }
}
