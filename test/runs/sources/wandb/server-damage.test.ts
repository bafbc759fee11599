import { wandb } from '../../../../src/runs/sources/wandb/wandb.ts'
import { serverDamageSuite } from '../../../support/server-damage-suite.ts'
import { SERVED_RUNS } from './contract-served.ts'
import { serveProject } from './serve-project.ts'

serverDamageSuite('W&B, server', {
  kind: wandb,
  async serve() {
    const served = await serveProject(SERVED_RUNS)
    return {
      location: 'wandb://team/shop',
      env: { WANDB_BASE_URL: served.url },
      close: served.close,
    }
  },
  timeLimit: 'WANDB_HTTP_TIMEOUT',
  purposeOf: (url, body) =>
    /"operationName":"(\w+)"/.exec(body)?.[1] ?? new URL(url).pathname.split('/')[1] ?? '',
  endless: (answer, name) =>
    JSON.parse(
      JSON.stringify(answer)
        .replaceAll('"hasNextPage":false', '"hasNextPage":true')
        .replaceAll(/"endCursor":"[^"]*"/g, `"endCursor":"${name}"`),
    ) as unknown,
  firstPage: (url, body) => ({ url, body: body.replace(/,?"after":"[^"]*"/, '') }),
})
