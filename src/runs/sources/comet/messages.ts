import {
  isLooseList,
  isLooseMap,
  isLooseNumber,
  type LooseJson,
  numberOfLoose,
} from '../../files/loose-json.ts'

/** What a line of `messages.json` tells; null for what is Comet's own (packages of the system, graphs, pages). */
export type Message =
  | {
      readonly kind: 'metric'
      readonly name: string
      readonly value: LooseJson
      readonly step: number | null
      /** In milliseconds since 1970. */
      readonly time: number | null
    }
  | { readonly kind: 'param'; readonly name: string; readonly value: LooseJson }
  | { readonly kind: 'other'; readonly name: string; readonly value: LooseJson }
  | { readonly kind: 'script'; readonly path: string }
  | {
      readonly kind: 'git'
      readonly commit: string | null
      readonly branch: string | null
    }
  | {
      readonly kind: 'machine'
      readonly user: string | null
      readonly host: string | null
      readonly python: string | null
      readonly command: readonly string[]
    }
  | { readonly kind: 'packages' }
  | { readonly kind: 'output'; readonly text: string }
  | {
      readonly kind: 'upload'
      /** The member of the archive. */
      readonly member: string
      readonly type: string
      readonly name: string | null
    }
  | { readonly kind: 'remote'; readonly name: string }

/** What Comet counts itself while a script logs. */
const OWN_PARAMS: ReadonlySet<string> = new Set(['curr_step', 'curr_epoch'])
const OWN_OTHERS: ReadonlySet<string> = new Set(['offline_experiment', 'hasNestedParams'])
/** What it measures of the machine, beside what was logged. */
const OF_THE_MACHINE = /^sys\.|^process duration$/

/**
 * What one message tells: `{ "type", "payload" }` as `comet_ml/messages.py` writes them; the envelope of old versions (`ws_msg`, one payload that
 * holds any of them) included. A metric that was logged under a context (`with experiment.train()`) bears it before its name, as Comet shows it.
 */
export function parseMessage(line: ReadonlyMap<string, LooseJson>): readonly Message[] {
  const payload = line.get('payload')
  const type = line.get('type')
  if (!isLooseMap(payload) || typeof type !== 'string') return []
  switch (type) {
    case 'metric_msg':
    case 'parameter_msg':
    case 'ws_msg':
      return [...logged(payload), ...(type === 'ws_msg' ? ofEnvelope(payload) : [])]
    case 'log_other':
      return other(payload.get('key'), payload.get('value'))
    case 'file_name':
      return script(payload.get('file_name'))
    case 'git_metadata':
      return git(payload.get('git_metadata'))
    case 'system_details':
      return [
        {
          kind: 'machine',
          user: textOf(payload.get('user')),
          host: textOf(payload.get('hostname')),
          python: textOf(payload.get('python_version')),
          command: listOf(payload.get('command')).flatMap((each) => textOf(each) ?? []),
        },
      ]
    case 'installed_packages':
      return [{ kind: 'packages' }]
    case 'standard_output':
      return output(payload.get('output'))
    case 'file_upload':
      return upload(payload)
    case 'remote_file': {
      const name =
        textOf(inner(payload, 'additional_params').get('fileName')) ?? textOf(payload.get('remote_uri'))
      return name === null ? [] : [{ kind: 'remote', name }]
    }
    default:
      return []
  }
}

function logged(payload: ReadonlyMap<string, LooseJson>): readonly Message[] {
  const context = textOf(payload.get('context'))
  const named = (name: string): string => (context === null || context === '' ? name : `${context}_${name}`)
  const metric = payload.get('metric')
  if (isLooseMap(metric)) {
    const name = textOf(metric.get('metricName'))
    const value = metric.get('metricValue')
    if (name === null || value === undefined || OF_THE_MACHINE.test(name)) return []
    return [
      {
        kind: 'metric',
        name: named(name),
        value,
        // Who counts epochs alone logs by them.
        step: stepOf(metric.get('step')) ?? stepOf(metric.get('epoch')),
        time: stepOf(payload.get('local_timestamp')) ?? stepOf(metric.get('timestamp')),
      },
    ]
  }
  const param = payload.get('param') ?? payload.get('params')
  if (!isLooseMap(param)) return []
  const name = textOf(param.get('paramName'))
  const value = param.get('paramValue')
  return name === null || value === undefined || OWN_PARAMS.has(name)
    ? []
    : [{ kind: 'param', name: named(name), value }]
}

function ofEnvelope(payload: ReadonlyMap<string, LooseJson>): readonly Message[] {
  const said = inner(payload, 'log_other')
  return [
    ...other(said.get('key'), said.get('val')),
    ...git(payload.get('git_meta')),
    ...script(payload.get('fileName')),
    ...output(payload.get('stdout')),
    ...(isLooseList(payload.get('installed_packages')) ? [{ kind: 'packages' } as const] : []),
  ]
}

function other(name: LooseJson | undefined, value: LooseJson | undefined): readonly Message[] {
  return typeof name !== 'string' || value === undefined || value === null || OWN_OTHERS.has(name)
    ? []
    : [{ kind: 'other', name, value }]
}

function script(path: LooseJson | undefined): readonly Message[] {
  return typeof path === 'string' && path !== '' ? [{ kind: 'script', path }] : []
}

function git(told: LooseJson | undefined): readonly Message[] {
  if (!isLooseMap(told)) return []
  const branch = textOf(told.get('branch'))?.replace(/^refs\/heads\//, '') ?? null
  // The commit that was checked out is the parent of the changes.
  return [{ kind: 'git', commit: textOf(told.get('parent')), branch }]
}

function output(text: LooseJson | undefined): readonly Message[] {
  return typeof text === 'string' && text !== '' ? [{ kind: 'output', text }] : []
}

function upload(payload: ReadonlyMap<string, LooseJson>): readonly Message[] {
  const member = textOf(payload.get('file_path'))
  if (member === null) return []
  const name = textOf(inner(payload, 'additional_params').get('fileName'))
  return [{ kind: 'upload', member, type: textOf(payload.get('upload_type')) ?? 'asset', name }]
}

function inner(map: ReadonlyMap<string, LooseJson>, name: string): ReadonlyMap<string, LooseJson> {
  const value = map.get(name)
  return isLooseMap(value) ? value : new Map()
}

function stepOf(value: LooseJson | undefined): number | null {
  const number = isLooseNumber(value) ? numberOfLoose(value) : null
  return number !== null && Number.isFinite(number) ? number : null
}

function listOf(value: LooseJson | undefined): readonly LooseJson[] {
  return isLooseList(value) ? value : []
}

function textOf(value: LooseJson | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
