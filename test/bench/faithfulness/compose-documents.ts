import path from 'node:path'
import { templateEngine } from '../../../src/cli/template-engine.ts'
import type { LogDraft } from '../../../src/documents/log-draft.ts'
import { logKind } from '../../../src/documents/log-kind.ts'
import { type Drafted, draftDocument } from '../../../src/narrate.ts'
import { scriptedModel } from '../../support/scripted-model.ts'
import type { BenchCase } from './case.ts'
import type { Ground } from './ground.ts'

export const VERSION = '0.1.0'

export const templates = templateEngine(path.resolve(import.meta.dirname, '../../..'))

type Said = BenchCase['statement']

/** A finished entry over a history, drafted by a model that answers with these statements and never mends them. */
export function composeDocument(ground: Ground, statements: readonly Said[]): Promise<Drafted> {
  const reply = JSON.stringify(draftOf(statements))
  return draftDocument({
    kind: logKind,
    subject: {},
    evidence: ground.evidence,
    model: scriptedModel([reply, reply, reply]),
    noModelBecause: null,
    templates,
    promptTokens: 24_000,
    timeLimitMilliseconds: 60_000,
    maxOutputTokens: 4000,
    signal: new AbortController().signal,
    onProgress: () => {},
    dayEndsAtHour: 4,
    noteIds: [],
    author: null,
    version: VERSION,
    settingsDigest: '00',
    supersedes: null,
    mask: (text) => text,
  })
}

/** Statements dealt out over the sections of a draft, two or three to each. */
function draftOf(statements: readonly Said[]): LogDraft {
  const all = statements.map(({ text, basis, checks }) => ({ text, basis, checks: [...checks] }))
  return {
    title: '',
    title_checks: [],
    conclusions: [],
    table: { axis: null, metrics: [], remarks: all.slice(0, 3) },
    discrepancies: [],
    reading: all.slice(3, 6),
    unworked: all.slice(6, 9),
    decisions: [],
    next_steps: [],
    suggestions: all.slice(9, 11),
    questions: all.slice(11, 12),
  }
}
