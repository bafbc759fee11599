import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { folders } from '../../../../src/runs/sources/folders/folders.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { runSourceContract } from '../../../support/run-source-contract.ts'
import { write } from '../../../support/write-files.ts'
import { foldersRuns, writeFolders } from './write-folders.ts'

runSourceContract('a folder of experiments', {
  kind: folders,
  alias: 'logs',
  write: writeFolders,
  runs: foldersRuns,
})

damageSuite('a folder of experiments', {
  kind: folders,
  write: writeFolders,
  unshown: ['cut', 'growing'].map((damage) => ({
    damage: damage as 'cut',
    file: /metadata\.yaml$/,
    wrong: /^note /,
    because: 'a text of several lines in YAML may end after any of them',
  })),
  async writeNamed(folder, name) {
    const safe = name.replaceAll(/[/\0]/g, '_').slice(0, 200)
    const run = join('experiments', /^\.*$|^ $/.test(safe) ? `run ${safe}` : safe)
    await mkdir(join(folder, run), { recursive: true })
    const text = JSON.stringify(name)
    await write(join(folder, run), {
      'params.json': `{${text}: ${text}}`,
      'metrics.json': `{${text}: 0.5}`,
      'metadata.yaml': `name: ${text}\nauthor: ${text}\nstatus: ${text}\n`,
    })
    return join(folder, 'experiments')
  },
})
