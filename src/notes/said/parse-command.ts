/** A command as it was pasted: what was started, and what it was given. */
export interface PastedCommand {
  /** The line as typed, continued lines joined. */
  readonly text: string
  /** Words that belong to no flag: the script, the name of a run. */
  readonly words: readonly string[]
  /** Names without dashes, in the order given; a switch has the value "true". */
  readonly flags: readonly { readonly name: string; readonly value: string }[]
}

/** A comment over commands that says how many there are: "LR sweep (4 runs)". */
export interface CommandBlock {
  readonly comment: string | null
  readonly commands: readonly PastedCommand[]
}

const MOST_LINES = 500

/**
 * Pasted lines as blocks of commands, each under the comment right above it. A line that ends in a backslash goes on in the
 * next. Lines that are no command with a flag or a setting (`pip install`, `cd`) are left out; a blank line ends a block.
 */
export function parseCommands(text: string): readonly CommandBlock[] {
  const blocks: { comment: string | null; commands: PastedCommand[] }[] = []
  let open: { comment: string | null; commands: PastedCommand[] } | null = null
  for (const line of joinContinued(text.split('\n').slice(0, MOST_LINES))) {
    const trimmed = line.trim()
    if (trimmed === '') {
      open = null
      continue
    }
    const comment = /^#+\s*(.*)$/.exec(trimmed)?.[1]
    if (comment !== undefined) {
      open = { comment, commands: [] }
      blocks.push(open)
      continue
    }
    const command = parseCommand(trimmed)
    if (command === null) continue
    if (open === null) {
      open = { comment: null, commands: [] }
      blocks.push(open)
    }
    open.commands.push(command)
  }
  return blocks.filter(({ commands }) => commands.length > 0)
}

const NO_TRAINING =
  /^(?:pip3?|conda|mamba|apt(?:-get)?|git|cd|ls|cp|mv|rm|mkdir|ssh|scp|rsync|wget|curl|tar|cat|tail|head|grep|source|export|docker|kubectl|npm|brew|tensorboard|jupyter|nvidia-smi|make|cmake)$/

function parseCommand(line: string): PastedCommand | null {
  const pieces = (
    line.replace(/^(?:\([\w.-]+\) ?)?[$❯>]+ +/u, '').match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []
  ).map((piece) => piece.replace(/^(["'])(.*)\1$/s, '$2'))
  const start = pieces.findIndex((piece) => !/^[A-Z_][A-Z0-9_]*=/.test(piece))
  if (start < 0 || NO_TRAINING.test(pieces[start] ?? '')) return null
  const words: string[] = []
  const flags: { name: string; value: string }[] = []
  for (let index = start; index < pieces.length; index += 1) {
    const piece = pieces[index] ?? ''
    const given = /^--?([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(piece)
    const setting = /^[+~]*([A-Za-z_][\w./]*)=(.+)$/s.exec(piece)
    if (given?.[1] !== undefined) {
      const next = pieces[index + 1]
      if (given[2] !== undefined) flags.push({ name: given[1], value: unquoted(given[2]) })
      else if (next !== undefined && (!/^--?[A-Za-z]/.test(next) || /^-\d/.test(next))) {
        flags.push({ name: given[1], value: next })
        index += 1
      } else flags.push({ name: given[1], value: 'true' })
    } else if (setting?.[1] !== undefined && setting[2] !== undefined)
      flags.push({ name: setting[1], value: unquoted(setting[2]) })
    else words.push(piece)
  }
  return flags.length === 0 ? null : { text: line, words, flags }
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/s, '$2')
}

function joinContinued(lines: readonly string[]): readonly string[] {
  const joined: string[] = []
  let open = ''
  for (const line of lines) {
    if (line.trimEnd().endsWith('\\')) open += `${line.trimEnd().slice(0, -1)} `
    else {
      joined.push(open + line)
      open = ''
    }
  }
  return open === '' ? joined : [...joined, open]
}
