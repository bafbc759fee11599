import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { NarrateError } from '../../src/errors.ts'
import type { RunSourceKind } from '../../src/runs/run-source.ts'
import type { World } from '../../src/world.ts'
import { missingOf, throwAll, withoutRun, wrongValues } from './damage-suite.ts'
import { damageTally } from './damage-tally.ts'
import { hangGuard } from './hang-guard.ts'
import { readEverything, type Seen } from './read-everything.ts'
import { plainWorld } from './run-source-contract.ts'
import { seededRandom } from './seeded-random.ts'

/** What the test of an adapter over a server brings. */
export interface ServerDamageFixture {
  readonly kind: RunSourceKind
  /** Starts a stand-in that serves some runs; gives where it is, and what to say in the environment. */
  serve(): Promise<{ readonly location: string; readonly env: World['env']; close(): Promise<void> }>
  /** The variable of the environment that says how many seconds an answer may take. */
  readonly timeLimit: string
  /** What a request is for, by its address and body: requests of one purpose are damaged alike. */
  purposeOf(url: string, body: string): string
  /** The answer as one that says that there is always one page more, of that name. */
  endless(answer: unknown, name: string): unknown
  /** A request without the name of the page that it is for: it is answered with the first. */
  firstPage(url: string, body: string): { readonly url: string; readonly body: string }
  /**
   * Where an answer cannot show its damage, and something is read wrong or is missing in silence: each with its reason. Flips are let pass
   * without, since JSON has no checksums.
   */
  readonly unshown?: readonly {
    readonly damage: DamagedAnswer
    readonly purpose: RegExp
    /** Of the damages of this kind only some. */
    readonly detail?: RegExp
    /** What is read wrong then, in the words of `wrongValues` and `missingOf`. */
    readonly wrong: RegExp
    readonly because: string
  }[]
  /** How many places of the answers of a purpose are cut at. Default: 6; where a report is asked for, every byte. */
  readonly cuts?: number
  readonly flips?: number
}

/** How an answer is damaged. */
export type DamagedAnswer = 'cut' | 'flipped' | 'garbage' | 'refused' | 'slow' | 'huge' | 'broken' | 'endless'

/** Gives what answers in place of the server; the signal is the request's. */
type Answering = (answer: Response, signal: AbortSignal) => Promise<Response>

const REPORT = process.env.NARRATE_DAMAGE_REPORT
const MEBIBYTE = 1024 * 1024

/**
 * What every adapter over a server must bear: answers that are cut, garbled, of another kind, slow, endless or huge, and connections that break.
 * Nothing but `NarrateError('source')` may be thrown and nothing may hang; no value is read that the server does not have, and nothing that it
 * has is missing without a gap.
 */
