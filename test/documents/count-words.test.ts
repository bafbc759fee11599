import { expect, test } from 'vitest'
import { countVisibleWords } from '../../src/documents/count-words.ts'

test('counts what a reader sees before anything is unfolded', () => {
  const markdown =
    '# A title\n\n| run | loss |\n| --- | --- |\n| [a1](#r1) | 0.5 |\n\n**Decided:** none.\n\n<details><summary>Hidden</summary>\n\nmany words here\n\n</details>\n'
  expect(countVisibleWords(markdown)).toBe(8)
})
