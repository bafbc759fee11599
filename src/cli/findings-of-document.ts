import type { Store } from '../stores/store.ts'
import type { Composer } from '../verify/rederive.ts'
import type { VerifyFinding } from '../verify/verify-finding.ts'
import { verifyStore } from '../verify/verify-store.ts'

/** What `verify` finds of one document, by its path; what it finds of the store beside it is not of the document. */
export async function findingsOfDocument(
  store: Store,
  path: string,
  composer: Composer,
): Promise<readonly VerifyFinding[]> {
  const { documents } = await verifyStore(store, composer, new Set([path]), () => undefined)
  return documents.flatMap(({ findings }) => findings)
}
