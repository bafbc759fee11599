import { describe, expect, test } from 'vitest'
import { asksWhoMade, usersAsked } from '../../src/search/users-asked.ts'

const USERS = ['tomas', 'ines', 'Ada.Lovelace@example.org', 'test']

describe('usersAsked', () => {
  test.each<[string, readonly string[] | null, boolean]>([
    ['which runs did Tomas make?', ['tomas'], true],
    ["Tomas's runs", ['tomas'], true],
    ['INES or tomas?', ['ines', 'tomas'], true],
    ['runs of ada', ['Ada.Lovelace@example.org'], true],
    ['Who else made runs, and which?', ['Ada.Lovelace@example.org', 'test', 'tomas'], false],
    ['runs by user', ['Ada.Lovelace@example.org', 'ines', 'test', 'tomas'], false],
    ['runs made by colleagues', ['Ada.Lovelace@example.org', 'test', 'tomas'], false],
    ['is the test set larger?', null, false],
    ['what failed?', null, false],
  ])('%s asks after %j', (question, users, isByName) => {
    expect(usersAsked(question, USERS, ['Ines'])).toEqual(users === null ? null : { users, isByName })
  })
})

test.each<[string, boolean]>([
  ['who tried smote?', true],
  ['whose run is rf-500?', true],
  ['who changed features.py?', false],
  ['what was tried?', false],
])('%s asks whose runs they are: %s', (question, expected) => {
  expect(asksWhoMade(question)).toBe(expected)
})
