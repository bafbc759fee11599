import { wandb } from '../../../../src/runs/sources/wandb/wandb.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { runSourceContract } from '../../../support/run-source-contract.ts'
import { CONTRACT_FILES, CONTRACT_RUNS } from './contract-runs.ts'
import { writeWandb } from './write-runs.ts'

runSourceContract('a wandb folder', {
  kind: wandb,
  alias: 'wandb',
  write: (folder) => writeWandb(folder, CONTRACT_FILES),
  runs: CONTRACT_RUNS,
})

// The suite looks at all of it for every damage; a few files hold every part of the format.
const DAMAGED = Object.fromEntries(
  Object.entries(CONTRACT_FILES).filter(([path]) => !/bb22cc33|requirements/.test(path)),
)

damageSuite('a wandb folder', {
  kind: wandb,
  write: (folder) => writeWandb(folder, DAMAGED),
  writeNamed: writeNamed,
  mostCuts: 25,
  flips: 80,
  hasChecksums: true,
  unshown: [
    ...(['missing', 'linked'] as const).map((damage) => ({
      damage,
      file: /cc33dd44$/,
      wrong: /./,
      because: 'that a resumed run had another directory, nothing else tells',
    })),
    {
      damage: 'flipped',
      file: /\.(?:jsonl|json|yaml|log)$|settings$/,
      wrong: /./,
      because: 'text files carry no checksums; a .wandb log does',
    },
  ],
})

/** A run in which everything bears one name; its directory only where the file system and W&B let it. */
function writeNamed(folder: string, name: string): Promise<string> {
  return writeWandb(folder, {
    'run-20261120_090000-plain/run-plain.wandb': [
      {
        kind: 'run',
        id: 'plain',
        project: name,
        name,
        group: name,
        notes: name,
        tags: [name],
        host: name,
        start: Date.UTC(2026, 10, 20, 9),
        config: { [name]: JSON.stringify(name) },
      },
      { kind: 'environment', username: name, args: [name], program: name },
      { kind: 'history', step: 0, values: { [name]: '1', text: JSON.stringify(name) } },
      { kind: 'output', line: name },
      { kind: 'exit' },
    ],
  })
}
