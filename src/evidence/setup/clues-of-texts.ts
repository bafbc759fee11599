import { isConfigFile, parseConfig } from './parse-config.ts'
import { isEnvironmentFile, parseEnvironment } from './parse-environment.ts'
import { type ParsedScript, parseScript, type SourceText, type TellingLine } from './parse-script.ts'
import { paramItem } from './setup-item.ts'
import type { ReadClue, SetupSubject } from './setup-subject.ts'

/** A text that was read, and whether the run left it or its code holds it. */
export interface ReadText extends SourceText {
  readonly from: ReadClue['from']
  /** How its places begin: nothing for an artifact, `3fa2c1ab:` for a commit. */
  readonly prefix: string
}

/** What texts tell of a setup, and how the script takes its settings. */
export interface TextsTold {
  readonly clues: readonly ReadClue[]
  readonly options: SetupSubject['options']
  readonly style: SetupSubject['style']
  /** Lines that tell who to ask: those that seed, split and prepare. */
  readonly linesOfScript: readonly number[]
}

const KEY_PACKAGES = new Set(
  'numpy pandas scipy scikit-learn torch torchvision pytorch-lightning lightning tensorflow keras jax flax transformers datasets lightgbm xgboost catboost imbalanced-learn mlflow wandb ray optuna hydra-core statsmodels prophet qlib pyqlib gensim nltk spacy dvc'.split(
    ' ',
  ),
)
const MOST_PACKAGES = 14
const MOST_SETTINGS = 80
const MOST_LINES = 3
const LONGEST_LINE = 200

/**
 * Reads texts for what they tell: packages, Python and image out of environment files; settings out of configurations;
 * defaults, constants and the lines that seed, split, prepare, stop and measure out of the script; what a log printed of
 * itself at its head. `script` is the path of the training script among the texts; `named` says whether the configuration of a
 * path is known to be the one that was used.
 */
export function cluesOfTexts(
  texts: readonly ReadText[],
  script: string | null,
  named: (path: string) => boolean,
): TextsTold {
  const main =
    texts.find(({ path, from }) => path === script && from !== 'artifact') ??
    texts.find(({ path }) => path === script)
  const parsed = main === undefined ? null : parseScript(main)
  const configs = texts.filter((text) => !isEnvironmentFile(text.path) && isConfigFile(text.path))
  return {
    clues: [
      ...texts.filter(({ path }) => isEnvironmentFile(path)).flatMap(ofEnvironment),
      ...configs.flatMap((text) =>
        ofConfig(text, text.from === 'artifact' || named(text.path) || configs.length === 1),
      ),
      ...(main === undefined || parsed === null ? [] : ofScript(main, parsed)),
      // What the script imports splits and prepares as well as it does.
      ...texts
        .filter((text) => text !== main && /\.(?:py|ipynb)$/.test(text.path) && text.from !== 'artifact')
        .flatMap(ofModule),
      ...texts.filter(({ path, from }) => from === 'artifact' && isLog(path)).flatMap(ofLog),
      ...texts.filter(({ path, from }) => from === 'artifact' && isStatus(path)).flatMap(ofStatus),
    ],
    options:
      parsed?.values
        .filter(({ kind }) => kind === 'argument' || kind === 'required argument')
        .slice(0, MOST_SETTINGS)
        .map(({ name, flag, isSwitch, kind }) => ({
          name,
          flag,
          isSwitch,
          isRequired: kind === 'required argument',
        })) ?? [],
    style:
      parsed === null
        ? null
        : parsed.hydra !== null
          ? 'hydra'
          : parsed.values.some(({ flag, kind }) => flag !== null && kind !== 'field')
            ? 'flags'
            : null,
    linesOfScript:
      parsed === null
        ? []
        : [...parsed.seeds, ...parsed.splits, ...parsed.preparations].map(({ line }) => line),
  }
}

/** Whether an artifact is a log, by its name. */
export function isLog(path: string): boolean {
  return (
    /(^|\/)(output|train\w*|log|stdout|run|console|main)[\w.-]*\.(?:log|txt|out)$|\.log$/i.test(path) &&
    !isEnvironmentFile(path)
  )
}

/** Whether an artifact is what git said of the tree, by its name. */
export function isStatus(path: string): boolean {
  return /(^|\/)(code_|git_?)(status|diff|cached)[\w.-]*$/i.test(path)
}

