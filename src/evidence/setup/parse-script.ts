import { type CallArgument, callsIn, codeOf, literalOf, type PythonCall } from './python-calls.ts'

/** A text with the place it was read at: `commit:path` in git, a path among the run's artifacts. */
export interface SourceText {
  readonly path: string
  readonly text: string
}

/** A value that stands in code: where, and as what. A `default` may be given otherwise on the command line. */
export interface WrittenValue {
  /** As it is written there, without dashes: `learning-rate`. */
  readonly name: string
  /** Null where it has none, or one that must be worked out. */
  readonly value: string | null
  readonly kind: 'argument' | 'required argument' | 'constant' | 'field'
  /** The option's flag as it is typed, `--lr`; null where there is none. */
  readonly flag: string | null
  /** Whether the flag takes no value. */
  readonly isSwitch: boolean
  readonly line: number
}

/** A line of code that tells of the setup, as it stands. */
export interface TellingLine {
  readonly line: number
  readonly text: string
  /** The name of the function it stands in; empty at the top. */
  readonly within: string
}

/** What a training script tells, read as text and never run. */
export interface ParsedScript {
  readonly values: readonly WrittenValue[]
  readonly seeds: readonly TellingLine[]
  readonly splits: readonly TellingLine[]
  /** Lines that fit or change the data. */
  readonly preparations: readonly TellingLine[]
  readonly stops: readonly TellingLine[]
  /** Lines that read data in. */
  readonly reads: readonly TellingLine[]
  /** Lines that log a metric, with its name. */
  readonly metrics: readonly (TellingLine & { readonly metric: string })[]
  /** Names of modules that it imports, with dots. */
  readonly imports: readonly string[]
  /** What `@hydra.main` names; null where it is no such script. */
  readonly hydra: { readonly path: string | null; readonly name: string } | null
}

const MOST_LINES = 6
const LONGEST_LINE = 160

/**
 * What a Python text says of how it trains: arguments with their literal defaults (argparse, click, typer, absl, fields of
 * dataclasses), constants, and the lines that seed, split, prepare, stop and log. A default that must be worked out is null.
 */
