import { isLooseList, isLooseMap, isLooseNumber, parseLooseJson } from '../../files/loose-json.ts'
import type { OpenArchive } from './zip-archive.ts'

/** What `experiment.json` of an archive says; times in milliseconds since 1970. */
export interface ExperimentFile {
  readonly id: string | null
  readonly project: string | null
  readonly workspace: string | null
  readonly startedAt: number | null
  /** Null where the script was gone before it could say so. */
  readonly endedAt: number | null
  readonly tags: readonly string[]
  /** What Comet says went wrong: in the script, or in Comet itself. */
  readonly error: string | null
}

const MOST_BYTES = 1024 * 1024

/** Reads `experiment.json` (`comet_ml/offline_utils.py`); a text is why it cannot be read. */
export async function readExperimentFile(archive: OpenArchive): Promise<ExperimentFile | string> {
  const pieces: Buffer[] = []
  const why = await archive.unpack('experiment.json', MOST_BYTES, (piece) => {
    pieces.push(Buffer.from(piece))
    return true
  })
  if (why !== null) return `experiment.json cannot be read: ${why}`
  const parsed = parseLooseJson(Buffer.concat(pieces).toString('utf8'))
  if (parsed.kind === 'broken') return `experiment.json cannot be read: ${parsed.why}`
  const { value } = parsed
  if (!isLooseMap(value)) return 'experiment.json holds no names with values'
  const text = (name: string): string | null => {
    const found = value.get(name)
    return typeof found === 'string' && found !== '' ? found : null
  }
  const time = (name: string): number | null => {
    const found = value.get(name)
    return isLooseNumber(found) && Number.isFinite(found.value) && found.value > 0 ? found.value : null
  }
  const tags = value.get('tags')
  return {
    id: text('offline_id'),
    project: text('project_name'),
    workspace: text('workspace'),
    startedAt: time('start_time'),
    endedAt: time('stop_time'),
    tags: isLooseList(tags) ? tags.flatMap((tag) => (typeof tag === 'string' ? [tag] : [])) : [],
    error:
      value.get('customer_error_reported') === true ? (text('customer_error_message') ?? 'an error') : null,
  }
}