function clue(
  text: ReadText,
  line: number,
  item: string,
  value: string,
  standing: ReadClue['standing'],
): ReadClue {
  const written = (text.text.split(/\r?\n/)[line - 1] ?? '').trim()
  return {
    item,
    value,
    from: text.from,
    where: `${text.prefix}${text.path}:${line}`,
    line: written.length > LONGEST_LINE ? written.slice(0, LONGEST_LINE) : written,
    standing,
  }
}

function ofEnvironment(text: ReadText): readonly ReadClue[] {
  const { python, packages, image } = parseEnvironment(text)
  const telling = packages.filter(({ name }) => KEY_PACKAGES.has(name)).slice(0, MOST_PACKAGES)
  return [
    ...(python === null
      ? []
      : [clue(text, python.line, 'python', python.version, python.isExact ? 'stated' : 'asked')]),
    ...telling.map(({ name, version, asked, line }) =>
      clue(text, line, `package:${name}`, version ?? asked, version === null ? 'asked' : 'stated'),
    ),
    ...(image === null ? [] : [clue(text, image.line, 'image', image.name, 'stated')]),
  ]
}

function ofConfig(text: ReadText, isUsed: boolean): readonly ReadClue[] {
  return parseConfig(text)
    .slice(0, MOST_SETTINGS)
    .map(({ name, value, line }) => clue(text, line, paramItem(name), value, isUsed ? 'stated' : 'asked'))
    .filter(isInLine)
}

/** The value of a list over several lines stands in none of them. */
function isInLine({ value, line }: ReadClue): boolean {
  return standsIn(value, line)
}

function ofScript(text: ReadText, parsed: ParsedScript): readonly ReadClue[] {
  const { values, seeds, splits, preparations, stops, reads, metrics } = parsed
  const lines = (item: string, told: readonly TellingLine[]): readonly ReadClue[] =>
    told.slice(0, MOST_LINES).map((one) => clue(text, one.line, item, one.text, 'stated'))
  const first = preparations[0]
  const split = splits.find(({ within }) => within === first?.within)
  return [
    ...values.slice(0, MOST_SETTINGS).flatMap(({ name, value, kind, line }) =>
      value === null
        ? []
        : // A constant is no setting of the run where options of the same name may be given.
          [clue(text, line, paramItem(name), value, kind === 'constant' ? 'stated' : 'default')].filter(
            isInLine,
          ),
    ),
    ...lines('seed', seeds),
    ...lines('split', splits),
    ...lines('preprocessing', preparations),
    ...lines('stopping', stops),
    ...lines('reading', reads),
    ...(first === undefined || split === undefined
      ? []
      : [
          {
            ...clue(
              text,
              first.line,
              'order',
              first.line < split.line ? 'prepared before the split' : 'split before preparing',
              'asked',
            ),
            where: `${text.prefix}${text.path}:${Math.min(first.line, split.line)}–${Math.max(first.line, split.line)}`,
            line: '',
          },
        ]),
    ...metrics.slice(0, 12).map((one) => clue(text, one.line, `metric:${one.metric}`, one.text, 'stated')),
  ]
}

function ofModule(text: ReadText): readonly ReadClue[] {
  const { seeds, splits, preparations, stops, reads, metrics } = parseScript(text)
  const lines = (item: string, told: readonly TellingLine[]): readonly ReadClue[] =>
    told.slice(0, MOST_LINES).map((one) => clue(text, one.line, item, one.text, 'stated'))
  return [
    ...lines('seed', seeds),
    ...lines('split', splits),
    ...lines('preprocessing', preparations),
    ...lines('stopping', stops),
    ...lines('reading', reads),
    ...metrics.slice(0, 12).map((one) => clue(text, one.line, `metric:${one.metric}`, one.text, 'stated')),
  ]
}

