import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/json.ts'
import { digestOf } from '../../src/stores/canonical-json.ts'
import { type ChainRecord, checkChain, headsOf } from '../../src/stores/chain.ts'

const link = ({ id, evidence }: ChainRecord) => ({ id, digest: digestOf(evidence) })

function record(id: string, previous: readonly ChainRecord[], content = 'as saved'): ChainRecord {
  const evidence: JsonObject = { content, previous: previous.map(link) }
  return { id, evidence }
}

const a = record('a', [])
const b = record('b', [a])
const c = record('c', [a])
const d = record('d', [b, c])

describe('checkChain', () => {
  it('finds nothing wrong with a chain that forked and was merged, in any order', () => {
    expect(checkChain([d, b, a, c])).toEqual({ breaks: [], heads: [link(d)] })
  })

  it('says which record is missing, and who names it', () => {
    expect(checkChain([a, c, d])).toEqual({
      breaks: [{ kind: 'missing', ...link(b), namedBy: 'd' }],
      heads: [link(d)],
    })
  })

  it('says which record was altered, and who names it', () => {
    const altered = record('a', [], 'not as saved')
    expect(checkChain([altered, b, c, d]).breaks).toEqual([
      { kind: 'altered', ...link(a), namedBy: 'b' },
      { kind: 'altered', ...link(a), namedBy: 'c' },
    ])
  })

  it('cannot see the loss of the newest', () => {
    expect(checkChain([a, b, c])).toEqual({ breaks: [], heads: [link(b), link(c)] })
  })

  it('takes a record whose links cannot be read for one that names nobody', () => {
    expect(checkChain([{ id: 'x', evidence: { previous: 'nobody' } }]).heads).toHaveLength(1)
  })
})

describe('headsOf', () => {
  const all = new Map([a, b, c, d].map((one) => [one.id, checkable(one)]))

  function checkable({ evidence }: ChainRecord) {
    return (evidence.previous as readonly { id: string; digest: string }[]).map((previous) => previous)
  }

  it.each<[string, readonly string[], readonly string[]]>([
    ['the one that nobody names', ['a', 'b', 'c', 'd'], ['d']],
    ['both ends of a fork', ['a', 'b', 'c'], ['b', 'c']],
    ['what is complete below an unfinished one', ['a', 'b'], ['b']],
    ['nothing that a complete one rests on through an incomplete one', ['a', 'd'], ['d']],
    ['nothing where nothing is complete', [], []],
  ])('are %s', (_name, complete, expected) => {
    expect(headsOf(all, (id) => complete.includes(id))).toEqual(expected)
  })
})
