import { describe, expect, test } from 'vitest'
import { parseSettings } from '../../src/cli/read-settings.ts'
import { writtenSettings } from '../../src/cli/written-settings.ts'
import { NarrateError } from '../../src/errors.ts'

function complaint(text: string): string {
  try {
    parseSettings(text, 'narrate.yaml')
  } catch (error) {
    if (error instanceof NarrateError) return `${error.kind}: ${error.message} ${error.hint ?? ''}`.trim()
    throw error
  }
  return 'none'
}

describe('narrate.yaml', () => {
  test('an empty file, and a key with nothing behind it, leave everything at its default', () => {
    expect(parseSettings('', 'narrate.yaml')).toEqual(parseSettings('goal:\nmetrics:\n', 'narrate.yaml'))
    expect(parseSettings('', 'narrate.yaml').store).toBe('narrative')
  })

  test.each([
    [
      'goal: x\nsorces:\n  - at: a',
      'configuration: narrate.yaml:2: there is no setting called "sorces". Did you mean "sources"?',
    ],
    [
      'metrics:\n  primary: auc\n  direction: {}',
      'configuration: narrate.yaml:3: there is no setting called "metrics.direction". Did you mean "directions"?',
    ],
    [
      'sources:\n  - at: a\n    as: a\n  - at: b\n    az: b',
      'configuration: narrate.yaml:4: sources[2].as is missing. Add it.',
    ],
    [
      'sources:\n  - at: mlruns\n    as: My Runs',
      'configuration: narrate.yaml:3: sources[1].as is not well formed: lower-case letters, digits, - and _, beginning with a letter. Change the value, for instance to "main".',
    ],
    [
      'sources:\n  - at: 7\n    as: a',
      'configuration: narrate.yaml:2: sources[1].at must be text. Put the value in quotes.',
    ],
    [
      'production: old-model',
      'configuration: narrate.yaml:1: production must be a list ("- one" on lines of their own). See the comments that `narrate init` writes.',
    ],
    [
      'production: [12345678]',
      'configuration: narrate.yaml:1: production[1] must be text. Put the value in quotes.',
    ],
    [
      'commits: maybe',
      'configuration: narrate.yaml:1: commits must be true or false. See the comments that `narrate init` writes.',
    ],
    [
      '# a\n\nmetrics:\n  directions:\n    loss: down',
      'configuration: narrate.yaml:5: metrics.directions.loss must be "higher" or "lower". Change the value.',
    ],
    [
      'promptTokens: 5',
      'configuration: narrate.yaml:1: promptTokens must be at least 2000. Raise the value.',
    ],
    [
      'costs: { perHour: 0 }',
      'configuration: narrate.yaml:1: costs.perHour must be more than 0. Raise the value.',
    ],
    ['project: ""', 'configuration: narrate.yaml:1: project is empty. Write a text, or leave it out.'],
    [
      'endpoint: localhost',
      'configuration: narrate.yaml:1: endpoint is not a URL: Invalid URL. Write it whole, like http://localhost:11434/v1.',
    ],
    [
      '- a\n- b',
      'configuration: narrate.yaml:1: the file must hold "name: value" lines. `narrate init` in an empty folder writes one to start from.',
    ],
    [
      'sources:\n  - {at: a, as: x}\n  - {at: b, as: x}',
      'configuration: narrate.yaml: two sources are called "x". Give each source an alias of its own (as: …): run keys begin with it.',
    ],
    [
      'users: ines',
      'configuration: narrate.yaml:1: users must be all, or a list of names in quotes ("[ines, tom]"). Change the value.',
    ],
    [
      'day:\n  zone: Mars/Olympus',
      'configuration: narrate.yaml: day.zone "Mars/Olympus" is no time zone. Write one like Europe/Oslo or UTC, or leave it out: then the zone of the machine is used.',
    ],
    [
      'project: *gone',
      'configuration: narrate.yaml: an anchor or alias (&name, *name) leads nowhere. Write the value itself in the place of the *name, or in quotes where it is text.',
    ],
    [
      'notes: &all [*all]',
      'configuration: narrate.yaml: an anchor or alias (&name, *name) leads nowhere. Write the value itself in the place of the *name, or in quotes where it is text.',
    ],
    [
      '---\nproject: a\n---\nproject: b\n',
      'configuration: narrate.yaml:3: this is not YAML: Source contains multiple documents. Indent with spaces, and put text that holds a colon or a # in quotes.',
    ],
  ])('%j is answered in one sentence with its line', (text, sentence) => {
    expect(complaint(text)).toBe(sentence)
  })

  test('aliases of aliases of aliases are refused, not unfolded', () => {
    const doubled = Array.from({ length: 12 }, (_, at) => {
      const before = at === 0 ? 'x' : `*a${at - 1}`
      return `a${at}: &a${at} [${Array.from({ length: 9 }, () => before).join(', ')}]`
    })
    expect(complaint(doubled.join('\n'))).toMatch(/^configuration: narrate\.yaml: an anchor or alias/)
  })

  test('YAML that does not parse is answered with its line', () => {
    expect(complaint('project: a\ngoal: "open\n')).toMatch(
      /^configuration: narrate\.yaml:[23]: this is not YAML: /,
    )
  })

  test('the file that init writes is read back with what was found, and every comment in it would be accepted', () => {
    const text = writtenSettings({
      project: 'churn: the "second" try',
      sources: [{ kind: 'mlflow', at: 'runs/mlruns', as: 'mlflow' }],
    })
    const settings = parseSettings(text, 'narrate.yaml')
    expect(settings.project).toBe('churn: the "second" try')
    expect(settings.sources).toEqual([{ at: 'runs/mlruns', as: 'mlflow', kind: 'mlflow' }])

    const switchedOn = text.replace(/^( *)# (?=[a-zA-Z]+: [^ ]|[a-zA-Z]+:$)(?!What|Whose|Files)/gm, '$1')
    const all = parseSettings(switchedOn, 'narrate.yaml')
    expect(all.metrics.primary).toBe('val_auc')
    expect(all.sources[0]?.experiments).toEqual(['churn'])
    expect(all.day).toEqual({ endsAtHour: 4, zone: 'Europe/Oslo' })
    expect(all.mask).toEqual(['customer-\\d+'])
    expect(all.users).toEqual(['ola', 'ola.nordmann'])
  })
})
