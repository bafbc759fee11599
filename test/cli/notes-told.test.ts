import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DRAFT, type VerifiedProject, verifiedProject } from '../support/verified-project.ts'

const NOTE = `the workhorse got val_f1 0.2870

Heute haben wir alle Läufe noch einmal gemacht und es ist sehr gut. lgbm-s2-f1 hatte val_auc 0,7610, das war alles.

# After bug fix eval

xgb-s3-f1 looks the same
`
const DAY = ['--all-users', '--since', '2026-03-09', '--until', '2026-03-09']
const NOW = { now: Date.parse('2026-03-09T22:00:00Z') }

let project: VerifiedProject
let id: string
let visible: string
let folded: string
beforeAll(async () => {
  project = await verifiedProject([], DRAFT)
  const { stdout } = await project.run(['log', '-m', NOTE, '--yes', '--json', ...DAY], NOW)
  id = (JSON.parse(stdout) as { document: { id: string } }).document.id
  const text = await project.markdown(id)
  visible = text.split('<details>')[0] ?? ''
  folded = text.slice(visible.length)
}, 60_000)
afterAll(() => project.remove())

describe('an entry', () => {
  test('proposes a name that the note has for a run, with its run, and links none by it', () => {
    expect(folded).toMatch(
      /Likely names of runs, none applied \(narrate\.yaml keeps one under aliases\): “workhorse” – \[12a4eed7\]\(#r4\)\./,
    )
    expect(visible).not.toContain('workhorse')
  })

  test('holds names and figures of a German passage against the log and says that the rest was not', () => {
    expect(visible).toContain('“lgbm-s2-f1 hatte val_auc 0,7610”')
    expect(folded).toMatch(/Not checked but for names and figures \(German\): “Heute haben wir/)
  })

  test('shows a change that only the notes tell of as noted, with its place', () => {
    expect(visible + folded).toMatch(/Noted, not logged: “After bug fix eval” \([^)]+\.md:\d+\)/)
  })

  test('is verified with no finding', async () => {
    const { code, stdout } = await project.run(['verify', id, '--json'])
    expect([code, JSON.parse(stdout).findings]).toEqual([0, []])
  })
})
