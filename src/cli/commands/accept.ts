import { NarrateError } from '../../errors.ts'
import type { AcceptanceSummary, DocumentSummary } from '../../stores/store.ts'
import type { VerifyFinding } from '../../verify/verify-finding.ts'
import { findIdentity, type Identity } from '../find-identity.ts'
import { findProject } from '../find-project.ts'
import { findingsOfDocument } from '../findings-of-document.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { tellDespite } from '../tell-despite.ts'
import { cleanLine } from '../terminal/clean-text.ts'
import { makePrinter } from '../terminal/printer.ts'

interface Options extends GlobalOptions {
  readonly by?: string
  readonly because?: string
  readonly sign?: boolean
  readonly anyway?: boolean
}

/**
 * `narrate accept ID`: puts a name under a document as it stands, hand edits included: a record of its own, no file is
 * changed. Throws `NarrateError('usage')` where the document was superseded, where that name stands under this very text
 * already, where nobody is named, and where `verify` has findings of it, unless `--anyway` is given: the record then tells
 * how many.
 */
export const accept: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const project = await findProject(world, options.project)
  const store = await parts.store(project, world)
  const { summary } = await store.read(words[0] ?? '')
  const identity = await findIdentity(project, world)
  const by = (options.by ?? identity.author ?? '').trim()
  if (by === '') {
    throw new NarrateError('usage', 'Nobody is named who accepts it.', {
      hint: 'narrate accept ID --by "Your Name"; git config user.name is the default.',
    })
  }
  refuseTwice(summary, by)
  const despite = countKinds(await findingsOfDocument(store, summary.path))
  if (despite !== null && options.anyway !== true) {
    const many = Object.values(despite).reduce((sum, count) => sum + count, 0)
    throw new NarrateError(
      'usage',
      `It was not accepted: verify has ${many === 1 ? 'a finding' : `${many} findings`} of ${summary.id}.`,
      {
        hint: `narrate verify ${summary.id} shows ${many === 1 ? 'it' : 'them'}; --anyway accepts it all the same, on record.`,
      },
    )
  }
  if (options.dryRun === true) {
    print.answer(`Would be accepted by ${by}: ${cleanLine(summary.title)}. --dry-run wrote nothing.`)
    return 0
  }
  const acceptance = await store.accept(summary.id, {
    by,
    email: by === identity.author ? identity.email : null,
    because: options.because?.trim() || null,
    despite,
    sign: options.sign === true ? await signer(identity) : null,
  })
  if (options.json === true) {
    const { id, at, email, because, signed } = acceptance
    print.json({
      acceptance: {
        id,
        document: summary.id,
        by,
        email,
        at: new Date(at).toISOString(),
        because,
        despite,
        signed,
      },
    })
    return 0
  }
  const told = despite === null ? '' : `, ${tellDespite(despite)}`
  print.answer(`Accepted by ${by}${told}${signedWith(acceptance)}: ${cleanLine(summary.title)}`)
  if (summary.edited) print.say('It was edited by hand since it was saved; that text is what was accepted.')
  print.say(print.noteStyle.dim(`Recorded beside the evidence, as ${acceptance.id}; no other file changed.`))
  return 0

  async function signer({ repository }: Identity) {
    if (repository === null) {
      throw new NarrateError('usage', 'There is no git repository to say which key signs.', {
        hint: 'git init, or accept without --sign.',
      })
    }
    const { signText } = await import('../../repository/signature.ts')
    const keys = await repository.signingKeys()
    return (text: string) => signText(text, keys, world)
  }
}

/** Findings counted by kind; null where there are none. */
function countKinds(findings: readonly VerifyFinding[]): Readonly<Record<string, number>> | null {
  if (findings.length === 0) return null
  return Object.fromEntries(
    [...Map.groupBy(findings, ({ kind }) => kind)].map(([kind, of]) => [kind, of.length]),
  )
}

function refuseTwice(summary: DocumentSummary, by: string): void {
  if (summary.supersededBy !== null) {
    throw new NarrateError('usage', `${summary.id} was superseded by ${summary.supersededBy}.`, {
      hint: `narrate accept ${summary.supersededBy}`,
    })
  }
  const before = summary.acceptances.find((one) => one.by === by && one.isOfThisText)
  if (before === undefined) return
  const at = new Date(before.at).toISOString().slice(0, 10)
  throw new NarrateError('usage', `${by} accepted this very text on ${at}.`, {
    hint: '--by names another person.',
  })
}

function signedWith({ signed }: AcceptanceSummary): string {
  return signed === null ? '' : `, signed with ${signed}`
}
