import { expect, test } from 'vitest'
import { recordText } from '../../src/stores/record-text.ts'

test('a record has its parts on lines of their own, and each run of its evidence on one', () => {
  const record = {
    schemaVersion: 1,
    notes: [],
    told: [{ key: 'm:1/3fa2', endedAt: null }],
    evidence: {
      runs: [
        { address: 'r1', params: { lr: '0.1' } },
        { address: 'r2', params: {} },
      ],
      rules: {},
    },
    body: '# Title\n\nText.\n',
  }
  const text = recordText(record)
  expect(text).toBe(`{
  "schemaVersion": 1,
  "notes": [],
  "told": [
    {
      "key": "m:1/3fa2",
      "endedAt": null
    }
  ],
  "evidence": {
    "runs": [
      {"address":"r1","params":{"lr":"0.1"}},
      {"address":"r2","params":{}}
    ],
    "rules": {}
  },
  "body": "# Title\\n\\nText.\\n"
}
`)
  expect(JSON.parse(text)).toEqual(record)
})
