import { printRun } from '../claims/print-value.ts'
import { reconstructionKind } from '../documents/reconstruction/reconstruction-kind.ts'
import { NarrateError } from '../errors.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { judgeSetup } from '../evidence/setup/judge-setup.ts'
import {
  type CheckOutcome,
  type ReproductionCheck,
  reproductionChecks,
  runChecks,
} from '../evidence/setup/reproduction-checks.ts'
import { emptySubject } from '../evidence/setup/setup-subject.ts'
import type { DocumentSession } from './document-session.ts'
import { findRunOrName } from './find-run.ts'
import { gatherMatter } from './gather-matter.ts'
import type { ReconstructOptions } from './gather-reconstruction.ts'
import { openSources, requireSources } from './open-sources.ts'

/** Holds a new run against the checks of the one that it reproduces, and prints each. Gives the exit code: 1 where one fails. */
export async function checkReproduction(
  typed: string,
  other: string,
  session: DocumentSession<ReconstructOptions>,
): Promise<number> {
  const { options, parts, print, project, world } = session
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  const [key, newKey] = await (async () => {
    try {
      requireSources(opened)
      return [(await findRunOrName(typed, opened)).key, (await findRunOrName(other, opened)).key]
    } finally {
      await opened.close()
    }
  })()
  if (key === newKey)
    throw new NarrateError('usage', 'A run reproduces itself.', { hint: 'Name the new run behind --check.' })
  const subject = emptySubject(key)
  const { evidence } = await gatherMatter(
    {
      kind: reconstructionKind,
      subject,
      isTold: (run) => run.key === key || run.key === newKey,
      span: null,
      withUndatedNotes: false,
      isCited: () => false,
    },
    session,
  )
  const target = evidence.runs.find(({ run }) => run.key === key)
  const reproduced = evidence.runs.find(({ run }) => run.key === newKey)
  if (target === undefined || reproduced === undefined)
    throw new NarrateError('source', 'A run that was found could not be read.', {
      hint: '`narrate runs show` tells why.',
    })
  const outcomes = runChecks(
    reproductionChecks(judgeSetup(evidence, subject), evidence),
    target,
    reproduced,
    evidence,
  )
  const failed = outcomes.filter(({ outcome }) => outcome === 'fails')
  if (options.json === true) {
    print.json({
      run: key,
      reproduction: newKey,
      holds: failed.length === 0,
      checks: outcomes.map(({ check, outcome, actual }) => ({ ...check, outcome, actual })),
    })
  } else {
    const open = outcomes.filter(({ outcome }) => outcome === 'open').length
    print.answer(
      [
        `${printRun(reproduced.address, evidence)} as a reproduction of ${printRun(target.address, evidence)}`,
        ...outcomes.map((one) => `  ${one.outcome.padEnd(5)}  ${describe(one, evidence)}`),
        failed.length === 0
          ? `It holds${open === 0 ? '' : `, as far as can be told: ${open} of ${outcomes.length} open`}.`
          : `${failed.length} of ${outcomes.length} checks ${failed.length === 1 ? 'fails' : 'fail'}.`,
      ].join('\n'),
    )
  }
  return failed.length === 0 ? 0 : 1
}

function describe({ check, actual }: CheckOutcome, { metrics }: Evidence): string {
  return `${nameOf(check, metrics)}: ${actual}`
}

function nameOf(check: ReproductionCheck, metrics: Evidence['metrics']): string {
  switch (check.kind) {
    case 'status':
      return 'status'
    case 'settings':
      return `${check.params.length} logged settings`
    case 'data':
      return `data, digest ${check.digests.join(', ')}`
    case 'commit':
      return `commit ${check.commit.slice(0, 12)}`
    case 'steps':
      return `last step of ${check.metric}, ${check.lastStep}`
    case 'metric': {
      const unit = metrics.unit(check.metric)
      return `${check.metric} ${check.expected}${unit === null ? '' : ` ${unit}`} ± ${Number(check.tolerance.toPrecision(2))} (${GROUND[check.ground]})`
    }
    case 'duration':
      return `duration ${Number(check.seconds.toPrecision(3))} s, within a factor of ${check.factor}`
    default:
      return check satisfies never
  }
}

const GROUND = {
  repeats: 'came out the same before',
  still: 'the same whatever the seed',
  replicates: 'what seeds move it by',
  convention: 'by convention',
} as const
