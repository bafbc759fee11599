import {
  isLooseList,
  isLooseMap,
  type LooseJson,
  parseLooseJson,
  textOfLoose,
} from '../../files/loose-json.ts'

/** A parameter's value as text, or why it cannot be told. */
export type ParamText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'broken'; readonly why: string }

/**
 * What a parameter of a trial was. Storages keep a number for it whatever it is, and its distribution as JSON: of a categorical one the number is
 * the place of the choice, of whole numbers the number itself. Choices come as text, as JSON where they are none (`null`, `true`, `[64, 64]`).
 * Source: `optuna/distributions.py`, with the names of every version.
 */
export function paramText(stored: number | null, distributionJson: string | null): ParamText {
  const parsed = parseLooseJson(distributionJson ?? '')
  if (parsed.kind === 'broken' || !isLooseMap(parsed.value)) return broken('its distribution cannot be read')
  const name = parsed.value.get('name')
  const attributes = parsed.value.get('attributes')
  if (typeof name !== 'string') return broken('its distribution has no name')
  if (stored === null) return broken('it has no value')
  if (name === 'CategoricalDistribution') return choiceAt(attributes, stored)
  if (/^(?:Int|IntUniform|IntLogUniform)Distribution$/.test(name))
    return Number.isInteger(stored) ? text(String(stored)) : broken('a whole number is stored as a fraction')
  if (/^(?:Float|Uniform|LogUniform|DiscreteUniform)Distribution$/.test(name)) return text(String(stored))
  return broken('its distribution is of no kind that is known')
}

function choiceAt(attributes: LooseJson | undefined, stored: number): ParamText {
  const choices = isLooseMap(attributes) ? attributes.get('choices') : undefined
  const choice = isLooseList(choices) ? choices[stored] : undefined
  return choice === undefined ? broken('its choice is none of its distribution') : text(textOfLoose(choice))
}

function text(written: string): ParamText {
  return { kind: 'text', text: written }
}

function broken(why: string): ParamText {
  return { kind: 'broken', why }
}
