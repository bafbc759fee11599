import { NarrateError } from '../../errors.ts'
import { ATTRIBUTES, type Attribute, DATA_SET_FIELDS, type Field } from './filter.ts'
import { isReadTag, READ_TAGS } from './system-tags.ts'
import { tokenise } from './tokenise.ts'

type Kind = Field['kind']

/** The words before the dot, as MLflow knows them. */
const ENTITIES: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['metric', 'metric'],
  ['metrics', 'metric'],
  ['param', 'param'],
  ['params', 'param'],
  ['parameter', 'param'],
  ['parameters', 'param'],
  ['tag', 'tag'],
  ['tags', 'tag'],
  ['attribute', 'attribute'],
  ['attributes', 'attribute'],
  ['attr', 'attribute'],
  ['run', 'attribute'],
  ['dataset', 'data set'],
  ['datasets', 'data set'],
])

const ALIASES: ReadonlyMap<string, Attribute> = new Map<string, Attribute>([
  ['created', 'start_time'],
  ['Created', 'start_time'],
  ['run name', 'run_name'],
  ['Run name', 'run_name'],
  ['Run Name', 'run_name'],
])

/** A field, or why the words name none, with what is possible. */
export type FieldOrWhy =
  | { readonly field: Field }
  | { readonly field: null; readonly why: string; readonly hint: string }

/** The field that an entity (null for a bare name, which is an attribute) and a key name. */
export function fieldOf(entity: string | null, key: string): FieldOrWhy {
  const kind = entity === null ? 'attribute' : ENTITIES.get(entity)
  if (kind === undefined) {
    return {
      field: null,
      why: `"${entity}" is nothing a run has`,
      hint: 'A field begins with metrics, params, tags, attributes or datasets and a dot.',
    }
  }
  switch (kind) {
    case 'metric':
    case 'param':
      return { field: { kind, name: key } }
    case 'tag':
      if (isReadTag(key)) return { field: { kind, name: key } }
      return {
        field: null,
        why: `narrate does not read the tag ${key}`,
        hint: `Of MLflow's own tags it reads ${READ_TAGS.join(', ')}.`,
      }
    case 'data set': {
      const name = DATA_SET_FIELDS.find((known) => known === key)
      if (name !== undefined) return { field: { kind, name } }
      return {
        field: null,
        why: `a data set has no "${key}"`,
        hint: `It has ${DATA_SET_FIELDS.join(', ')}.`,
      }
    }
    case 'attribute': {
      const name = ALIASES.get(key) ?? ATTRIBUTES.find((known) => known === key)
      if (name !== undefined) return { field: { kind, name } }
      return {
        field: null,
        why:
          key === 'artifact_uri'
            ? 'narrate does not read where artifacts are'
            : `a run has no attribute "${key}"`,
        hint: `Attributes: ${ATTRIBUTES.join(', ')}. A metric or parameter is written metrics.${key} or params.${key}.`,
      }
    }
    default:
      return kind satisfies never
  }
}

/**
 * A field as `--sort` and `--columns` take it: `metrics.val_auc`, `params."my lr"`, `status`. Everything behind the
 * first dot is the name, so that `metrics.val/loss` needs no quotes. Throws `NarrateError('usage')`.
 */
export function parseField(text: string): Field {
  const trimmed = text.trim()
  const dot = trimmed.indexOf('.')
  const entity = dot < 0 ? null : unquoted(trimmed.slice(0, dot))
  const key = unquoted(dot < 0 ? trimmed : trimmed.slice(dot + 1))
  const found =
    key === ''
      ? {
          field: null,
          why: 'a name is missing',
          hint: 'Write metrics.NAME, params.NAME, tags.NAME or an attribute.',
        }
      : fieldOf(entity, key)
  if (found.field !== null) return found.field
  throw new NarrateError('usage', `"${text}" names no field of a run: ${found.why}.`, { hint: found.hint })
}

/** The field as it is written, quoted where it must be. */
export function fieldText({ kind, name }: Field): string {
  const shown = /^[\p{L}\p{N}_.]+$/u.test(name) ? name : `"${name}"`
  switch (kind) {
    case 'metric':
      return `metrics.${shown}`
    case 'param':
      return `params.${shown}`
    case 'tag':
      return `tags.${shown}`
    case 'data set':
      return `datasets.${shown}`
    case 'attribute':
      return name
    default:
      return kind satisfies never
  }
}

function unquoted(text: string): string {
  const [only] = /^[`"]/.test(text) ? tokenise(text) : []
  return only === undefined ? text : only.text
}
