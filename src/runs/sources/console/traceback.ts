/** How a program ended that Python tells of. */
export interface Failure {
  /** The exception with its message, one line. */
  readonly text: string
  /** Whether somebody stopped it. */
  readonly isStopped: boolean
}

const RANK = /^\[rank\d+\]:\s?/
const BEGIN = /^Traceback \(most recent call last\):/
const EXCEPTION = /^(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:: .*|:)?$/
/** What launchers raise of themselves when what they launched has failed. */
const LAUNCHERS = /(?:ChildFailedError|CalledProcessError)\b/
const LONGEST = 500

/** Follows the lines of a log for a traceback; what went on after it makes it no end (`forget`). */
export function followTraceback(): {
  see(line: string): void
  forget(): void
  failure(): Failure | null
} {
  let isInside = false
  let failure: Failure | null = null
  return {
    see(line) {
      const text = line.replace(RANK, '')
      if (BEGIN.test(text)) {
        isInside = true
        return
      }
      if (!isInside || text === '' || /^\s/.test(text)) return
      isInside = false
      if (!EXCEPTION.test(text) || (failure !== null && LAUNCHERS.test(text))) return
      failure = { text: text.slice(0, LONGEST), isStopped: /^KeyboardInterrupt\b/.test(text) }
    },
    forget() {
      isInside = false
      failure = null
    },
    failure: () => failure,
  }
}
