import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseLooseJson } from '../../../../src/runs/files/loose-json.ts'
import { parseDspyProgram } from '../../../../src/runs/programs/dspy-program.ts'
import { dspy } from '../../../../src/runs/sources/dspy/dspy.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { errorOf, plainWorld, sorted } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'
import { trackedKind } from '../../programs/tracked-kind.ts'

const predictor = (instructions: string, demos: readonly unknown[] = [], lm: unknown = null) => ({
  traces: [],
  train: [],
  demos,
  signature: {
    instructions,
    fields: [
      { prefix: 'Question:', description: ['$', '{question}'].join('') },
      { prefix: 'The answer:', description: 'in one word' },
    ],
  },
  lm,
})
const METADATA = { dependency_versions: { python: '3.11', dspy: '3.3.1', cloudpickle: '3.1' } }
const DEMO = { question: 'Where?', answer: 'Here.', augmented: true }
const PROGRAM = {
  'cot.predict': predictor('Answer.', [DEMO], {
    model: 'openai/some',
    temperature: 0.5,
    api_base: 'http://inside',
    api_key: 'secret',
  }),
  'preds[0]': predictor('Say {{it}}.\u0000'),
  metadata: METADATA,
}

async function writePrograms(folder: string): Promise<string> {
  await write(join(folder, 'saved'), {
    'best/program.json': JSON.stringify(PROGRAM, null, 2),
    'bare.json': JSON.stringify({ ...predictor('Answer.'), metadata: METADATA }),
    'other.json': '{"traces": 1}',
  })
  return join(folder, 'saved')
}

const read = (value: unknown) => {
  const parsed = parseLooseJson(JSON.stringify(value))
  const program = parsed.kind === 'json' ? parseDspyProgram(parsed.value) : null
  return program === null ? null : Object.fromEntries(program)
}

it('tells what a program is, without keys and addresses', () => {
  expect(read(PROGRAM)).toEqual({
    'text:cot.predict': 'Answer.',
    'fields:cot.predict': 'question, The answer',
    'demos:cot.predict': JSON.stringify([DEMO]),
    'lm:cot.predict': '{"model":"openai/some","temperature":0.5}',
    'text:preds[0]': 'Say {{it}}.\u0000',
    'fields:preds[0]': 'question, The answer',
    'demos:preds[0]': '[]',
    'version:python': '3.11',
    'version:dspy': '3.3.1',
    'version:cloudpickle': '3.1',
  })
})

it.each([
  ['one predictor alone', predictor('Do.'), 'text:self', 'Do.'],
  [
    'a chain of thought of 2.5',
    { p: { ...predictor('Short.'), extended_signature: { instructions: 'Step by step.', fields: [] } } },
    'text:p',
    'Step by step.',
  ],
  [
    'flat names of 2.4',
    { p: { demos: [], signature_instructions: 'Old.', signature_prefix: 'A:' } },
    'text:p',
    'Old.',
  ],
  ['a language model by its name', { p: predictor('x', [], 'openai/some') }, 'lm:p', 'openai/some'],
])('reads the state of %s', (_, value, name, text) => {
  expect(read(value)?.[name]).toBe(text)
})

it.each([[[]], [{}], [{ a: { demos: [] } }], [{ metadata: METADATA }], ['text']])(
  'takes %j for no program',
  (value) => {
    expect(read(value)).toBeNull()
  },
)

it('finds programs that were saved, and never opens a pickle', async () => {
  const folder = await temporaryFolder({
    'saved/whole/program.pkl': 'cos\nsystem\n(S"false"\ntR.',
    'saved/whole/metadata.json': JSON.stringify(METADATA),
    'mlruns/1/x/artifacts/model.json': JSON.stringify(PROGRAM),
    [`store/${'0a'.repeat(16)}/artifacts/model.json`]: JSON.stringify(PROGRAM),
  })
  await writePrograms(folder)
  expect(await dspy.detect(folder, plainWorld(folder))).toEqual([join(folder, 'saved')])
  const source = await dspy.open(join(folder, 'saved'), 'logs', plainWorld(folder))
  const { values } = await sorted(source.readAll({}))
  expect(
    values.map(({ id, name, experiment, status, params }) => [
      id,
      name,
      experiment.name,
      status,
      params.size,
    ]),
  ).toEqual([
    ['bare.json', 'bare', 'saved', 'unknown', 6],
    ['best/program.json', 'program', 'best', 'unknown', 10],
    ['whole', 'whole', 'saved', 'unknown', 3],
  ])
  expect(values.flatMap(({ gaps }) => gaps)).toEqual([
    {
      kind: 'gap',
      what: 'program',
      where: 'whole/program.pkl',
      why: 'it is kept in a pickle alone, which may run any code when it is opened and is not read',
    },
  ])
  for (const [at, id] of [
    ['saved/whole', '.'],
    ['saved/bare.json', 'bare.json'],
  ] as const) {
    const one = await dspy.open(join(folder, at), 'logs', plainWorld(folder))
    expect((await sorted(one.list({}))).values.map((run) => run.id)).toEqual([id])
  }
  const refused = await errorOf(() => dspy.open(join(folder, 'store'), 'logs', plainWorld(folder)))
  expect(refused.message).toBe(`${join(folder, 'store')} holds no program that DSPy saved.`)
})

it('tells the program that MLflow kept of an evaluation, where its parameters do not', async () => {
  const folder = await temporaryFolder({
    'eval_0/model.json': JSON.stringify(PROGRAM),
    'eval_1/model.json': JSON.stringify(PROGRAM),
    'eval_2/model.json': '{"cut',
  })
  const evaluated = { params: { lm_params: '{}' }, metrics: { eval: [[0, 50]] as const } }
  const source = await trackedKind({
    eval_0: evaluated,
    eval_1: { ...evaluated, params: { lm_params: '{}', 'P.cot.predict.signature.instructions': 'Answer.' } },
    eval_2: evaluated,
  }).open(folder, 'logs', plainWorld(folder))
  const { values } = await sorted(source.readAll({}))
  expect(values.map(({ params }) => [...params.keys()])).toEqual([
    [
      'demos:cot.predict',
      'demos:preds[0]',
      'fields:cot.predict',
      'fields:preds[0]',
      'lm:cot.predict',
      'lm_params',
      'text:cot.predict',
      'text:preds[0]',
      'version:cloudpickle',
      'version:dspy',
      'version:python',
    ],
    [
      'P.cot.predict.signature.instructions',
      'demos:preds[0]',
      'fields:preds[0]',
      'lm_params',
      'text:preds[0]',
      'version:cloudpickle',
      'version:dspy',
      'version:python',
    ],
    ['lm_params'],
  ])
  expect(values[0]?.origins.params.get('text:preds[0]')).toEqual({
    source: 'logs',
    file: 'eval_0/model.json',
  })
  expect(values.map(({ gaps }) => gaps.map(({ what, why }) => `${what}: ${why}`))).toEqual([
    [],
    [],
    ['program model.json: it ends too early'],
  ])
  const { values: experiments } = await sorted(source.experiments())
  expect(experiments[0]?.primaryMetric).toEqual({ name: 'eval', greaterIsBetter: true })
})

damageSuite('saved programs of DSPy', {
  kind: dspy,
  write: writePrograms,
  hasMetrics: false,
  mostCuts: 150,
  flips: 200,
  async writeNamed(folder, name) {
    await write(join(folder, 'saved'), { 'program.json': JSON.stringify({ [name]: predictor(name) }) })
    return join(folder, 'saved')
  },
})
