import type { Run } from '../runs/run.ts'

/**
 * What a record must hold for a run to be run again, the most consequential first. After the merged checklist of model
 * cards, the NeurIPS/ACL reproducibility checklist and Annex IV of the EU AI Act: code state, data version, environment,
 * seed, parameters, who and when. `diff` is asked for only where the tree is known to have been dirty, `tree state`
 * (clean or dirty) only where a commit is logged.
 */
export const REPRODUCIBILITY_ITEMS = [
  'commit',
  'diff',
  'data version',
  'environment',
  'seed',
  'command',
  'parameters',
  'tree state',
  'times',
  'user',
] as const

export type ReproducibilityItem = (typeof REPRODUCIBILITY_ITEMS)[number]

/** An item that a run's record lacks. */
export type Missing = ReproducibilityItem

/** What a run's record holds of the items that apply to it; the score is "`recorded.length` of both", never a grade. */
export interface Reproducibility {
  readonly recorded: readonly ReproducibilityItem[]
  readonly missing: readonly Missing[]
}

/** A parameter or tag that names the version of the data, not only the data: `data_version`, `dataset.sha256`, `dvc_rev`. */
const DATA_VERSION =
  /(^|[_./ -])(data(_?set)?s?|corpus|split|snapshot|train(ing)?|dvc|delta|table|features?)[_./ -]?(file[_./ -]?)?(version|ver|hash|digest|checksum|md5|sha\d*|rev(ision)?|commit|snapshot|etag)$/i

/** A parameter or tag that tells the packages or the image a run ran with. */
const ENVIRONMENT =
  /(^|[_./ -])(requirements|packages|conda(_?env)?|pip_?freeze|environment_?(file|yaml|hash|digest)|docker_?(image)?|container(_?image)?|image_?(tag|digest|uri)|lock_?(file|hash)|python_?version|(torch|pytorch|tensorflow|keras|sklearn|scikit_learn|jax|xgboost|lightgbm|transformers|numpy|cuda)_?version)$/i

const SEED = /(^|[_./ -])((random|np|numpy|torch|tf|global|split|data)?[_./ -]?seeds?|random_?state|rng)$/i

const COMMAND =
  /(^|[_./ -])(command(_?line)?|cmd|cmdline|argv|entry_?point|script|notebook)([_./ -]?(name|path))?$/i

/** Launchers of notebook kernels: they stand for any notebook, so that they tell of none. */
const KERNEL = /(^|[\\/])(colab_kernel_launcher|ipykernel_launcher|ipykernel(_\d+)?|__main__)(\.py)?$/i

/** What a run's record lacks for the run to be run again, the most consequential first. */
export function missingOf(run: Run): readonly Missing[] {
  return reproducibilityOf(run).missing
}

/** Which items apply to a run, and which of them its record holds. */
export function reproducibilityOf(run: Run): Reproducibility {
  const recorded: ReproducibilityItem[] = []
  const missing: Missing[] = []
  for (const item of REPRODUCIBILITY_ITEMS) {
    const held = isRecorded(item, run)
    if (held !== null) (held ? recorded : missing).push(item)
  }
  return { recorded, missing }
}

/** Null where the item does not apply to the run. */
function isRecorded(item: ReproducibilityItem, run: Run): boolean | null {
  const { code } = run
  switch (item) {
    case 'commit':
      return code.commit !== null
    case 'diff':
      return code.dirty === true ? code.diffKept === true : null
    case 'tree state':
      return code.commit === null ? null : code.dirty !== null
    case 'data version':
      return run.dataSets.some(({ digest }) => digest !== '') || tells(run, DATA_VERSION)
    case 'environment':
      return run.environmentKept === true || tells(run, ENVIRONMENT)
    case 'seed':
      return tells(run, SEED)
    case 'command':
      return (code.entryPoint !== null && !KERNEL.test(code.entryPoint)) || tells(run, COMMAND)
    case 'parameters':
      return run.params.size > 0
    case 'times':
      return run.startedAt !== null && (run.endedAt !== null || isOpen(run))
    case 'user':
      return run.user !== null
    default:
      return item satisfies never
  }
}

function isOpen({ status }: Run): boolean {
  return status === 'running' || status === 'scheduled'
}

/** Whether a parameter or a tag of such a name has a value; `None` and its like are none. */
function tells(run: Run, name: RegExp): boolean {
  const isTold = ([key, text]: readonly [string, string]): boolean =>
    name.test(key) && !/^\s*(none|null|nan|unknown|n\/a)?\s*$/i.test(text)
  return [...run.params].some(isTold) || [...run.tags].some(isTold)
}
