import { describe, expect, test } from 'vitest'
import { cutApart, cutInFront, widthApart } from '../../src/cli/terminal/cut-apart.ts'
import { displayWidth } from '../../src/cli/terminal/display-width.ts'

describe('names of one column', () => {
  test.each([
    ['fit', ['a', 'bcd'], 3, ['a', 'bcd']],
    ['differ in front', ['euc_run_of_may', 'hyp_run_of_may'], 8, ['euc_run…', 'hyp_run…']],
    ['differ at their ends', ['train_model_00001', 'train_model_00002'], 9, ['trai…0001', 'trai…0002']],
    [
      'differ at their very ends, in little room',
      ['version_373190_a', 'version_373190_b', 'short'],
      5,
      ['ve…_a', 've…_b', 'short'],
    ],
    ['differ nowhere', ['the same long text', 'the same long text'], 10, ['the same …', 'the same …']],
    ['lie below another', ['  agem final run 4', '  agem final run 3'], 12, ['  agem …un 4', '  agem …un 3']],
    ['are wide', ['日本語日本語一', '日本語日本語二'], 8, ['日本…一', '日本…二']],
  ])('that %s', (_what, texts, width, expected) => {
    const shown = cutApart(texts, width)
    expect(shown).toEqual(expected)
    expect(shown.filter((text) => displayWidth(text) > width)).toEqual([])
  })

  test('say how much room they need to stay different', () => {
    expect(widthApart(['train_model_00001', 'train_model_00002'], 1)).toBe(2)
    expect(widthApart(['one', 'two'], 5)).toBe(5)
    expect(widthApart(['same', 'same'], 2)).toBe(2)
  })

  test('of metrics keep their ends', () => {
    expect(cutInFront('epoch_history.val_auc', 9)).toBe('….val_auc')
    expect(cutInFront('loss', 9)).toBe('loss')
  })
})
