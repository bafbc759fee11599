import { parseCommands } from '../../notes/said/parse-command.ts'
import { isDataFile } from '../data-files.ts'
import { isBookkeeping } from '../what-varied.ts'
import { isSameName, plainName, type SetupItem } from './setup-item.ts'
import type { SetupSubject } from './setup-subject.ts'

/** A shell script that would run it again, a line each, and which items it cannot know. */
export interface RerunScript {
  readonly lines: readonly string[]
  /** Names of the variables that must be filled in. */
  readonly open: readonly string[]
}

const PLACEHOLDER = 'FILL_IN'
const LONGEST_COMMENT = 100
const LONGEST_VALUE = 300

/**
 * A bash script out of what is known of a setup: the code at its commit, an environment, the command. Every value is quoted for
 * the shell, whatever stands in it; what is not known is a variable set to FILL_IN, and the script stops before it does
 * anything as long as one is left.
 */
export function rerunScript(items: readonly SetupItem[], subject: SetupSubject): RerunScript {
  const itemOf = (id: string): SetupItem | undefined => items.find((item) => item.id === id)
  const open: { readonly name: string; readonly why: string }[] = []
  const variable = (item: SetupItem | undefined, name: string): string => {
    if (!open.some((one) => one.name === name)) open.push({ name, why: whyOpen(item) })
    return `"$${name}"`
  }
  const commit = itemOf('commit')
  const python = itemOf('python')
  const code = [
    `git worktree add --detach ../rerun ${commit?.clue == null ? variable(commit, 'COMMIT') : quote(commit.clue.value)}${remark(commit)}`,
    'cd ../rerun',
  ]
  if (itemOf('tree')?.clue?.value.startsWith('uncommitted') === true)
    code.push('# It ran with uncommitted changes: apply them here, or what runs is other code.')
  const environment = environmentOf(items, python, subject)
  const data = itemOf('data')
  const files = items.flatMap(({ id, clue }) =>
    clue !== null && id.startsWith('param:') && isDataFile(id.slice(6), clue.value)
      ? `${clue.value} (${id.slice(6)})`
      : [],
  )
  const known =
    data?.clue != null
      ? comment(data.clue.value)
      : files.length === 0
        ? 'not known'
        : `${comment(files.join(', '))}; in which version is not known`
  const start = [`# Data: ${known}${remark(data)}`, commandOf(items, subject, variable)]
  const where = subject.remote === null ? '' : `, in a clone of ${comment(subject.remote)}`
  const body = [
    '',
    `# The code${where}`,
    ...code,
    '',
    '# The packages',
    ...environment,
    '',
    '# The run',
    ...start,
  ]
  const head = ['#!/usr/bin/env bash', 'set -euo pipefail']
  if (open.length > 0) {
    head.push('', '# Not known: fill in')
    for (const { name, why } of open) head.push(`${name}=${PLACEHOLDER}${why === '' ? '' : `  # ${why}`}`)
    head.push(
      `for value in ${open.map(({ name }) => `"$${name}"`).join(' ')}; do`,
      `  if [ "$value" = ${PLACEHOLDER} ]; then echo "Fill in what stands as ${PLACEHOLDER} first." >&2; exit 2; fi`,
      'done',
    )
  }
  return { lines: [...head, ...body], open: open.map(({ name }) => name) }
}

function environmentOf(
  items: readonly SetupItem[],
  python: SetupItem | undefined,
  { requirements }: SetupSubject,
): readonly string[] {
  const version = /^\d+(?:\.\d+)*/.exec(python?.clue?.value ?? '')?.[0]
  const create =
    version === undefined
      ? 'python3 -m venv .rerun-venv  # which Python is not known'
      : `${quote(`python${version.split('.').slice(0, 2).join('.')}`)} -m venv .rerun-venv${remark(python)}`
  const packages = items.filter(({ id, clue }) => id.startsWith('package:') && clue !== null)
  const pinned = packages.flatMap(({ id, clue }) =>
    clue !== null && /^\d[\w.+!-]*$/.test(clue.value) ? [quote(`${id.slice(8)}==${clue.value}`)] : [],
  )
  const install =
    requirements?.from === 'commit' && /requirements[\w.-]*\.txt$/.test(requirements.path)
      ? `.rerun-venv/bin/pip install -r ${quote(requirements.path)}`
      : pinned.length > 0
        ? `.rerun-venv/bin/pip install ${pinned.join(' ')}`
        : '# Which packages is not known.'
  return [create, install]
}

/** The command as it was logged, each word quoted anew; else the script with the options that are known. */
function commandOf(
  items: readonly SetupItem[],
  subject: SetupSubject,
  variable: (item: SetupItem | undefined, name: string) => string,
): string {
  const command = items.find(({ id }) => id === 'command')
  if (command?.clue != null) {
    const [parsed] = parseCommands(command.clue.value).flatMap((block) => block.commands)
    const own = wordsOf(parsed?.text ?? command.clue.value)
    // `sys.argv` begins with the script.
    const words = own[0]?.endsWith('.py') === true ? ['python', ...own] : own
    const given = words[0]?.replace(/^.*\//, '') ?? ''
    const isPython = /^python[\d.]*$/.test(given)
    return (
      [isPython ? '.rerun-venv/bin/python' : quote(words[0] ?? ''), ...words.slice(1).map(quote)].join(' ') +
      remark(command)
    )
  }
  const script = items.find(({ id }) => id === 'script')
  // Backslashes of a path are of the machine it ran on.
  const path = (subject.script ?? script?.clue?.value)?.replace(/\\(?=[\w.])/g, '/')
  if (path?.endsWith('.ipynb') === true)
    return `.rerun-venv/bin/jupyter nbconvert --to notebook --execute ${quote(path)}  # a notebook: its settings stand in its cells`
  const start = `.rerun-venv/bin/python ${path === undefined ? variable(script, 'SCRIPT') : quote(path)}`
  const all = items.filter(({ id, clue }) => {
    const name = id.slice(6)
    // A path to data is a setting that the run is nothing without.
    return id.startsWith('param:') && (!isBookkeeping(name) || isDataFile(name, clue?.value ?? ''))
  })
  // What is that long is data, and no option of a command line.
  const settings = all.filter(({ clue }) => (clue?.value.length ?? 0) <= LONGEST_VALUE)
  const options = subject.options.filter(({ flag }) => flag !== null)
  const flags =
    options.length > 0
      ? options.flatMap((option) => {
          const item = settings.find(({ id }) => isSameName(id.slice(6), option.name))
          if (item === undefined)
            return option.isRequired ? [`${option.flag} ${variable(undefined, nameOf(option.name))}`] : []
          if (item.clue === null) return [`${option.flag} ${variable(item, nameOf(option.name))}`]
          if (option.isSwitch) return /^(true|1|yes)$/i.test(item.clue.value) ? [option.flag ?? ''] : []
          return [argument(option.flag ?? '', item.clue.value)]
        })
      : settings.map((item) => {
          const name = item.id.slice(6)
          const flag = subject.style === 'hydra' ? name : `--${name.replace(/[^A-Za-z0-9._-]/g, '-')}`
          if (item.clue === null)
            return `${flag}${subject.style === 'hydra' ? '=' : ' '}${variable(item, nameOf(name))}`
          return subject.style === 'hydra'
            ? quote(`${name}=${item.clue.value}`)
            : argument(flag, item.clue.value)
        })
  const guess = options.length === 0 && subject.style === null && flags.length > 0
  const left = all.length > settings.length ? '; what is too long for an option is left out' : ''
  return (
    [start, ...flags].join(' ') + (guess ? `  # how the script takes its settings is not known${left}` : '')
  )
}

/** `--lr 0.1`; a value that begins with a dash is joined with `=`, so that it is not taken for an option. */
function argument(flag: string, value: string): string {
  return value.startsWith('-') ? `${flag}=${quote(value)}` : `${flag} ${quote(value)}`
}

/** The words of a command line, out of their quotation marks. */
function wordsOf(text: string): readonly string[] {
  return (text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map((word) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  )
}

/** A text as one word for the shell, whatever it holds; of several lines or with control characters as `$'…'`. */
export function quote(text: string): string {
  if (/^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(text)) return text
  if (!/[\p{Cc}\p{Co}\p{Cf}]/u.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`
  const escaped = [...text].map((character) => {
    if (character === '\\' || character === "'") return `\\${character}`
    if (/[\p{Cc}\p{Co}\p{Cf}]/u.test(character))
      return `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`
    return character
  })
  return `$'${escaped.join('')}'`
}

/** A comment holds one line of plain text. */
function comment(text: string): string {
  const line = text
    .replace(/[\p{Cc}\p{Co}\p{Cf}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > LONGEST_COMMENT ? `${line.slice(0, LONGEST_COMMENT)}…` : line
}

/** Behind a line whose value is less than logged, how it is known. */
function remark(item: SetupItem | undefined): string {
  return item?.clue == null || item.label === 'LOGGED' ? '' : `  # ${item.label}`
}

function whyOpen(item: SetupItem | undefined): string {
  return item === undefined || item.candidates.length === 0
    ? ''
    : `runs like it had ${comment(item.candidates.join(', '))}`
}

function nameOf(name: string): string {
  const plain = plainName(name).toUpperCase()
  return /^[A-Z_]/.test(plain) ? `${plain}_VALUE` : `VALUE_${plain}`
}
