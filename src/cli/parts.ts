import type { RunSourceKind } from '../runs/run-source.ts'

/** The adapters that commands put together. Each is loaded when first asked for; tests hand in their own. */
export interface Parts {
  sourceKinds(): Promise<readonly RunSourceKind[]>
}

export const PARTS: Parts = {
  sourceKinds: async () => [],
}
