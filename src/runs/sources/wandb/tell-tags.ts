const LONGEST_TAG = 500

/** What W&B tells of a run in fields of its own; what is empty or left out is not told. */
export interface OwnFields {
  readonly group?: string | undefined
  readonly jobType?: string | undefined
  readonly sweep?: string | undefined
  readonly forkedFrom?: string | undefined
  /** The program by its path, and the words of its command line. */
  readonly program?: string | undefined
  readonly args?: readonly string[] | undefined
  readonly host?: string | undefined
  readonly gpu?: string | undefined
  readonly gpuCount?: number | undefined
  readonly python?: string | undefined
  readonly docker?: string | undefined
  /** 0 is not told. */
  readonly exitCode?: number | undefined
  readonly alerts?: readonly { readonly title: string; readonly text: string }[] | undefined
}

/**
 * W&B's labels and its own fields as tags: a label stands for itself (`true`), `group`, `job_type`, `sweep`; what the machine and the command
 * were; alerts; the exit code of a run that failed; and texts that were logged.
 */
export function tellTags(
  fields: OwnFields,
  texts: ReadonlyMap<string, string>,
  labels: readonly string[],
): ReadonlyMap<string, string> {
  const { program, args = [], alerts = [], exitCode = 0 } = fields
  const tags = new Map<string, string>()
  put('group', fields.group)
  put('job_type', fields.jobType)
  put('sweep', fields.sweep)
  put('forked_from', fields.forkedFrom)
  if (program && args.length > 0) put('command', [program, ...args].join(' '))
  put('host', fields.host)
  put('gpu', gpuText(fields.gpu ?? '', fields.gpuCount ?? 0))
  put('python_version', fields.python?.replace(/^CPython /, ''))
  put('docker', fields.docker)
  if (exitCode !== 0) put('exit_code', String(exitCode))
  put('alert', alerts.map(({ title, text }) => [title, text].filter(Boolean).join(': ')).join('; '))
  for (const [name, text] of texts) put(tags.has(name) ? `summary.${name}` : name, text)
  for (const label of labels) put(tags.has(label) ? `tag.${label}` : label, 'true')
  return tags

  function put(name: string, text: string | undefined): void {
    if (text) tags.set(name, text.length > LONGEST_TAG ? `${text.slice(0, LONGEST_TAG)}…` : text)
  }
}

/** Older logs list each of several alike: `[A100, A100]`. */
function gpuText(told: string, count: number): string {
  const each = /^\[(.*)\]$/.exec(told)?.[1]?.split(', ') ?? [told]
  const [name = ''] = each
  if (name === '' || each.some((other) => other !== name)) return told
  const howMany = each.length > 1 ? each.length : count
  return howMany > 1 ? `${howMany} × ${name}` : name
}
