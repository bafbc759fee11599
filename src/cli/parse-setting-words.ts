import { NarrateError } from '../errors.ts'

/** Words like `lr=0.1` as parameters. Throws `NarrateError('usage')` for a word of another form and a name given twice. */
export function parseSettingWords(words: readonly string[]): ReadonlyMap<string, string> {
  const params = new Map<string, string>()
  for (const word of words) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(word) ?? []
    if (name === undefined || value === undefined || name.trim() === '') {
      throw new NarrateError('usage', `"${word}" is no setting.`, {
        hint: 'Write a name, = and a value: lr=0.1',
      })
    }
    if (params.has(name.trim())) {
      throw new NarrateError('usage', `${name.trim()} is given twice.`, { hint: 'Give each parameter once.' })
    }
    params.set(name.trim(), value.trim())
  }
  return params
}
