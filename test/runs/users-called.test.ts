import { expect, test } from 'vitest'
import { usersCalled, usersMeant } from '../../src/runs/users-called.ts'

test.each([
  ['tomas', ['tomas', 'TOMAS'], ['tomas']],
  ['Tomas', ['tomas', 'TOMAS', 'tom'], ['tomas', 'TOMAS']],
  ['bob', ['tomas'], []],
])('%s is, among %j, %j', (name, known, users) => {
  expect(usersCalled(name, known)).toEqual(users)
})

test('what was meant is said of names that nobody is logged by as written', () => {
  expect(usersMeant(['Tomas', 'ines', 'bob'], ['tomas', 'TOMAS', 'ines'])).toEqual([
    'No run is by "Tomas" as written: tomas and TOMAS are meant.',
  ])
})
