import { isSeed } from '../what-varied.ts'
import type { SetupItem } from './setup-item.ts'

/** What would have made an item plain: in words, and as a line of code. */
export interface LogAdvice {
  readonly id: string
  readonly words: string
  readonly code: readonly string[]
}

const ADVICE: readonly (LogAdvice & { readonly isFor: (item: SetupItem) => boolean })[] = [
  advice(
    'data',
    'Log the data set with its digest.',
    ['mlflow.log_input(mlflow.data.from_pandas(train, name="train"), context="training")'],
    ['data'],
  ),
  advice(
    'split',
    'Log how the data was split: sizes, seed, and the ids or their digest.',
    ['mlflow.log_params({"split_seed": split_seed, "val_size": val_size})'],
    ['split', 'order'],
  ),
  advice(
    'commit',
    'Run from a clean commit, and log it with what is uncommitted.',
    [
      'mlflow.set_tag("mlflow.source.git.commit", subprocess.check_output(["git", "rev-parse", "HEAD"], text=True).strip())',
      'mlflow.log_text(subprocess.check_output(["git", "diff", "HEAD"], text=True), "uncommitted.diff")',
    ],
    ['commit', 'tree'],
  ),
  advice(
    'command',
    'Log the whole command.',
    ['mlflow.set_tag("command", shlex.join([sys.executable, *sys.argv]))'],
    ['command', 'script'],
  ),
  advice(
    'environment',
    'Log Python and the installed packages.',
    [
      'mlflow.log_text(subprocess.check_output([sys.executable, "-m", "pip", "freeze"], text=True), "requirements.txt")',
      'mlflow.set_tag("python_version", platform.python_version())',
    ],
    ['python', 'packages'],
  ),
  advice(
    'hardware',
    'Log the machine.',
    ['mlflow.set_tag("hardware", platform.processor() or platform.machine())'],
    ['hardware'],
  ),
  advice(
    'preprocessing',
    'Log each step of the preprocessing, and that it was fitted on the training part alone.',
    ['mlflow.log_param("preprocessing", "impute>scale, fitted on train")'],
    ['preprocessing'],
  ),
  advice(
    'metric',
    'Write down how the metric is computed.',
    ['mlflow.set_tag("metric_definition", "what it is, on which data, at which step")'],
    ['metric'],
  ),
  {
    id: 'seed',
    words: 'Fix every seed in one place, and log it.',
    code: ['mlflow.log_param("seed", seed)'],
    isFor: ({ id }) => id === 'seed' || (id.startsWith('param:') && isSeed(id.slice(6))),
  },
  {
    id: 'settings',
    words: 'Log every option, not only those that were changed.',
    code: ['mlflow.log_params(vars(args))'],
    isFor: ({ id }) => id.startsWith('param:') && !isSeed(id.slice(6)),
  },
]

function advice(id: string, words: string, code: readonly string[], ids: readonly string[]) {
  return { id, words, code, isFor: (item: SetupItem) => ids.includes(item.id) }
}

/** What to log next time so that nobody has to guess: advice for each item that this run's own record does not hold. */
export function whatToLog(items: readonly SetupItem[]): readonly LogAdvice[] {
  const lacking = items.filter(({ label }) => label !== 'LOGGED')
  return ADVICE.filter(({ isFor }) => lacking.some(isFor)).map(({ id, words, code }) => ({ id, words, code }))
}
