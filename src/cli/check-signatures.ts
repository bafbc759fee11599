import { parseAcceptance, signedText } from '../stores/acceptance.ts'
import type { Store } from '../stores/store.ts'
import { bySeriousness, found, type VerifyFinding, type VerifyNotice } from '../verify/verify-finding.ts'
import type { VerifiedFile, VerifiedStore } from '../verify/verify-store.ts'
import type { World } from '../world.ts'
import type { Project } from './find-project.ts'

/**
 * What was verified, with the signatures of those who accepted the documents: a bad one is a finding of its document, a
 * good one is told, and so is one that this machine cannot check.
 */
export async function withSignatures(
  verified: VerifiedStore,
  recordIds: readonly string[],
  store: Pick<Store, 'evidence'>,
  project: Project,
  world: World,
): Promise<VerifiedStore> {
  const told = new Map<string, { readonly findings: VerifyFinding[]; readonly notices: VerifyNotice[] }>()
  for (const id of recordIds.filter((one) => one.includes('-accepted-'))) {
    const evidence = await store.evidence(id)
    const acceptance = 'value' in evidence ? parseAcceptance(evidence.value) : null
    if (acceptance?.signature == null || !('value' in evidence)) continue
    const { checkSignature } = await import('../repository/signature.ts')
    const allowed = await allowedSigners(project, world)
    const check = await checkSignature(signedText(evidence.value), acceptance.signature, allowed, world)
    const of = told.get(acceptance.of.id) ?? { findings: [], notices: [] }
    told.set(acceptance.of.id, of)
    if (check.kind === 'bad')
      of.findings.push(
        found(
          'signature',
          null,
          `The signature under the acceptance by ${acceptance.by} is bad: ${check.why}.`,
        ),
      )
    else
      of.notices.push({
        kind: 'signature',
        count: 1,
        says:
          check.kind === 'good'
            ? `Accepted by ${acceptance.by}; signed by ${check.signer}${check.isKnown ? '' : ', a key that nobody here vouches for'}.`
            : `Accepted by ${acceptance.by}; the signature was not checked: ${check.why}.`,
      })
  }
  return { ...verified, documents: verified.documents.map((one) => withTold(one, told.get(one.id))) }
}

function withTold(
  document: VerifiedFile,
  told: Pick<VerifiedFile, 'findings' | 'notices'> | undefined,
): VerifiedFile {
  if (told === undefined) return document
  return {
    ...document,
    findings: bySeriousness([...document.findings, ...told.findings]),
    notices: [...document.notices, ...told.notices],
  }
}

async function allowedSigners(project: Project, world: World): Promise<string | null> {
  const { openRepository } = await import('../repository/git.ts')
  const repository = await openRepository(project.root, world)
  return repository === null || 'why' in repository ? null : (await repository.signingKeys()).allowedSigners
}
