import { describe, expect, test } from 'vitest'
import { parseEndpoint, rootOf } from '../../src/models/endpoint.ts'

describe('parseEndpoint', () => {
  test.each([
    ['http://127.0.0.1:11434/v1', true],
    ['http://127.8.9.1/v1', true],
    ['http://127.1:8000/', true],
    ['http://2130706433/v1', true],
    ['http://LOCALHOST:1234/v1', true],
    ['http://[::1]:8080/v1', true],
    ['http://[::ffff:127.0.0.1]/v1', true],
    ['https://api.openai.com/v1', false],
    ['http://0.0.0.0:8000/v1', false],
    ['http://localhost.example/v1', false],
    ['http://my.localhost/v1', false],
    ['http://127.0.0.1.example/v1', false],
    ['http://10.0.0.7/v1', false],
    ['http://192.168.1.4/v1', false],
    ['http://[::ffff:10.0.0.1]/v1', false],
    ['http://[::2]/v1', false],
  ])('knows whether %s is this machine: %s', (text, isLocal) => {
    expect(parseEndpoint(text, 'the test').isLocal).toBe(isLocal)
  })

  test('shows neither a query nor a slash at the end', () => {
    const endpoint = parseEndpoint(' https://gateway.example/openai/v1/?key=abc#x ', 'the test')
    expect(endpoint).toEqual({
      url: 'https://gateway.example/openai/v1?key=abc',
      shown: 'https://gateway.example/openai/v1',
      isLocal: false,
    })
    expect(rootOf(endpoint)).toBe('https://gateway.example/openai')
  })

  test.each([
    ['ftp://example/v1', 'OPENAI_BASE_URL is no http or https address.'],
    ['localhost:8080', 'OPENAI_BASE_URL is no http or https address.'],
    ['', 'OPENAI_BASE_URL is no http or https address.'],
    ['https://me:secret@example/v1', 'OPENAI_BASE_URL holds a user name or a password.'],
  ])('refuses %s and does not repeat it', (text, message) => {
    expect(() => parseEndpoint(text, 'OPENAI_BASE_URL')).toThrow(
      expect.objectContaining({ name: 'NarrateError', kind: 'configuration', message }),
    )
  })
})
