import { showTime } from '../render/show-time.ts'
import type { DocumentSummary } from '../stores/store.ts'
import { tellDespite } from './tell-despite.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { renderTable } from './terminal/render-table.ts'
import type { Style } from './terminal/style.ts'

/** What happened to a document at a time. */
export interface HistoryEvent {
  readonly at: number
  readonly what: 'drafted' | 'accepted' | 'redacted' | 'superseded'
  readonly document: string
  readonly by: string | null
  /** What else is to be said, in a few words. */
  readonly detail: string
}

/**
 * What happened to a document and those that it superseded or that superseded it, oldest first. `authorOf` gives who drafted a document, and with which model.
 */
export function historyOf(
  line: readonly DocumentSummary[],
  authorOf: (id: string) => { readonly author: string | null; readonly model: string | null },
): readonly HistoryEvent[] {
  return (
    line
      .flatMap((one): HistoryEvent[] => {
        const { author, model } = authorOf(one.id)
        const next = line.find(({ supersedes }) => supersedes === one.id)
        return [
          {
            at: one.savedAt,
            what: 'drafted',
            document: one.id,
            by: author,
            detail: model === null || model === 'none' ? 'without a model' : `with ${model}`,
          },
          ...one.acceptances.map(({ at, by, signed, because, despite, isOfThisText }) => ({
            at,
            what: 'accepted' as const,
            document: one.id,
            by,
            detail: [
              signed === null ? '' : `signed with ${signed}`,
              isOfThisText ? '' : 'edited since',
              tellDespite(despite),
              because === null ? '' : `“${because}”`,
            ]
              .filter((text) => text !== '')
              .join(', '),
          })),
          ...one.redactions.map(({ at, by, why, places }) => ({
            at: Date.parse(at),
            what: 'redacted' as const,
            document: one.id,
            by,
            detail: [
              `${places} ${places === 1 ? 'place' : 'places'}`,
              ...(why === null ? [] : [`“${why}”`]),
            ].join(', '),
          })),
          ...(next === undefined
            ? []
            : [
                {
                  at: next.savedAt,
                  what: 'superseded' as const,
                  document: one.id,
                  by: null,
                  detail: `by ${next.id}`,
                },
              ]),
        ]
      })
      // What was drafted at a moment stands before what it superseded.
      .toSorted((left, right) => left.at - right.at || (left.what < right.what ? -1 : 1))
  )
}

/** The documents before it and after it, by what supersedes what. A circle, which only a hand can make, is walked once. */
export function lineageOf(
  document: DocumentSummary,
  all: readonly DocumentSummary[],
): readonly DocumentSummary[] {
  const line = new Set([document])
  const waiting = [document]
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    for (const other of all) {
      const isNext = other.supersedes === one.id || one.supersedes === other.id
      if (!isNext || [...line].some(({ id }) => id === other.id)) continue
      line.add(other)
      waiting.push(other)
    }
  }
  return [...line]
}

/** The history as a table for the terminal, oldest first, in the user's zone. */
export function renderHistory(
  events: readonly HistoryEvent[],
  look: { readonly width: number; readonly style: Style; readonly timeZone: string },
): string {
  const several = new Set(events.map(({ document }) => document)).size > 1
  const rows = events.map(({ at, what, document, by, detail }) => [
    showTime(at, look.timeZone),
    what,
    ...(several ? [cleanLine(document).slice(-4)] : []),
    cleanLine(by ?? ''),
    cleanLine(detail),
  ])
  return renderTable(
    [
      { head: 'time' },
      { head: 'what' },
      ...(several ? [{ head: 'id' }] : []),
      { head: 'by' },
      { head: '', least: 12 },
    ],
    rows,
    look.width,
    look.style,
  )
}
