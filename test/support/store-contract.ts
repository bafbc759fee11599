import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Document } from '../../src/documents/document.ts'
import { NarrateError } from '../../src/errors.ts'
import { type Gap, isGap } from '../../src/gap.ts'
import type { DocumentQuery, DocumentSummary, Store } from '../../src/stores/store.ts'

/** A store under test: `open` gives it as a new process would see it. */
export interface StoreUnderTest {
  readonly open: () => Store
  readonly remove: () => Promise<void>
}

/** A log entry in miniature. */
export function sampleDocument(changes: Partial<Document> = {}): Document {
  const {
    id = '2026-11-20-smote-and-lag-features-7f3a',
    kind = 'log',
    title = 'SMOTE and lag features',
    date = '2026-11-20',
    runs = ['mlflow:2/3fa2c1', 'mlflow:2/9bd044'],
  } = changes
  return {
    id,
    kind,
    title,
    date,
    runs,
    notes: ['a1b2c3d4e5f60718'],
    frontMatter: { id, kind, title, date, runs, narrate: '0.1.0' },
    body: `# ${title}\n\n**Inconclusive.** r1 and r2 differ as much.\n`,
    evidence: {
      told: [{ key: 'mlflow:2/3fa2c1', status: 'finished', endedAt: 1_795_000_000_000 }],
      facts: [{ address: 'r1.metric["auc"].last', value: 0.8471 }],
    },
    supersedes: null,
    ...changes,
  }
}

/** What a list yields, summaries and gaps apart. */
export async function listed(
  store: Store,
  query: DocumentQuery = {},
): Promise<{ readonly summaries: readonly DocumentSummary[]; readonly gaps: readonly Gap[] }> {
  const summaries: DocumentSummary[] = []
  const gaps: Gap[] = []
  for await (const found of store.list(query)) {
    if (isGap(found)) gaps.push(found)
    else summaries.push(found)
  }
  return { summaries, gaps }
}