export function serverDamageSuite(name: string, fixture: ServerDamageFixture): void {
  const tally = damageTally(name)
  const guard = hangGuard(200)
  const used = new Map<object, number>()
  describe(`${name} bears damage`, { timeout: REPORT === undefined ? 600_000 : 3_600_000 }, () => {
    let served: Awaited<ReturnType<ServerDamageFixture['serve']>>
    let undamaged: Seen
    /** What answers are for, with the bytes of the longest of each. */
    const purposes = new Map<string, number>()
    const random = seededRandom(20261121)

    beforeAll(async () => {
      served = await fixture.serve()
      undamaged = await look((purpose) => async (answer) => {
        const bytes = new Uint8Array(await answer.arrayBuffer())
        purposes.set(purpose, Math.max(bytes.length, purposes.get(purpose) ?? 0))
        return like(answer, bytes)
      })
    }, 600_000)
    afterAll(async () => {
      await served.close()
      await guard.close()
      tally.save(
        REPORT,
        (fixture.unshown ?? []).map((each) => ({
          damage: each.damage,
          file: each.purpose.source,
          detail: each.detail?.source ?? '',
          wrong: each.wrong.source,
          because: each.because,
          used: used.get(each) ?? 0,
        })),
      )
    })

    async function look(
      damaging: (purpose: string) => Answering | null,
      seconds = '60',
      asksFirst = (_purpose: string): boolean => false,
    ): Promise<Seen> {
      const world: World = {
        ...plainWorld('/nowhere'),
        env: { ...served.env, [fixture.timeLimit]: seconds },
        async fetch(input, init) {
          const asked = { url: String(input), body: String(init?.body ?? '') }
          const purpose = fixture.purposeOf(asked.url, asked.body)
          const { url, body } = asksFirst(purpose) ? fixture.firstPage(asked.url, asked.body) : asked
          const answer = await globalThis.fetch(url, init?.body ? { ...init, body } : init)
          const damage = damaging(purpose)
          return damage === null ? answer : damage(answer, init?.signal ?? new AbortController().signal)
        },
      }
      try {
        return await readEverything(fixture.kind, served.location, world)
      } catch (error) {
        if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
        return { runs: new Map(), experiments: [], gaps: [], refused: error, refusals: [] }
      }
    }

    const faults: unknown[] = []

    /** Looks where every answer of one purpose is damaged; what fails is kept for `throwFaults`. */
    async function tryOne(
      kind: DamagedAnswer,
      purpose: string,
      detail: string,
      answering: Answering,
      asksFirst = false,
    ) {
      tally.tried(kind)
      guard.begin(`${name}: ${kind} ${purpose}: ${detail}`)
      try {
        const seconds = kind === 'slow' || kind === 'huge' ? '1' : '60'
        const seen = await look(
          (asked) => (asked === purpose ? answering : null),
          seconds,
          (asked) => asksFirst && asked === purpose,
        )
        const rules = (fixture.unshown ?? []).filter(
          (each) => each.damage === kind && each.purpose.test(purpose) && each.detail?.test(detail) !== false,
        )
        const isUnshown = (told: string): boolean => {
          const rule = rules.find((each) => each.wrong.test(withoutRun(told)))
          if (rule !== undefined) used.set(rule, (used.get(rule) ?? 0) + 1)
          return rule !== undefined
        }
        const isSilent = seen.refused === null && seen.gaps.length === 0 && seen.refusals.length === 0
        const told = [...wrongValues(seen, undamaged), ...(isSilent ? missingOf(seen, undamaged) : [])]
        if (kind !== 'flipped') expect(told.filter((each) => !isUnshown(each))).toEqual([])
      } catch (error) {
        tally.failed(kind)
        const why = error instanceof Error ? error.message : String(error)
        faults.push(new Error(`${kind} ${purpose}: ${detail}: ${why}`, { cause: error }))
      } finally {
        guard.end()
      }
    }
    afterEach(() => throwAll(faults.splice(0)))

    it('reads runs and histories where nothing is damaged', () => {
      expect(undamaged.refused).toBeNull()
      expect(undamaged.runs.size).toBeGreaterThan(1)
      expect(purposes.size).toBeGreaterThan(2)
    })

    it('answers that are cut', async () => {
      for (const [purpose, longest] of purposes) {
        const cuts = REPORT === undefined ? Math.min(longest, fixture.cuts ?? 6) : longest
        for (let cut = 0; cut < cuts; cut += 1) {
          const length = Math.floor((cut * longest) / cuts)
          await tryOne('cut', purpose, `at byte ${length}`, async (answer) => {
            const bytes = new Uint8Array(await answer.arrayBuffer())
            return like(answer, bytes.subarray(0, length))
          })
        }
      }
    })

    it('answers with flipped bits', async () => {
      for (const purpose of purposes.keys())
        for (let flip = 0; flip < (fixture.flips ?? 8); flip += 1)
          await tryOne('flipped', purpose, `${flip}`, async (answer) => {
            const bytes = new Uint8Array(await answer.arrayBuffer())
            for (let count = 0; count < 3 && bytes.length > 0; count += 1) {
              const place = random.whole(0, bytes.length - 1)
              bytes[place] = (bytes[place] ?? 0) ^ (1 << random.whole(0, 7))
            }
            return like(answer, bytes)
          })
    })

    it('answers of another kind', async () => {
      const texts: readonly (readonly [string, string])[] = [
        ['nothing', ''],
        ['a page', '<!doctype html><title>Sign in</title>'],
        ['null', 'null'],
        ['a list', '[]'],
        ['an empty object', '{}'],
        ['a number', '7'],
        ['nested lists', '['.repeat(100_000)],
        [
          'lists of what is not expected',
          '{"runs":[7,null,[]],"experiments":[{}],"data":{"project":{"runs":{"edges":[null,7]}}}}',
        ],
      ]
      for (const purpose of purposes.keys())
        for (const [detail, text] of texts)
          await tryOne('garbage', purpose, detail, async (answer) =>
            like(answer, new TextEncoder().encode(text)),
          )
    })

    it('answers of another status', async () => {
      for (const purpose of purposes.keys())
        for (const status of [301, 400, 401, 403, 404, 429, 503])
          await tryOne('refused', purpose, `status ${status}`, async (answer) => {
            await answer.body?.cancel()
            return new Response('no', { status, headers: { 'retry-after': '0' } })
          })
    })

    it('answers that are slow, endless or huge, and connections that break', async () => {
      for (const purpose of purposes.keys()) {
        await tryOne('slow', purpose, 'never', async (_, signal) => never(signal))
        await tryOne('slow', purpose, 'a byte now and then', async (answer, signal) =>
          like(answer, dripping(signal)),
        )
        await tryOne('huge', purpose, 'without end', async (answer, signal) => like(answer, flooding(signal)))
        await tryOne('broken', purpose, 'in the middle', async (answer) => {
          const bytes = new Uint8Array(await answer.arrayBuffer())
          return like(answer, breaking(bytes.subarray(0, bytes.length >> 1)))
        })
        await tryOne('broken', purpose, 'before it answers', async () => {
          throw new TypeError('fetch failed', {
            cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
          })
        })
        let page = 0
        for (const [detail, name, asksFirst] of [
          ['always the same page once more', () => 'once more', false],
          ['always one page more, with nothing in it', () => `page ${page++}`, false],
          ['always the first page, under a new name', () => `page ${page++}`, true],
        ] as const)
          await tryOne(
            'endless',
            purpose,
            detail,
            async (answer) => {
              const text = await answer.text()
              if (!text.startsWith('{')) return like(answer, new TextEncoder().encode(text))
              const endless = JSON.stringify(fixture.endless(JSON.parse(text), name()))
              return like(answer, new TextEncoder().encode(endless))
            },
            asksFirst,
          )
      }
    })

    it('tells how many inputs were tried', async ({ annotate }) => {
      await annotate(`${name}: ${tally.inputs()} damaged answers`)
      expect(tally.inputs()).toBeGreaterThan(50)
    })
  })
}

function like(answer: Response, body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>): Response {
  const headers = new Headers(answer.headers)
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) headers.delete(name)
  return new Response(body, { status: answer.status, headers })
}

function never(signal: AbortSignal): Promise<Response> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

function dripping(signal: AbortSignal): ReadableStream<Uint8Array> {
  return streaming(signal, 50, new TextEncoder().encode(' '))
}

function flooding(signal: AbortSignal): ReadableStream<Uint8Array> {
  return streaming(signal, 0, new Uint8Array(MEBIBYTE).fill(0x20))
}

/** Bytes without end, until the request is given up. */
function streaming(signal: AbortSignal, pause: number, bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      signal.addEventListener('abort', () => {
        try {
          controller.error(signal.reason)
        } catch {
          // Given up already.
        }
      })
    },
    async pull(controller) {
      await new Promise((resolve) => {
        setTimeout(resolve, pause)
      })
      if (!signal.aborted) controller.enqueue(bytes)
    },
  })
}

function breaking(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let sent = false
  return new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new TypeError('terminated'))
      else controller.enqueue(bytes)
      sent = true
    },
  })
}
