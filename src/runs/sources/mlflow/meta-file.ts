import { readText } from '../../files/read-text.ts'
import { type Meta, parseMetaYaml } from './meta-yaml.ts'

const MEBIBYTE = 1024 * 1024

/** A `meta.yaml` as read. `unsettled`: MLflow may be rewriting it right now, so it is worth a second look. */
export type MetaRead =
  | { readonly kind: 'meta'; readonly meta: Meta; readonly unsettled: boolean }
  | { readonly kind: 'missing'; readonly unsettled: false }
  | { readonly kind: 'broken'; readonly why: string; readonly unsettled: boolean }

/** Reads a `meta.yaml` once. MLflow rewrites it in place, so it may be seen empty or cut: a last line that does not end is left out. */
export function readMeta(path: string, maximumBytes = MEBIBYTE): MetaRead {
  const read = readText(path, maximumBytes)
  if (read.kind === 'missing') return { kind: 'missing', unsettled: false }
  if (read.kind === 'unreadable') return { kind: 'broken', why: read.why, unsettled: false }
  const unsettled = !read.text.endsWith('\n')
  if (read.text.trim() === '') return { kind: 'broken', why: 'the file is empty', unsettled }
  // A number that is cut is another number: `start_time: 17`.
  const whole = /[\n'"\]}]$/.test(read.text) ? read.text : read.text.slice(0, read.text.lastIndexOf('\n') + 1)
  if (whole.trim() === '') return { kind: 'broken', why: 'its only line does not end: it is cut', unsettled }
  const parsed = parseMetaYaml(whole)
  if (parsed.kind === 'broken') return { kind: 'broken', why: parsed.why, unsettled }
  return { kind: 'meta', meta: parsed.meta, unsettled }
}

/** Reads again, at most twice, what MLflow may be rewriting right now. */
export async function settled(read: () => MetaRead, settle: () => Promise<void>): Promise<MetaRead> {
  let meta = read()
  for (let attempt = 0; attempt < 2 && meta.unsettled; attempt += 1) {
    await settle()
    meta = read()
  }
  return meta
}

/** Why there is nothing, for whatever was read. */
export function whyOf(
  read:
    | { readonly kind: 'missing' }
    | { readonly kind: 'unreadable' | 'broken'; readonly why: string }
    | { readonly kind: 'meta' },
): string {
  if (read.kind === 'missing') return 'the file is missing'
  return read.kind === 'meta' ? 'it has no name' : read.why
}
