import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { SourceText } from './parse-script.ts'

/** A setting in a configuration file: its name with dots, its value as text, its line (from 1). */
export interface ConfigValue {
  readonly name: string
  readonly value: string
  readonly line: number
}

const MOST_VALUES = 400
const DEEPEST = 8
const LONGEST = 200

/** Whether a path names a configuration, by its form: YAML or JSON, and none of the environment's. */
export function isConfigFile(path: string): boolean {
  const name = path.split('/').at(-1) ?? ''
  return (
    /\.(?:ya?ml|json)$/i.test(name) &&
    /config|param|setting|arg|hparam|options|hydra|overrides|^cfg|_cfg|train|experiment/i.test(path) &&
    !/package(?:-lock)?\.json$|tsconfig|\.ipynb$|metrics|result|output|history|state|tokenizer|vocab/i.test(
      name,
    )
  )
}

/**
 * The values of a YAML or JSON text, nested names joined by dots, lists of plain values as one. Aliases are not followed,
 * and a text that is broken gives what stands before the break. `value` of a hand-made `{desc, value}` is taken for the whole.
 */
export function parseConfig({ text }: SourceText): readonly ConfigValue[] {
  const counter = new LineCounter()
  const document = parseDocument(text.slice(0, 512 * 1024), {
    lineCounter: counter,
    uniqueKeys: false,
    logLevel: 'silent',
    schema: 'failsafe',
  })
  const values: ConfigValue[] = []
  walk(document.contents, '', 0)
  return values

  function walk(node: Node | null, name: string, depth: number): void {
    if (node === null || isAlias(node) || depth > DEEPEST || values.length >= MOST_VALUES) return
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        if (!isScalar(key)) continue
        const own = String(key.value)
        const inner = own === 'value' && name !== '' ? name : name === '' ? own : `${name}.${own}`
        if (value !== null && typeof value === 'object' && 'range' in value)
          walk(value as Node, inner, depth + 1)
      }
    } else if (isSeq(node)) {
      const members = node.items.map((one) => (isScalar(one) ? String(one.value) : null))
      if (members.every((one) => one !== null)) add(name, `[${members.join(', ')}]`, node)
    } else if (isScalar(node)) add(name, String(node.value ?? ''), node)
  }

  function add(name: string, value: string, node: Node): void {
    if (name === '' || value === '' || value.length > LONGEST || /^(?:null|none|~)$/i.test(value)) return
    values.push({ name, value, line: counter.linePos(node.range?.[0] ?? 0).line })
  }
}