const PRINTED: readonly (readonly [RegExp, string])[] = [
  [/\b(?:CUDA device|GPU|device(?: name)?|Using device)\s*[:=]\s*(\S.{1,60}?)\s*$/i, 'hardware'],
  [/\b((?:NVIDIA )?(?:GeForce|Tesla|Quadro|RTX|GTX|A100|H100|V100|T4|L4)\b[\w -]{0,30})/i, 'hardware'],
  [/\bPython(?: version)?\s*[:=]?\s*(\d+\.\d+\.\d+)\b/i, 'python'],
  [/\b(?:torch|pytorch)(?: version)?\s*[:=]?\s*v?(\d+\.\d+[\w.+]*)/i, 'package:torch'],
  [/\btensorflow(?: version)?\s*[:=]?\s*v?(\d+\.\d+[\w.]*)/i, 'package:tensorflow'],
  [/^\s*\+?\s*((?:python3?|torchrun|accelerate launch|uv run|deepspeed)\s+.*\.py\b.*)$/i, 'command'],
  [/(?:^|\b)(?:global )?seed(?: set)? to\s*[:=]?\s*(\d+)\b/i, 'param:seed'],
]
const MOST_LOG_LINES = 200

/** What a log prints of its own setup: the command, `Namespace(…)` of its arguments, versions, the device, the seed. */
function ofLog(text: ReadText): readonly ReadClue[] {
  const lines = text.text.split(/\r?\n/).slice(0, MOST_LOG_LINES)
  return lines.flatMap((line, index): readonly ReadClue[] => {
    const namespace = /\bNamespace\((.*)\)\s*$/.exec(line)?.[1]
    if (namespace !== undefined)
      return [...namespace.matchAll(/(\w+)=('[^']*'|"[^"]*"|\[[^\]]*\]|[^,\s]+)/g)]
        .map(([, name = '', value = '']) => ({
          ...clue(text, index + 1, paramItem(name), value.replace(/^(["'])(.*)\1$/, '$2'), 'stated'),
          // A long line is cut, and what stands behind the cut could not be found in it.
          line: `${name}=${value}`,
        }))
        .filter(({ value }) => value !== 'None')
    const told = PRINTED.flatMap(([pattern, item]) => {
      const value = pattern.exec(line)?.[1]?.trim()
      return value === undefined || value === '' ? [] : [clue(text, index + 1, item, value, 'stated')]
    })
    return told.filter((one, at) => told.findIndex(({ item }) => item === one.item) === at && isInLine(one))
  })
}

/** `git status` or a diff that the run kept: whether the tree was clean. */
function ofStatus(text: ReadText): readonly ReadClue[] {
  const name = text.path.split('/').at(-1) ?? ''
  const lines = text.text.split(/\r?\n/)
  const clean = lines.findIndex((line) => /nothing to commit, working tree clean/.test(line))
  if (clean >= 0) return [{ ...clue(text, clean + 1, 'tree', 'clean', 'stated') }]
  const changed = lines.findIndex((line) =>
    /diff/i.test(name)
      ? /^(?:diff --git |[+-]{3} )/.test(line)
      : /^\s*(?:modified|new file|deleted|renamed):|^\s?[MADR]{1,2}\s+\S/.test(line),
  )
  if (changed < 0) return []
  return /diff/i.test(name)
    ? [clue(text, changed + 1, 'tree', 'uncommitted changes, kept as a diff', 'stated')]
    : [clue(text, changed + 1, 'tree', 'uncommitted changes', 'asked')]
}

/** What is told of the tree is our word for a line, not a word of it. */
const OUR_WORDS = new Set(['tree', 'order'])

/** Whether a value was truly read in its line: a record that says otherwise was tampered with. */
export function isRead({ item, value, line }: ReadClue): boolean {
  return OUR_WORDS.has(item) || standsIn(value, line)
}

function standsIn(value: string, line: string): boolean {
  const plain = (text: string): string => text.replace(/[\s"'_\\]/g, '').toLowerCase()
  const squeezed = plain(line)
  return squeezed.includes(plain(value)) || isSwitch(value, squeezed) || listed(value, squeezed)
}

/** `store_true` says False without a word of it. */
function isSwitch(value: string, line: string): boolean {
  return /^(?:true|false)$/i.test(value) && /store(?:true|false)|isflag|\/--no-|\/no-/.test(line)
}

function listed(value: string, line: string): boolean {
  const inside = /^[[(](.*)[\])]$/.exec(value)?.[1]
  return (
    inside?.split(',').every((member) =>
      line.includes(
        member
          .trim()
          .replace(/["'\s_]/g, '')
          .toLowerCase(),
      ),
    ) ?? false
  )
}
