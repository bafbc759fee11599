import { mlflow } from '../../../../src/runs/sources/mlflow/mlflow.ts'
import { serverDamageSuite } from '../../../support/server-damage-suite.ts'
import { contractLog } from './contract-log.ts'
import { serveStore } from './serve-store.ts'

serverDamageSuite('MLflow, server', {
  kind: mlflow,
  async serve() {
    const served = await serveStore(contractLog)
    return { location: served.url, env: {}, close: served.close }
  },
  unshown: [
    {
      damage: 'garbage',
      purpose: /(?:experiments|runs)\/search$/,
      detail: /^an empty object$/,
      wrong: /^run /,
      because: 'a server that has none answers with an empty object',
    },
  ],
  timeLimit: 'MLFLOW_HTTP_REQUEST_TIMEOUT',
  purposeOf: (url) => new URL(url).pathname,
  endless: (answer, name) => ({ ...(answer as object), next_page_token: name }),
  firstPage: (url, body) => ({
    url: url.replace(/&?page_token=[^&]*/, ''),
    body: body.replace(/,"page_token":"[^"]*"/, ''),
  }),
})
