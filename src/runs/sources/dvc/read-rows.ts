import { type Gap, gap } from '../../../gap.ts'
import { isLooseList, isLooseMap, type LooseJson } from '../../files/loose-json.ts'
import { readLooseJson } from '../../files/read-loose.ts'

/** One row of the table that `dvc exp show` prints. */
export interface ExperimentRow {
  readonly kind: 'workspace' | 'commit' | 'experiment'
  /** `workspace`, or the revision. */
  readonly rev: string
  /** Its branch or tag, or the experiment's name; null where it has none. */
  readonly name: string | null
  /** The revision of the commit that an experiment was begun from; null for others. */
  readonly baseline: string | null
  /** What was read of it: params, metrics, deps, outs; null where DVC could not. */
  readonly told: ReadonlyMap<string, LooseJson> | null
  /** Why DVC could not read it, or that it failed. */
  readonly error: string | null
  /** `queued`, `running`, `success`, `failed`; null where nothing runs it. */
  readonly state: string | null
}

const MOST_BYTES = 256 * 1024 * 1024

/**
 * Reads the output of `dvc exp show --json`. Of an experiment with several revisions the first is taken: the newest checkpoint, or what runs now. Format: DVC 3
 * (a list, since 2.45; `dvc/repo/experiments/serialize.py`), before that an object by revisions.
 */
export function readRows(
  path: string,
  file: string,
): { readonly rows: readonly ExperimentRow[]; readonly gaps: readonly Gap[] } {
  const read = readLooseJson(path, MOST_BYTES)
  const gaps: Gap[] = []
  switch (read.kind) {
    case 'json':
      if (read.remark !== null) gaps.push(gap('experiments', file, read.remark))
      break
    case 'missing':
      return { rows: [], gaps: [gap('experiments', file, 'it is gone')] }
    case 'broken':
    case 'unreadable':
      return { rows: [], gaps: [gap('experiments', file, read.why)] }
    default:
      return read satisfies never
  }
  const { value } = read
  if (isLooseList(value)) return { rows: value.flatMap((each, index) => rowsOfCommit(each, index)), gaps }
  if (isLooseMap(value)) return { rows: [...value].flatMap(([rev, each]) => rowsOfOld(rev, each)), gaps }
  return { rows: [], gaps: [...gaps, gap('experiments', file, 'it is no list of commits')] }

  function rowsOfCommit(each: LooseJson, index: number): readonly ExperimentRow[] {
    const rev = textIn(each, 'rev')
    if (!isLooseMap(each) || rev === null) {
      gaps.push(gap(`commit ${index}`, file, 'it has no revision'))
      return []
    }
    const experiments = each.get('experiments')
    return [
      {
        kind: rev === 'workspace' ? 'workspace' : 'commit',
        rev,
        name: textIn(each, 'name'),
        baseline: null,
        ...contentsOf(each),
        state: null,
      },
      ...(isLooseList(experiments) ? experiments : []).flatMap((one) => rowOfExperiment(one, rev)),
    ]
  }

  function rowOfExperiment(one: LooseJson, baseline: string): readonly ExperimentRow[] {
    const revs = isLooseMap(one) ? one.get('revs') : undefined
    const [newest] = isLooseList(revs) ? revs : []
    const rev = textIn(newest, 'rev')
    if (!isLooseMap(one) || !isLooseMap(newest) || rev === null) {
      gaps.push(gap('experiment', file, `one of the commit ${baseline.slice(0, 7)} has no revision`))
      return []
    }
    const state = textIn(one.get('executor'), 'state')
    const name = textIn(one, 'name') ?? textIn(newest, 'name')
    return [{ kind: 'experiment', rev, name, baseline, ...contentsOf(newest), state }]
  }

  function rowsOfOld(commit: string, each: LooseJson): readonly ExperimentRow[] {
    if (!isLooseMap(each)) {
      gaps.push(gap(`commit ${commit.slice(0, 7)}`, file, 'it holds no experiments'))
      return []
    }
    return [...each].flatMap(([rev, one]): readonly ExperimentRow[] => {
      if (!isLooseMap(one)) return []
      const contents = contentsOf(one)
      const isBaseline = rev === 'baseline'
      const flag = (name: string): boolean => contents.told?.get(name) === true
      return [
        {
          kind: !isBaseline ? 'experiment' : commit === 'workspace' ? 'workspace' : 'commit',
          rev: isBaseline ? commit : rev,
          name: textIn(contents.told ?? undefined, 'name'),
          baseline: isBaseline ? null : commit,
          ...contents,
          state:
            textIn(contents.told ?? undefined, 'status')?.toLowerCase() ??
            (flag('running') ? 'running' : flag('queued') ? 'queued' : null),
        },
      ]
    })
  }
}

function contentsOf(row: ReadonlyMap<string, LooseJson>): Pick<ExperimentRow, 'told' | 'error'> {
  const told = row.get('data')
  const error = row.get('error')
  const said = textIn(error, 'msg')
  return {
    told: isLooseMap(told) ? told : null,
    error: said ?? (isLooseMap(error) ? (textIn(error, 'type') ?? 'it says not why') : null),
  }
}

function textIn(value: LooseJson | ReadonlyMap<string, LooseJson> | undefined, name: string): string | null {
  const text = isLooseMap(value) ? value.get(name) : undefined
  return typeof text === 'string' && text !== '' ? text : null
}