export function parseScript({ text }: SourceText): ParsedScript {
  const code = codeOf(text)
  const lines = text.split(/\r?\n/)
  const bare = code.split(/\r?\n/)
  const within = functionsOf(bare)
  const linesOf = (pattern: RegExp): readonly TellingLine[] =>
    bare
      .flatMap((line, index): TellingLine[] =>
        pattern.test(line) && !/^\s*(?:from|import|def|class)\b/.test(line)
          ? [
              {
                line: index + 1,
                text: (lines[index] ?? '').trim().slice(0, LONGEST_LINE),
                within: within[index] ?? '',
              },
            ]
          : [],
      )
      .slice(0, MOST_LINES)
  return {
    values: [...argumentsIn(text), ...fieldsIn(bare, lines), ...constantsIn(bare, lines)],
    seeds: linesOf(
      /\b(?:seed_everything|manual_seed(?:_all)?|set_seed|set_random_seed|(?:np|numpy|random)\s*\.\s*(?:random\s*\.\s*)?seed|default_rng|PRNGKey|random_state)\b\s*(?:\(|=)/,
    ),
    splits: linesOf(
      /\b(?:train_test_split|random_split|(?:Stratified|Group|TimeSeries|Repeated)?\w*(?:KFold|ShuffleSplit|Split)|\w+\s*\.\s*split)\s*\(\s*[^)\s]/,
    ).filter(({ text: line }) => !/["']\s*\.\s*split\(|\.split\(\s*["']/.test(line)),
    preparations: linesOf(
      /\.\s*(?:fit_transform|fit_resample|drop_duplicates|dropna|fillna|interpolate)\s*\(|\b(?:get_dummies|StandardScaler|MinMaxScaler|RobustScaler|SMOTE|ADASYN|PCA|TfidfVectorizer|CountVectorizer|SimpleImputer|normalize)\s*\(/,
    ),
    stops: linesOf(/\b(?:early_?stop\w*|EarlyStop\w*|patience)\b\s*(?:\(|=)/).filter(
      ({ text: line }) => !/scheduler|ReduceLROnPlateau/i.test(line),
    ),
    reads: linesOf(
      /\b(?:read_(?:csv|parquet|excel|table|feather|hdf|pickle|sql\w*)|load_dataset|load_from_disk|loadtxt|genfromtxt|fetch_openml|ImageFolder|load_(?:iris|digits|breast_cancer|wine|diabetes)|(?:np|numpy)\s*\.\s*load)\s*\(/,
    ),
    metrics: metricsIn(text, lines, within),
    imports: importsIn(bare),
    hydra: hydraIn(text),
  }
}

function argumentsIn(text: string): readonly WrittenValue[] {
  const calls = callsIn(text, (name) =>
    /(?:^|\.)(?:add_argument|option|argument|DEFINE_\w+|Option|Argument)$/.test(name),
  )
  return calls.flatMap((call): WrittenValue[] => {
    if (/(?:^|\.)add_argument$/.test(call.name)) return argparseOf(call)
    if (/(?:^|\.)(?:option|argument)$/.test(call.name) && /^click\b|^option$|^argument$/.test(call.name))
      return clickOf(call)
    return /(?:^|\.)DEFINE_\w+$/.test(call.name) ? abslOf(call) : []
  })
}

function argparseOf(call: PythonCall): WrittenValue[] {
  const names = positional(call).flatMap((one) => literalOf(one) ?? [])
  const long = names.find((name) => name.startsWith('--'))
  const short = names.find((name) => name.startsWith('-'))
  const name = long ?? short ?? names[0]
  if (name === undefined) return []
  const action = literalOf(named(call, 'action') ?? '') ?? named(call, 'action') ?? ''
  const isSwitch = /^store_(?:true|false)$|BooleanOptionalAction$/.test(action)
  const written = named(call, 'default')
  const own = action === 'store_true' ? 'False' : action === 'store_false' ? 'True' : null
  const value = written === null ? own : literalOf(written)
  const dest = literalOf(named(call, 'dest') ?? '')
  const isRequired =
    named(call, 'required') === 'True' ||
    (!name.startsWith('-') && !/^["'][?*]["']$/.test(named(call, 'nargs') ?? ''))
  return [
    {
      name: dest ?? name.replace(/^-+/, ''),
      value: value === 'None' ? null : value,
      kind: isRequired ? 'required argument' : 'argument',
      flag: name.startsWith('-') ? name : null,
      isSwitch,
      line: call.line,
    },
  ]
}

function clickOf(call: PythonCall): WrittenValue[] {
  const names = positional(call).flatMap((one) => literalOf(one) ?? [])
  const flag = names.find((name) => name.startsWith('--')) ?? names.find((name) => name.startsWith('-'))
  const name = names.find((one) => !one.startsWith('-')) ?? flag
  if (name === undefined) return []
  const isSwitch = named(call, 'is_flag') === 'True' || flag?.includes('/') === true
  const written = named(call, 'default')
  const value = written === null ? (isSwitch ? 'False' : null) : literalOf(written)
  const isRequired = named(call, 'required') === 'True' || (flag === undefined && written === null)
  return [
    {
      name: name.replace(/^-+/, '').replace(/\/.*$/, ''),
      value: value === 'None' ? null : value,
      kind: isRequired ? 'required argument' : 'argument',
      flag: flag?.replace(/\/.*$/, '') ?? null,
      isSwitch,
      line: call.line,
    },
  ]
}

function abslOf(call: PythonCall): WrittenValue[] {
  const [first, second] = positional(call)
  const name = first === undefined ? null : literalOf(first)
  if (name === null || name === '') return []
  const value = literalOf(second ?? named(call, 'default') ?? '')
  const isSwitch = call.name.endsWith('DEFINE_bool') || call.name.endsWith('DEFINE_boolean')
  return [
    {
      name,
      value: value === 'None' ? null : value,
      kind: 'argument',
      flag: `--${name}`,
      isSwitch,
      line: call.line,
    },
  ]
}

function positional(call: PythonCall): readonly string[] {
  return call.arguments.filter(({ name }) => name === null).map(({ text }) => text)
}

function named(call: PythonCall, name: string): string | null {
  return call.arguments.find((one: CallArgument) => one.name === name)?.text ?? null
}

/** `LR = 0.1` at the top of the file, where it is set once. */
function constantsIn(bare: readonly string[], lines: readonly string[]): readonly WrittenValue[] {
  const found = bare.flatMap((line, index) => {
    const name = /^([A-Za-z_]\w*)\s*(?::[^=]*)?=(?!=)\s*\S/.exec(line)?.[1]
    return name === undefined ? [] : [{ name, line: index + 1 }]
  })
  const times = Map.groupBy(found, ({ name }) => name)
  return found.flatMap(({ name, line }): WrittenValue[] => {
    const written = (lines[line - 1] ?? '').replace(/^[^=]*=\s*/, '').replace(/\s+#.*$/, '')
    const value = literalOf(written)
    if (times.get(name)?.length !== 1 || value === null || value === 'None' || /^__/.test(name)) return []
    return [{ name, value, kind: 'constant', flag: null, isSwitch: false, line }]
  })
}

/** Fields of dataclasses: `lr: float = 0.1` below `@dataclass`. */
function fieldsIn(bare: readonly string[], lines: readonly string[]): readonly WrittenValue[] {
  const values: WrittenValue[] = []
  let inside = false
  let opens = false
  for (const [index, line] of bare.entries()) {
    if (/^@(?:dataclasses\s*\.\s*)?dataclass\b/.test(line)) opens = true
    else if (/^class\b/.test(line)) {
      inside = opens
      opens = false
    } else if (/^\S/.test(line)) inside = false
    if (!inside) continue
    const name = /^(?: {4}| {2}|\t)([a-z_]\w*)\s*:[^=]+=\s*\S/.exec(line)?.[1]
    const written = (lines[index] ?? '').replace(/^[^=]*=\s*/, '').replace(/\s+#.*$/, '')
    const value = literalOf(written)
    if (name === undefined || value === null || value === 'None') continue
    values.push({ name, value, kind: 'field', flag: `--${name}`, isSwitch: false, line: index + 1 })
  }
  return values
}

/** The function that each line stands in, by its indentation. */
function functionsOf(bare: readonly string[]): readonly string[] {
  const open: { readonly name: string; readonly indent: number }[] = []
  return bare.map((line) => {
    if (line.trim() === '') return open.at(-1)?.name ?? ''
    const indent = /^\s*/.exec(line)?.[0].length ?? 0
    while (open.length > 0 && indent <= (open.at(-1)?.indent ?? 0)) open.pop()
    const name = open.at(-1)?.name ?? ''
    const opened = /^\s*(?:async\s+)?def\s+(\w+)/.exec(line)?.[1]
    if (opened !== undefined) open.push({ name: opened, indent })
    return name
  })
}

function metricsIn(
  text: string,
  lines: readonly string[],
  within: readonly string[],
): ParsedScript['metrics'] {
  return callsIn(text, (name) =>
    /(?:^|\.)(?:log_metric|log|add_scalar|log_scalar|report_scalar)$/.test(name),
  ).flatMap((call) => {
    const metric = literalOf(positional(call)[0] ?? named(call, 'key') ?? '')
    if (metric === null || metric === '') return []
    return [
      {
        line: call.line,
        text: (lines[call.line - 1] ?? '').trim().slice(0, LONGEST_LINE),
        within: within[call.line - 1] ?? '',
        metric,
      },
    ]
  })
}

function importsIn(bare: readonly string[]): readonly string[] {
  return bare.flatMap((line) => {
    const from = /^\s*from\s+(\.*[\w.]*)\s+import\s+([\w, ]+)/.exec(line)
    if (from !== null) {
      const module = from[1] ?? ''
      const names = (from[2] ?? '').split(',').map((name) => name.trim().split(' ')[0] ?? '')
      return [module, ...names.map((name) => `${module}${module.endsWith('.') ? '' : '.'}${name}`)]
    }
    const plain = /^\s*import\s+([\w., ]+)/.exec(line)?.[1]
    return plain === undefined ? [] : plain.split(',').map((name) => name.trim().split(' ')[0] ?? '')
  })
}

function hydraIn(text: string): ParsedScript['hydra'] {
  const [call] = callsIn(text, (name) => name === 'hydra.main')
  const name = call === undefined ? null : literalOf(named(call, 'config_name') ?? '')
  if (call === undefined || name === null) return null
  return { path: literalOf(named(call, 'config_path') ?? ''), name }
}
