import { isLooseList, isLooseMap, jsonOfLoose, type LooseJson } from '../files/loose-json.ts'

/** Settings of a language model that are no address and no key. */
const LM_SETTINGS: readonly string[] = [
  'model',
  'model_type',
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'reasoning_effort',
  'num_retries',
  'cache',
  'rollout_id',
]
/** What DSPy calls the only predictor of a program that is one itself. */
const ITSELF = 'self'

/**
 * What a program of DSPy is, as `program.save("….json")` writes its state (DSPy 2.4 to 3.3): by predictor its instructions (`text:<predictor>`), its
 * fields, its demonstrations (JSON) and its language model; and the versions it was saved with. Null where the value is no such state.
 */
export function parseDspyProgram(value: LooseJson): ReadonlyMap<string, string> | null {
  if (!isLooseMap(value)) return null
  const found = new Map<string, string>()
  if (isPredictor(value)) takePredictor(ITSELF, value)
  else
    for (const [name, predictor] of value)
      if (name !== 'metadata' && isLooseMap(predictor) && isPredictor(predictor))
        takePredictor(name, predictor)
  if (found.size === 0) return null
  for (const [name, version] of versionsIn(value.get('metadata'))) found.set(name, version)
  return found

  function takePredictor(name: string, predictor: ReadonlyMap<string, LooseJson>): void {
    // Up to 2.5 a chain of thought kept a second signature, the one that was used.
    const signature = predictor.get('extended_signature') ?? predictor.get('signature')
    const instructions = isLooseMap(signature)
      ? signature.get('instructions')
      : (predictor.get('extended_signature_instructions') ?? predictor.get('signature_instructions'))
    if (typeof instructions === 'string') found.set(`text:${name}`, instructions)
    const fields = isLooseMap(signature) ? signature.get('fields') : undefined
    if (isLooseList(fields)) found.set(`fields:${name}`, fields.map(nameOfField).join(', '))
    const demos = predictor.get('demos')
    if (isLooseList(demos)) found.set(`demos:${name}`, jsonOfLoose(demos))
    const lm = predictor.get('lm')
    if (isLooseMap(lm))
      found.set(
        `lm:${name}`,
        jsonOfLoose(new Map([...lm].filter(([setting]) => LM_SETTINGS.includes(setting)))),
      )
    else if (typeof lm === 'string') found.set(`lm:${name}`, lm)
  }
}

/** The versions that a program was saved with: `version:dspy`. */
export function versionsIn(metadata: LooseJson | undefined): ReadonlyMap<string, string> {
  const versions = isLooseMap(metadata) ? metadata.get('dependency_versions') : undefined
  return new Map(
    isLooseMap(versions)
      ? [...versions].flatMap(([name, version]) =>
          typeof version === 'string' ? [[`version:${name}`, version] as const] : [],
        )
      : [],
  )
}

function isPredictor(value: ReadonlyMap<string, LooseJson>): boolean {
  return (
    isLooseList(value.get('demos')) &&
    (isLooseMap(value.get('signature')) ||
      typeof value.get('signature_instructions') === 'string' ||
      isLooseList(value.get('traces')))
  )
}

/** A field carries no name: its description is `${name}` until an optimiser changes it, its prefix `Name:`. */
function nameOfField(field: LooseJson): string {
  const description = isLooseMap(field) ? field.get('description') : undefined
  const prefix = isLooseMap(field) ? field.get('prefix') : undefined
  const named = typeof description === 'string' ? /^\$\{([^}]{1,200})\}$/.exec(description)?.[1] : undefined
  return named ?? (typeof prefix === 'string' ? prefix.replace(/:\s*$/, '') : '?')
}
