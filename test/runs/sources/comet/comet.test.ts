import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseLooseJson } from '../../../../src/runs/files/loose-json.ts'
import { comet } from '../../../../src/runs/sources/comet/comet.ts'
import { parseMessage } from '../../../../src/runs/sources/comet/messages.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { zipOf } from '../../../support/write-zip.ts'
import { archiveOf, archiveRuns, message, metric, param, writeArchives } from './write-archives.ts'

runSourceContract('a folder of archives of Comet', {
  kind: comet,
  alias: 'logs',
  write: writeArchives,
  runs: archiveRuns(),
})

damageSuite('a folder of archives of Comet', {
  kind: comet,
  write: writeArchives,
  hasChecksums: true,
  mostCuts: 50,
  flips: 150,
  async writeNamed(folder, name) {
    const key = '686a483a559e4d659e87e0514a316b13'
    const messages = [
      message('log_other', { key: 'Name', value: name }),
      message('log_other', { key: name, value: name }),
      param(name, name),
      metric(name, 0.5, 1),
      metric('loss', 0.5, 1, name),
      message('file_upload', { additional_params: { fileName: name }, file_path: 'tmp', upload_type: name }),
    ].join('')
    const told = { project_name: name, workspace: name, tags: [name] }
    await writeFile(join(folder, `${key}.zip`), archiveOf(key, messages, told, { tmp: 'x', [name]: 'y' }))
    return folder
  },
  checkNamed(seen, name) {
    expect([...seen.runs.values()].map(({ run }) => run.params.get(name))).toEqual([name])
    for (const { artifacts } of seen.runs.values())
      for (const { path } of artifacts) expect(path).not.toMatch(/\p{Cc}|^\/|(?:^|\/)\.\.(?:\/|$)/u)
  },
  unshown: [
    {
      damage: 'missing',
      file: /-ZvISnT\.zip$/,
      wrong: /^(?:parameter lr = 0\.1|endedAt)/,
      because: 'an experiment that another script went on with is whole without that archive',
    },
    {
      damage: 'linked',
      file: /-ZvISnT\.zip$/,
      wrong: /^(?:parameter lr = 0\.1|endedAt)/,
      because: 'an archive that is a link is none of the folder',
    },
    {
      damage: 'missing',
      file: /a20ab3a1b5b14a3c8a5f3d1cbb0f00aa\.zip$/,
      wrong: /^startedAt/,
      because: 'what went on with an experiment does not say that something came before it',
    },
    {
      damage: 'linked',
      file: /a20ab3a1b5b14a3c8a5f3d1cbb0f00aa\.zip$/,
      wrong: /^startedAt/,
      because: 'an archive that is a link is none of the folder',
    },
  ],
})

