import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NarrateError } from '../../src/errors.ts'
import type { RunSourceKind } from '../../src/runs/run-source.ts'
import type { World } from '../../src/world.ts'
import { wrongValues } from './damage-suite.ts'
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
  /** The answer as one that says that there is always one page more. */
  endless(answer: unknown): unknown
  readonly cuts?: number
  readonly flips?: number
}

/** Gives what answers in place of the server; the signal is the request's. */
type Answering = (answer: Response, signal: AbortSignal) => Promise<Response>

const REPORT = process.env.NARRATE_DAMAGE_REPORT
const MEBIBYTE = 1024 * 1024

/**
 * What every adapter over a server must bear: answers that are cut, garbled, of another kind, slow, endless or huge, and connections that break.
 * Nothing but `NarrateError('source')` may be thrown and nothing may hang; no value is read that the server does not have.
 */
export function serverDamageSuite(name: string, fixture: ServerDamageFixture): void {
  const tally = damageTally(name)
  const guard = hangGuard(200)
  describe(`${name} bears damage`, { timeout: 600_000 }, () => {
    let served: Awaited<ReturnType<ServerDamageFixture['serve']>>
    let undamaged: Seen
    let purposes: readonly string[] = []
    const random = seededRandom(20261121)

    beforeAll(async () => {
      served = await fixture.serve()
      const asked = new Set<string>()
      undamaged = await look((purpose) => {
        asked.add(purpose)
        return null
      })
      purposes = [...asked]
    }, 600_000)
    afterAll(async () => {
      await served.close()
      await guard.close()
      tally.save(REPORT, [])
    })

    async function look(damaging: (purpose: string) => Answering | null, seconds = '60'): Promise<Seen> {
      const world: World = {
        ...plainWorld('/nowhere'),
        env: { ...served.env, [fixture.timeLimit]: seconds },
        async fetch(input, init) {
          const answer = await globalThis.fetch(input, init)
          const damage = damaging(fixture.purposeOf(String(input), String(init?.body ?? '')))
          return damage === null ? answer : damage(answer, init?.signal ?? new AbortController().signal)
        },
      }
      try {
        return await readEverything(fixture.kind, served.location, world)
      } catch (error) {
        if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
        return { runs: new Map(), experiments: [], gaps: [], refused: error }
      }
    }

    async function tryOne(
      kind: string,
      purpose: string,
      detail: string,
      answering: Answering,
      changes = false,
    ) {
      tally.tried(kind)
      guard.begin(`${name}: ${kind} ${purpose}: ${detail}`)
      try {
        const seconds = kind === 'slow' || kind === 'huge' ? '1' : '60'
        const seen = await look((asked) => (asked === purpose ? answering : null), seconds)
        if (!changes) expect(wrongValues(seen, undamaged)).toEqual([])
        if (!changes && seen.refused === null && seen.gaps.length === 0)
          expect([...seen.runs.keys()]).toEqual([...undamaged.runs.keys()])
      } catch (error) {
        tally.failed(kind)
        throw new Error(`${kind} ${purpose}: ${detail}`, { cause: error })
      } finally {
        guard.end()
      }
    }

    it('reads runs and histories where nothing is damaged', () => {
      expect(undamaged.refused).toBeNull()
      expect(undamaged.runs.size).toBeGreaterThan(1)
      expect(purposes.length).toBeGreaterThan(2)
    })

    it('answers that are cut', async () => {
      for (const purpose of purposes)
        for (let part = 0; part < (fixture.cuts ?? 6); part += 1)
          await tryOne('cut', purpose, `part ${part}`, async (answer) => {
            const bytes = new Uint8Array(await answer.arrayBuffer())
            return like(answer, bytes.subarray(0, Math.floor((bytes.length * part) / (fixture.cuts ?? 6))))
          })
    })

    it('answers with flipped bits', async () => {
      for (const purpose of purposes)
        for (let flip = 0; flip < (fixture.flips ?? 8); flip += 1)
          await tryOne(
            'flipped',
            purpose,
            `${flip}`,
            async (answer) => {
              const bytes = new Uint8Array(await answer.arrayBuffer())
              for (let count = 0; count < 3 && bytes.length > 0; count += 1) {
                const place = random.whole(0, bytes.length - 1)
                bytes[place] = (bytes[place] ?? 0) ^ (1 << random.whole(0, 7))
              }
              return like(answer, bytes)
            },
            true,
          )
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
      for (const purpose of purposes)
        for (const [detail, text] of texts)
          await tryOne(
            'garbage',
            purpose,
            detail,
            async (answer) => like(answer, new TextEncoder().encode(text)),
            true,
          )
    })

    it('answers of another status', async () => {
      for (const purpose of purposes)
        for (const status of [301, 400, 401, 403, 404, 429, 503])
          await tryOne(
            'refused',
            purpose,
            `status ${status}`,
            async (answer) => {
              await answer.body?.cancel()
              return new Response('no', { status, headers: { 'retry-after': '0' } })
            },
            true,
          )
    })

    it('answers that are slow, endless or huge, and connections that break', async () => {
      for (const purpose of purposes) {
        await tryOne('slow', purpose, 'never', async (_, signal) => never(signal), true)
        await tryOne(
          'slow',
          purpose,
          'a byte now and then',
          async (answer, signal) => like(answer, dripping(signal)),
          true,
        )
        await tryOne(
          'huge',
          purpose,
          'without end',
          async (answer, signal) => like(answer, flooding(signal)),
          true,
        )
        await tryOne(
          'broken',
          purpose,
          'in the middle',
          async (answer) => {
            const bytes = new Uint8Array(await answer.arrayBuffer())
            return like(answer, breaking(bytes.subarray(0, bytes.length >> 1)))
          },
          true,
        )
        await tryOne(
          'broken',
          purpose,
          'before it answers',
          async () => {
            throw new TypeError('fetch failed', {
              cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
            })
          },
          true,
        )
        await tryOne(
          'endless',
          purpose,
          'always one page more',
          async (answer) => {
            const text = await answer.text()
            if (!text.startsWith('{')) return like(answer, new TextEncoder().encode(text))
            return like(answer, new TextEncoder().encode(JSON.stringify(fixture.endless(JSON.parse(text)))))
          },
          true,
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
