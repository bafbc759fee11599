import type { Store } from '../stores/store.ts'
import type { VerifyFinding } from '../verify/verify-finding.ts'
import { verifyStore } from '../verify/verify-store.ts'
import { PACKAGE_ROOT, readVersion } from './package-root.ts'
import { templateEngine } from './template-engine.ts'

/** What `verify` finds of one document, by its path; what it finds of the store beside it is not of the document. */
export async function findingsOfDocument(store: Store, path: string): Promise<readonly VerifyFinding[]> {
  const composer = { templates: templateEngine(PACKAGE_ROOT), version: readVersion() }
  const { documents } = await verifyStore(store, composer, new Set([path]), () => undefined)
  return documents.flatMap(({ findings }) => findings)
}
