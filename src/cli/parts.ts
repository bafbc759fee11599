import type { Model, Prompt } from '../models/model.ts'
import type { ChooseOptions, ModelChoice } from '../models/registry.ts'
import type { RunSourceKind } from '../runs/run-source.ts'
import type { Store } from '../stores/store.ts'
import type { World } from '../world.ts'
import type { Project } from './find-project.ts'

/** The adapters that commands put together. Each is loaded when first asked for; tests hand in their own. */
export interface Parts {
  sourceKinds(): Promise<readonly RunSourceKind[]>
  store(project: Project, world: World): Promise<Store>
  chooseModel(options: ChooseOptions): Promise<ModelChoice>
  /** The body of the request that a prompt becomes: exactly what would leave the machine. */
  requestBody(model: Model, prompt: Prompt, maxOutputTokens: number): Promise<object>
}

export const PARTS: Parts = {
  sourceKinds: async () => (await import('../runs/registry.ts')).RUN_SOURCE_KINDS,
  store: async ({ root, settings }, world) => {
    const { stores } = await import('../stores/registry.ts')
    return stores.directory({ root, folder: settings.store, world })
  },
  chooseModel: async (options) => (await import('../models/registry.ts')).chooseModel(options),
  requestBody: async ({ provider, name }, prompt, maxOutputTokens) =>
    (await import('../models/registry.ts')).requestBody({ provider, name }, prompt, maxOutputTokens),
}
