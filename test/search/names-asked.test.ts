import { describe, expect, test } from 'vitest'
import { namesAsked } from '../../src/search/names-asked.ts'

const NAMES = ['Test_of_interface_6', 'Test_of_interface', 'latent96', 'latent9', 'churn', '20e', 'xgb-s1']

describe('namesAsked', () => {
  test.each<[string, readonly string[]]>([
    ['Test_of_interface_6', ['Test_of_interface_6']],
    ['what was the test of interface 6?', ['Test_of_interface_6']],
    ['Test_of_interface_7', []],
    ['latent 96 against xgb-s1', ['latent96', 'xgb-s1']],
    ['latent96.', ['latent96']],
    ['what of churn?', []],
    ['after 20 e', []],
    ['my_latent96', []],
  ])('%s holds %j', (question, expected) => {
    expect(namesAsked(question, NAMES).names).toEqual(expected)
  })

  test('hears a name in whatever case, and in letters whose case is not the plain one', () => {
    for (const question of ['LATENT 96?', 'te\u017ft of interface 6', 'was latent-96 best?'])
      expect(namesAsked(question, NAMES).names).toHaveLength(1)
  })

  test('gives the question without them', () => {
    expect(namesAsked('F1 of latent 96', NAMES).rest.trim()).toBe('F1 of')
  })
})
