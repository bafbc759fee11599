import { join } from 'node:path'
import type { ExpectedRun } from '../../../support/run-source-contract.ts'
import { write } from '../../../support/write-files.ts'
import { zipOf } from '../../../support/write-zip.ts'

const KEYS = [
  '686a483a559e4d659e87e0514a316b13',
  '747ec85be62548f091174f73c4ba8f0d',
  'a20ab3a1b5b14a3c8a5f3d1cbb0f00aa',
] as const
const START = Date.UTC(2026, 10, 2, 9)

/** A message as a line of `messages.json`. */
export function message(type: string, payload: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ payload, type })}\n`
}

export function metric(name: string, value: unknown, step: number | null, context?: string): string {
  return message('metric_msg', {
    ...(context === undefined ? {} : { context }),
    local_timestamp: START + 1000 * (step ?? 0),
    metric: { epoch: null, metricName: name, metricValue: value, step },
  })
}

export function param(name: string, value: unknown): string {
  return message('parameter_msg', {
    local_timestamp: START,
    param: { paramName: name, paramValue: value, source: 'manual', step: null },
  })
}

/** The archive of an experiment: its messages, and what it says of itself beside what is the same in all. */
export function archiveOf(
  id: string,
  messages: string,
  told: Readonly<Record<string, unknown>> = {},
  uploads: Readonly<Record<string, string>> = {},
): Buffer {
  const experiment = {
    offline_id: id,
    project_name: 'churn',
    workspace: 'lab',
    start_time: START,
    stop_time: START + 60_000,
    tags: [],
    resume_strategy: 'create',
    customer_error_reported: false,
    customer_error_message: null,
    ...told,
  }
  return zipOf([
    { name: 'experiment.json', content: JSON.stringify(experiment) },
    ...Object.entries(uploads).map(([name, content]) => ({ name, content })),
    { name: 'messages.json', content: messages },
  ])
}

/** Three offline experiments as `comet_ml` leaves them: one that finished, one that raised, one that another script went on with. */
export async function writeArchives(parent: string): Promise<string> {
  const folder = join(parent, 'runs')
  const [first, second, third] = KEYS
  const machine = message('system_details', { user: 'ana', hostname: 'gpu-1', python_version: '3.11.7' })
  await write(folder, {
    [`${first}.zip`]: archiveOf(
      first,
      [
        message('file_name', { file_name: '/home/ana/train.py' }),
        machine,
        message('log_other', { key: 'Name', value: 'baseline' }),
        message('log_other', { key: 'Notes', value: 'It went well.' }),
        param('lr', 0.001),
        param('lr', 0.01),
        param('seed', '123456789012345678'),
        param('curr_step', 2),
        metric('sys.cpu.percent.avg', 12.5, null),
        metric('loss', 1, 0),
        metric('loss', 0.5, 1),
        metric('loss', 'NaN', 2),
        metric('acc', 0.75, 2, 'train'),
        message('standard_output', { output: 'hello', stderr: false }),
        message('standard_output', { output: '\n', stderr: false }),
        message('file_upload', {
          additional_params: { fileName: 'models/model.txt', step: 2 },
          file_path: 'tmpo6afuvhy',
          upload_type: 'asset',
        }),
      ].join(''),
      { tags: ['keep'] },
      { tmpo6afuvhy: 'weights' },
    ),
    [`${second}.zip`]: archiveOf(
      second,
      [
        machine,
        message('log_other', { key: 'Name', value: 'crashing' }),
        metric('loss', 2, 1),
        message('git_metadata', { git_metadata: { branch: 'refs/heads/main', parent: '8629df7d' } }),
      ].join(''),
      {
        start_time: START + 3_600_000,
        stop_time: START + 3_660_000,
        customer_error_reported: true,
        customer_error_message: "Unexpected error detected in the user script: RuntimeError('boom')",
      },
    ),
    [`${third}-ZvISnT.zip`]: archiveOf(third, `${param('lr', 0.5)}${metric('loss', 0.25, 9)}`, {
      project_name: null,
      workspace: null,
      start_time: START + 9_000_000,
      stop_time: START + 9_060_000,
    }),
    [`${third}.zip`]: archiveOf(third, `${param('lr', 0.1)}${metric('loss', 1, 1)}`, {
      start_time: START + 7_200_000,
      stop_time: START + 7_260_000,
    }),
  })
  return folder
}

/** What must be read of them. */
export function archiveRuns(): readonly ExpectedRun[] {
  const [first, second, third] = KEYS
  const experiment = { id: 'lab/churn', name: 'churn' }
  const machine = { host: 'gpu-1', python_version: '3.11.7' }
  return [
    {
      key: `logs:${first}`,
      id: first,
      name: 'baseline',
      experiment,
      user: 'ana',
      status: 'finished',
      startedAt: START,
      endedAt: START + 60_000,
      parent: null,
      params: { lr: '0.01', seed: '123456789012345678' },
      tags: { ...machine, keep: 'true' },
      metrics: {
        loss: [
          [0, 1],
          [1, 0.5],
          [2, Number.NaN],
        ],
        train_acc: [[2, 0.75]],
      },
      artifacts: { 'models/model.txt': 'weights', 'output.log': 'hello\n' },
    },
    {
      key: `logs:${second}`,
      id: second,
      name: 'crashing',
      experiment,
      user: 'ana',
      status: 'failed',
      startedAt: START + 3_600_000,
      endedAt: START + 3_660_000,
      parent: null,
      params: {},
      tags: { ...machine, error: "Unexpected error detected in the user script: RuntimeError('boom')" },
      metrics: { loss: [[1, 2]] },
    },
    {
      key: `logs:${third}`,
      id: third,
      name: third,
      experiment,
      user: null,
      status: 'finished',
      startedAt: START + 7_200_000,
      endedAt: START + 9_060_000,
      parent: null,
      params: { lr: '0.5' },
      tags: {},
      metrics: {
        loss: [
          [1, 1],
          [9, 0.25],
        ],
      },
    },
  ]
}
