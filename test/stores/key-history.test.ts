import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyHistory } from '../../src/stores/key-history.ts'

const EVER = Number.NEGATIVE_INFINITY

/** Relinks at the times 10, 20, …, each as pairs of keys. */
function history(...steps: readonly (readonly (readonly [string, string])[])[]) {
  return keyHistory(
    steps.map((links, index) => ({
      id: `relinked-${index}`,
      at: (index + 1) * 10,
      links: links.map(([from, to]) => ({ from, to, why: '' })),
    })),
  )
}

describe('the history of keys', () => {
  test('without relinks leaves every key as it is', () => {
    const none = history()
    expect([none.now('a:1', EVER), none.formerly('a:1'), none.everCalled('a:1'), none.givenUp]).toEqual([
      'a:1',
      [],
      ['a:1'],
      [],
    ])
  })

  test('follows a key that was given up, and then its next one', () => {
    const { now, formerly, everCalled, givenUp } = history([['a:1', 'b:1']], [['b:1', 'c:1']])
    expect([now('a:1', 5), now('b:1', 15), now('c:1', 5)]).toEqual(['c:1', 'c:1', 'c:1'])
    expect(formerly('c:1')).toEqual(['a:1', 'b:1'])
    expect(everCalled('a:1')).toEqual(['c:1'])
    expect(givenUp).toEqual(['a:1', 'b:1'])
  })

  test('a key in a document that was saved after the relink is the key of another run', () => {
    const { now } = history([['a:1', 'b:1']])
    expect([now('a:1', 10), now('a:1', 11)]).toEqual(['b:1', 'a:1'])
  })

  test('a run that moved there and back has its first key again, and nothing goes round in circles', () => {
    const { now, formerly, everCalled } = history([['a:1', 'b:1']], [['b:1', 'a:1']])
    expect([now('a:1', 5), now('b:1', 15), now('a:1', 25)]).toEqual(['a:1', 'a:1', 'a:1'])
    expect(formerly('a:1')).toEqual(['b:1'])
    expect(everCalled('b:1')).toEqual(['a:1'])
  })

  test('two runs that changed their keys for each other at once are not mixed up', () => {
    const { now } = history([
      ['a:1', 'a:2'],
      ['a:2', 'a:1'],
    ])
    expect([now('a:1', EVER), now('a:2', EVER)]).toEqual(['a:2', 'a:1'])
  })

  test('a key that was given up by two runs in turn may be either of them', () => {
    const { now, everCalled } = history([['a:1', 'b:1']], [['a:1', 'c:1']])
    expect([now('a:1', 5), now('a:1', 15)]).toEqual(['b:1', 'c:1'])
    expect(everCalled('a:1').toSorted()).toEqual(['b:1', 'c:1'])
  })

  test('leads from every name that a run ever had to the one that it has, whatever moved when', () => {
    const keys = fc.constantFrom('a:1', 'a:2', 'b:1', 'b:2', 'c:1', 'c:2')
    fc.assert(
      fc.property(fc.array(fc.array(fc.tuple(keys, keys), { minLength: 1, maxLength: 3 })), (tried) => {
        // Three runs; a step moves those that it names to keys that no other has then.
        const held = new Map([
          ['x', 'a:1'],
          ['y', 'a:2'],
          ['z', 'b:1'],
        ])
        const steps: (readonly (readonly [string, string])[])[] = []
        const names: { readonly run: string; readonly key: string; readonly at: number }[] = []
        const note = (): void => {
          for (const [run, key] of held) names.push({ run, key, at: steps.length * 10 + 5 })
        }
        note()
        for (const links of tried) {
          const next = new Map(held)
          for (const [from, to] of links) for (const [run, key] of held) if (key === from) next.set(run, to)
          if (new Set(next.values()).size < next.size) continue
          const made = [...next].flatMap(([run, to]) => {
            const from = held.get(run) ?? to
            return from === to ? [] : [[from, to] as const]
          })
          if (made.length === 0) continue
          steps.push(made)
          for (const [run, key] of next) held.set(run, key)
          note()
        }
        const { now, formerly, everCalled } = history(...steps)
        for (const { run, key, at } of names) {
          const present = held.get(run)
          expect(now(key, at)).toBe(present)
          if (key !== present) expect(formerly(present ?? '')).toContain(key)
          if (at < steps.length * 10 && now(key, at) !== key) expect(everCalled(key)).toContain(present)
        }
      }),
    )
  })
})
