import type { EvidenceDataSet, EvidenceRun } from '../evidence.ts'
import { isSeed } from '../what-varied.ts'
import { clueOf, paramItem, type SetupClue, type SetupGroup } from './setup-item.ts'

const DATA =
  /(^|[_./ -])(data(_?set)?s?|corpus|target|label|features?|variables|inputs?|split\w*|(test|val|valid|validation|train)_?(size|frac|fraction|share|ratio|set|path|file|data)|n_?folds?|folds?|cv|holdout|sampl(e|ing)(_?(size|frac))?|station|ticker|symbols?|lags?|horizon|window|seq(uence)?_?len\w*|start_?date|end_?date)([_./ -]|$)/i
const PREPARED =
  /(^|[_./ -])(scal(er|ing|e_features)|normali[sz]\w*|standardi[sz]\w*|augment\w*|imput\w*|smote|resampl\w*|oversampl\w*|undersampl\w*|sampling\w*|tokeni[sz]\w*|resize|crop|pca|encod(er|ing)|clip(ping)?_?(values|outliers)|preproc\w*|transform\w*|stop_?words|lemmati\w*|min_df|max_df|ngram\w*)([_./ -]|$)/i
const ENVIRONMENT =
  /(^|[_./ -])(gpus?|device|cuda|hardware|accelerator|host(name)?|machine|cpus?|n_?jobs|n_?workers|num_?workers|threads?|precision|amp|fp16|bf16|python_?version|\w+_version|image|docker\w*|conda\w*)([_./ -]|$)/i
const MEASURED =
  /(^|[_./ -])(threshold|metric\w*|average|averaging|eval_?(metric|every|steps|batch\w*)|monitor|objective_?metric|scor(er|ing))([_./ -]|$)/i

/** Names that tell the version of the data. */
export const DATA_VERSION =
  /(^|[_./ -])(data(_?set)?s?|corpus|split|snapshot|dvc|delta|table|features?)[_./ -]?(file[_./ -]?)?(version|ver|hash|digest|checksum|md5|sha\d*|rev(ision)?|commit|snapshot|etag)$/i
export const SPLIT =
  /(^|[_./ -])(split\w*|(test|val|valid|validation|holdout)_?(size|frac|fraction|share|ratio)|n_?(folds?|splits?)|folds?|cv(_?folds?)?)([_./ -]|$)/i
export const HARDWARE =
  /(^|[_./ -])(gpu(s|_?(name|type|model))?|device(_?name)?|hardware|accelerator|host(name)?|machine|instance(_?type)?|node(_?name)?|cpu(_?(name|model))?)$/i
export const COMMAND = /(^|[_./ -])(command(_?line)?|cmd|cmdline|cmd-line|(cmd-)?sys\.argv|argv)$/i
/** A parameter called `command` may as well name a subcommand. */
const IS_COMMAND = /\.(?:py|sh|ipynb)\b|\s--?[A-Za-z]/
const PACKAGE_VERSION =
  /(^|[_./ -])((python|torch|pytorch|tensorflow|keras|sklearn|scikit_learn|jax|xgboost|lightgbm|transformers|numpy|cuda)_?version)$/i

/** The part of a setup that a setting's name belongs to. */
export function groupOfName(name: string): SetupGroup {
  if (isSeed(name)) return /split/i.test(name) ? 'Data' : 'Randomness'
  if (PREPARED.test(name)) return 'Preprocessing'
  if (DATA_VERSION.test(name) || DATA.test(name)) return 'Data'
  if (MEASURED.test(name)) return 'Metric'
  if (ENVIRONMENT.test(name)) return 'Environment'
  return 'Hyperparameters'
}

/** Launchers of notebook kernels: they stand for any notebook. */
const KERNEL = /(^|[\\/])(colab_kernel_launcher|ipykernel_launcher|ipykernel(_\d+)?|__main__)(\.py)?$/i

/** What the run's own record says of its setup: LOGGED, each at the address of its fact. */
export function cluesOfRun(one: EvidenceRun, dataSets: readonly EvidenceDataSet[]): readonly SetupClue[] {
  const { address, run } = one
  const logged = (item: string, value: string, slot: string | null, where = slot ?? address): SetupClue =>
    clueOf({ item, value, label: 'LOGGED', where, slot, rests: [slot ?? address] })
  const commands = [...run.params].filter(([name, text]) => COMMAND.test(name) && IS_COMMAND.test(text))
  const clues: SetupClue[] = [...run.params]
    .filter(([name, text]) => isSaid(text) && !commands.some(([own]) => own === name))
    .map(([name, text]) =>
      logged(
        paramItem(name),
        text,
        `${address}.param[${JSON.stringify(name)}]`,
        /^[A-Za-z_]\w*$/.test(name) ? `${address}.${name}` : undefined,
      ),
    )
  for (const [name, text] of run.tags) {
    if (!isSaid(text)) continue
    const slot = `${address}.tag[${JSON.stringify(name)}]`
    if (COMMAND.test(name)) clues.push(logged('command', text, slot))
    else if (HARDWARE.test(name)) clues.push(logged('hardware', text, slot))
    else if (DATA_VERSION.test(name)) clues.push(logged('data', text, slot))
    else if (isSeed(name) || PACKAGE_VERSION.test(name)) clues.push(logged(paramItem(name), text, slot))
  }
  for (const [name, text] of commands)
    clues.push(logged('command', text, `${address}.param[${JSON.stringify(name)}]`))
  if (run.user !== null) clues.push(logged('user', run.user, `${address}.user`))
  if (run.startedAt !== null) clues.push(logged('started', String(run.startedAt), `${address}.started`))
  if (run.startedAt !== null && run.endedAt !== null)
    clues.push(logged('duration', String(run.endedAt - run.startedAt), `${address}.duration`))
  if (run.code.commit !== null) clues.push(logged('commit', run.code.commit, `${address}.commit`))
  if (run.code.dirty !== null)
    clues.push(
      logged(
        'tree',
        run.code.dirty
          ? run.code.diffKept === true
            ? 'uncommitted changes, kept as a diff'
            : 'uncommitted changes, which are not kept'
          : 'clean',
        null,
        `${address} (tags of git)`,
      ),
    )
  const { entryPoint } = run.code
  if (entryPoint !== null && !KERNEL.test(entryPoint))
    clues.push(logged('script', entryPoint, null, `${address} (source)`))
  const own = dataSets.filter(({ runs }) => runs.includes(address))
  if (own.length > 0)
    clues.push(
      clueOf({
        item: 'data',
        value: own
          .map(
            ({ name, digest, context }) =>
              `${name}${digest === '' ? '' : `, digest ${digest}`}${context === null ? '' : ` (${context})`}`,
          )
          .join('; '),
        label: 'LOGGED',
        where: own.map((set) => set.address).join(', '),
        rests: own.map((set) => set.address),
      }),
    )
  return clues
}

/** Whether a logged text says anything. */
export function isSaid(text: string): boolean {
  return !/^\s*(none|null|nan|unknown|n\/a)?\s*$/i.test(text)
}