describe('an archive of Comet', () => {
  const KEY = '686a483a559e4d659e87e0514a316b13'
  const look = async (bytes: Buffer) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, `${KEY}.zip`), bytes)
    return readEverything(comet, join(folder, `${KEY}.zip`), plainWorld('/'))
  }

  it('is not seen in another zip', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'data.zip'), zipOf([{ name: 'train.csv', content: 'a,b\n' }]))
    expect(await comet.recognises(folder, plainWorld('/'))).toBe(false)
    expect(await comet.detect(folder, plainWorld('/'))).toEqual([])
  })

  it('is found though it is cut, and said to be', async () => {
    const folder = await temporaryFolder()
    const whole = archiveOf(KEY, `${param('lr', 0.1)}${metric('loss', 1, 0)}`)
    await writeFile(join(folder, `${KEY}.zip`), whole.subarray(0, whole.length / 2))
    await writeFile(join(folder, 'of-another-name.zip'), whole.subarray(0, whole.length / 2))
    expect(await comet.detect(folder, plainWorld(folder))).toEqual([folder])
    const { runs, gaps } = await readEverything(comet, join(folder, `${KEY}.zip`), plainWorld(folder))
    expect([runs.size, gaps[0]?.why]).toEqual([
      0,
      'it is no whole zip archive: it may be half written, or damaged',
    ])
    expect(await comet.recognises(join(folder, 'of-another-name.zip'), plainWorld(folder))).toBe(false)
  })

  it('is found in the hidden folder that Comet puts it in', async () => {
    const folder = await temporaryFolder({ '.cometml-runs/x': '' })
    await writeFile(join(folder, '.cometml-runs', `${KEY}.zip`), archiveOf(KEY, metric('loss', 1, 1)))
    expect(await comet.detect(folder, plainWorld('/'))).toEqual([join(folder, '.cometml-runs')])
  })

  it('is unpacked no further than the size it states', async () => {
    const bomb = zipOf([
      { name: 'experiment.json', content: '{}' },
      { name: 'messages.json', content: ' '.repeat(5_000_000), states: 10 },
    ])
    const { runs, gaps } = await look(bomb)
    expect([...runs]).toEqual([])
    expect(new Set(gaps.map(({ why }) => why))).toEqual(
      new Set(['messages.json cannot be read: it cannot be unpacked: it is damaged']),
    )
  })

  it('is not unpacked where it states that it is huge', async () => {
    const { gaps } = await look(
      zipOf([
        { name: 'experiment.json', content: '{}' },
        { name: 'messages.json', content: 'x', states: 3_000_000_000 },
      ]),
    )
    expect(gaps[0]?.why).toBe('messages.json cannot be read: it is larger than 1073741824 bytes')
  })

  it('tells the line of a message that cannot be read, and of a metric that is no number', async () => {
    const { runs, gaps } = await look(
      archiveOf(
        KEY,
        `${metric('loss', 1, 0)}{"type": "met\n${metric('loss', 'much', 1)}${metric('loss', 0.5, 2)}`,
      ),
    )
    expect(
      [...(runs.get(`logs:${KEY}`)?.points.get('loss') ?? [])].map(({ step, value }) => [step, value]),
    ).toEqual([
      [0, 1],
      [2, 0.5],
    ])
    expect(new Set(gaps.map(({ what, where, why }) => `${what} | ${where} | ${why}`))).toEqual(
      new Set([
        `line 2 | ${KEY}.zip/messages.json:2 | it ends too early`,
        `metric loss | ${KEY}.zip/messages.json:3 | much is no number`,
      ]),
    )
  })

  it('is of a run whose end nobody knows where the script was gone before it', async () => {
    const { runs } = await look(archiveOf(KEY, metric('loss', 1, 0), { stop_time: null }))
    expect([...runs.values()].map(({ run }) => [run.status, run.endedAt])).toEqual([['unknown', null]])
  })

  it('says which artifacts are elsewhere', async () => {
    const remote = message('remote_file', {
      additional_params: { fileName: 'data.bin' },
      remote_uri: 's3://b/data',
    })
    const { gaps } = await look(archiveOf(KEY, `${metric('loss', 1, 0)}${remote}`))
    expect(gaps[0]).toMatchObject({ what: 'artifact data.bin', why: 'the artifacts are elsewhere' })
  })
})

it.each([
  [
    { metric: { metricName: 'loss', metricValue: 1, step: 3 }, context: 'train' },
    [{ kind: 'metric', name: 'train_loss', step: 3, time: null }],
  ],
  [
    { metric: { metricName: 'loss', metricValue: 1, step: null, epoch: 4 } },
    [{ kind: 'metric', name: 'loss', step: 4, time: null }],
  ],
  [{ param: { paramName: 'lr', paramValue: 1 } }, [{ kind: 'param', name: 'lr' }]],
  [{ params: { paramName: 'layers', paramValue: [1] } }, [{ kind: 'param', name: 'layers' }]],
  [{ log_other: { key: 'Name', val: 'x' } }, [{ kind: 'other', name: 'Name', value: 'x' }]],
  [{ fileName: 'train.py' }, [{ kind: 'script', path: 'train.py' }]],
  [{ git_meta: { parent: 'abc', branch: 'main' } }, [{ kind: 'git', commit: 'abc', branch: 'main' }]],
  [{ stdout: 'hello' }, [{ kind: 'output', text: 'hello' }]],
  [{ nothing: 'known' }, []],
])('reads the old envelope of %j', (payload, told) => {
  const parsed = parseLooseJson(JSON.stringify({ type: 'ws_msg', payload }))
  if (parsed.kind === 'broken' || !(parsed.value instanceof Map)) throw new Error('no message')
  expect(parseMessage(parsed.value)).toMatchObject(told)
})