/** What every store promises. */
export function storeContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name}, as every store`, () => {
    let underTest: StoreUnderTest

    beforeEach(async () => {
      underTest = await make()
    })

    afterEach(async () => {
      await underTest.remove()
    })

    async function idsOf(query: DocumentQuery): Promise<readonly string[]> {
      return (await listed(underTest.open(), query)).summaries.map(({ id }) => id)
    }

    it('is empty before the first save', async () => {
      expect(await listed(underTest.open())).toEqual({ summaries: [], gaps: [] })
    })

    it('gives back what was saved, to another process too', async () => {
      const document = sampleDocument()
      const summary = await underTest.open().save(document)
      expect(summary).toMatchObject({
        id: document.id,
        kind: 'log',
        title: 'SMOTE and lag features',
        date: '2026-11-20',
        runs: document.runs,
        notes: document.notes,
        told: [{ key: 'mlflow:2/3fa2c1', status: 'finished', endedAt: 1_795_000_000_000 }],
        supersedes: null,
        supersededBy: null,
        edited: false,
        acceptances: [],
      })
      const stored = await underTest.open().read(document.id)
      expect(stored.summary).toEqual(summary)
      expect(stored.markdown).toContain(document.body)
      expect(stored.evidence).toMatchObject({ ...document.evidence, body: document.body, schemaVersion: 1 })
      expect(await listed(underTest.open())).toEqual({ summaries: [summary], gaps: [] })
    })

    it('gives a second document of the same id another ending, and keeps the first', async () => {
      const store = underTest.open()
      const first = await store.save(sampleDocument())
      const second = await store.save(sampleDocument({ body: '# Another\n' }))
      expect(second.id).toMatch(/^2026-11-20-smote-and-lag-features-[0-9a-f]{4}$/)
      expect(second.id).not.toBe(first.id)
      expect((await store.read(first.id)).markdown).toContain('**Inconclusive.**')
      const { markdown, evidence } = await store.read(second.id)
      expect(markdown).toContain(`id: ${second.id}`)
      expect(markdown).not.toContain(first.id)
      expect(evidence.id).toBe(second.id)
    })

    it('names the newest record it knows as previous', async () => {
      const store = underTest.open()
      const first = await store.save(sampleDocument())
      const second = await store.save(sampleDocument({ id: '2026-11-21-next-0000' }))
      expect((await store.read(first.id)).evidence.previous).toEqual([])
      expect((await store.read(second.id)).evidence.previous).toEqual([
        { id: first.id, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ])
    })

    it('puts names under a document without changing it, and chains the next record to them', async () => {
      const store = underTest.open()
      const { id } = await store.save(sampleDocument())
      const before = await store.read(id)
      const approval = {
        by: 'Ada',
        email: 'ada@example.org',
        because: 'for the pilot',
        despite: null,
        sign: null,
      }
      const accepted = await store.accept(id, approval)
      await store.accept(id, { ...approval, by: 'Bo', email: null, because: null })
      const after = await underTest.open().read(id)
      expect(after.markdown).toBe(before.markdown)
      expect(after.evidence).toEqual(before.evidence)
      expect(after.summary.acceptances).toMatchObject([
        {
          ...accepted,
          by: 'Ada',
          email: 'ada@example.org',
          because: 'for the pilot',
          signed: null,
          isOfThisText: true,
        },
        { by: 'Bo', email: null, because: null, isOfThisText: true },
      ])
      expect(await idsOf({})).toEqual([id])
      const next = await store.save(sampleDocument({ id: '2026-11-21-next-0000' }))
      expect((await store.read(next.id)).evidence.previous).toEqual([
        { id: after.summary.acceptances[1]?.id, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ])
    })

    it('hands the whole of an acceptance to whoever signs it', async () => {
      const store = underTest.open()
      const { id } = await store.save(sampleDocument())
      const signed: string[] = []
      const { signed: format } = await store.accept(id, {
        by: 'Ada',
        email: null,
        because: null,
        despite: null,
        sign: async (text) => {
          signed.push(text)
          return { format: 'ssh', text: 'a signature' }
        },
      })
      expect(format).toBe('ssh')
      expect(JSON.parse(signed[0] ?? '')).toMatchObject({ kind: 'acceptance', by: 'Ada', of: { id } })
    })

    it('refuses to accept what is not there', async () => {
      const approval = { by: 'Ada', email: null, because: null, despite: null, sign: null }
      await expect(underTest.open().accept('2026-11-20-nothing-0000', approval)).rejects.toThrow(
        'No document',
      )
    })

    it('lists by date, and by the time of saving within a day', async () => {
      const store = underTest.open()
      await store.save(sampleDocument({ id: '2026-11-21-c-0001', date: '2026-11-21' }))
      await store.save(sampleDocument({ id: '2026-11-20-b-0002' }))
      await store.save(sampleDocument({ id: '2026-11-20-a-0003' }))
      expect(await idsOf({})).toEqual(['2026-11-20-b-0002', '2026-11-20-a-0003', '2026-11-21-c-0001'])
    })

    it('filters by kind, run, dates and text', async () => {
      const store = underTest.open()
      const log = '2026-11-20-a-0001'
      const plan = '2026-11-21-b-0002'
      await store.save(sampleDocument({ id: log, runs: ['mlflow:2/3fa2c1'], title: 'Émile wins' }))
      await store.save(
        sampleDocument({ id: plan, kind: 'plan', date: '2026-11-21', runs: ['wandb:team/p/9bd044'] }),
      )
      const table: readonly [DocumentQuery, readonly string[]][] = [
        [{}, [log, plan]],
        [{ kind: 'plan' }, [plan]],
        [{ kind: 'decision' }, []],
        [{ run: 'mlflow:2/3fa2c1' }, [log]],
        [{ run: '2/3fa' }, [log]],
        [{ run: '9bd' }, [plan]],
        [{ run: 'a2c1' }, []],
        [{ since: '2026-11-21' }, [plan]],
        [{ until: '2026-11-20' }, [log]],
        [{ since: '2026-11-20', until: '2026-11-21' }, [log, plan]],
        [{ text: 'ÉMILE' }, [log]],
        [{ text: 'inconclusive', kind: 'plan' }, [plan]],
        [{ text: 'nowhere' }, []],
      ]
      for (const [query, expected] of table) {
        expect(await idsOf(query), JSON.stringify(query)).toEqual(expected)
      }
    })

    it('finds by id, by its beginning, by its last four characters, else by what it contains', async () => {
      const store = underTest.open()
      await store.save(sampleDocument({ id: '2026-11-20-beta-aaaa' }))
      await store.save(sampleDocument({ id: '2026-11-20-beta-aaaa-again-bbbb' }))
      await store.save(sampleDocument({ id: '2026-11-21-gamma-cccc' }))
      const table: readonly [string, readonly string[]][] = [
        ['2026-11-20-beta-aaaa', ['2026-11-20-beta-aaaa']],
        ['2026-11-21', ['2026-11-21-gamma-cccc']],
        ['cccc', ['2026-11-21-gamma-cccc']],
        ['gamma', ['2026-11-21-gamma-cccc']],
        ['2026-11-20', ['2026-11-20-beta-aaaa', '2026-11-20-beta-aaaa-again-bbbb']],
        ['delta', []],
        ['', []],
      ]
      for (const [text, expected] of table) {
        expect(
          (await store.find(text)).map(({ id }) => id),
          text,
        ).toEqual(expected)
      }
    })

    it('says which documents a text may mean, or that there is none', async () => {
      const store = underTest.open()
      await store.save(sampleDocument({ id: '2026-11-20-a-0001' }))
      await store.save(sampleDocument({ id: '2026-11-20-b-0002' }))
      const table: readonly [string, string][] = [
        ['2026-11-20', '"2026-11-20" may be any of 2 documents.'],
        ['2031', 'has an id like "2031".'],
        ['../../etc/passwd', 'has an id like "../../etc/passwd".'],
      ]
      for (const [text, message] of table) {
        const error = await store.read(text).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(NarrateError)
        expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining(message) })
      }
    })

    it('shows by what a document was superseded', async () => {
      const store = underTest.open()
      const old = await store.save(sampleDocument({ id: '2026-11-20-old-0001' }))
      const young = await store.save(
        sampleDocument({ id: '2026-11-21-new-0002', date: '2026-11-21', supersedes: old.id }),
      )
      const { summaries } = await listed(store, { until: '2026-11-20' })
      expect(summaries).toEqual([{ ...old, supersededBy: young.id }])
    })

    it('saves one after the other when asked all at once', async () => {
      const numbers = ['0001', '0002', '0003', '0004', '0005', '0006']
      const saved = await Promise.all(
        numbers.map((number) => underTest.open().save(sampleDocument({ id: `2026-11-20-x-${number}` }))),
      )
      const store = underTest.open()
      const previous = await Promise.all(
        saved.map(async ({ id }) => (await store.read(id)).evidence.previous),
      )
      expect(previous.filter((links) => Array.isArray(links) && links.length === 0)).toHaveLength(1)
      expect(new Set(previous.map((links) => JSON.stringify(links))).size).toBe(numbers.length)
    })
  })
}
