import { directoryStore } from './directory-store.ts'

/** The kinds of store there are, by the name that narrate.yaml may one day choose them by. */
export const stores = { directory: directoryStore } as const
