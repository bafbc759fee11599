import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkStatementsIn } from '../../../src/claims/check-in-language.ts'
import { GERMAN } from '../../../src/claims/languages/de/german.ts'
import { readGerman } from '../../../src/claims/languages/de/read-german.ts'
import type { Basis, Verdict } from '../../../src/claims/statement.ts'
import { PACKAGE_ROOT } from '../../../src/cli/package-root.ts'
import { shopEvidence } from '../../bench/faithfulness/shop-evidence.ts'

const shop = shopEvidence()
const NAMES = new Set(['val_auc', 'val_loss', 'test_loss', 'smote', 'sampling', 'num_layers'])

function read(text: string): string {
  const said = readGerman(text, (word) => NAMES.has(word))
  return typeof said === 'string' ? said : `REFUSED ${said.reason}`
}

function judge(basis: Basis, text: string, checks: readonly string[] = []): Verdict {
  const [verdict] = checkStatementsIn(GERMAN, [{ path: 'reading[0]', basis, text, checks }], shop)
  if (verdict === undefined) throw new Error('one statement has one verdict')
  return verdict
}

/** What is printed of a statement that holds. */
function printed(text: string, checks: readonly string[] = []): string | null {
  const verdict = judge('observed', text, checks)
  return verdict.kind === 'supported'
    ? verdict.segments.map((one) => (one.kind === 'words' ? one.text : one.printed)).join('')
    : null
}

describe('a German statement is read as', () => {
  it.each([
    // The subject first, or behind the verb.
    ['[[r1]] hat einen niedrigeren test_loss als [[r2]].', '[[r1]] has a lower test_loss than [[r2]].'],
    ['In val_auc schlägt [[r1]] den Lauf [[r2]].', 'in val_auc [[r1]] beats the run [[r2]].'],
    ['Die höchste val_auc erreicht [[r1]].', '[[r1]] reaches the highest val_auc.'],
    ['Den niedrigsten test_loss hat [[r1]].', '[[r1]] has the lowest test_loss.'],
    [
      'Der test_loss von [[r1]] ist niedriger als der von [[r2]].',
      'the test_loss of [[r1]] is lower than that of [[r2]].',
    ],
    // Verbs in parts, tenses, passives.
    ['[[r1]] schlug nach [[r1.duration]] fehl.', '[[r1]] failed after [[r1.duration]].'],
    ['[[r1]] ist fehlgeschlagen.', '[[r1]] failed.'],
    ['[[r1]] wurde abgebrochen.', '[[r1]] was killed.'],
    ['[[r1]] brach ab.', '[[r1]] crashed.'],
    ['[[r1]] wird in val_auc von [[r2]] übertroffen.', '[[r2]] beats [[r1]] in val_auc.'],
    ['[[r1]] hat [[r2]] in val_auc übertroffen.', '[[r1]] beat [[r2]] in val_auc.'],
    ['Die val_auc hat sich von [[r1]] zu [[r2]] verbessert.', 'the val_auc improved from [[r1]] to [[r2]].'],
    ['[[r1]] sollte wiederholt werden.', '[[r1]] should be repeated.'],
    ['[[r1]] mit mehreren Seeds wiederholen.', 'repeat [[r1]] with several seeds.'],
    ['Der val_loss von [[r1]] sinkt am Ende noch.', 'the val_loss of [[r1]] is still falling at the end.'],
    // Small words by what stands around them.
    [
      'Die val_auc stieg von [[r1.val_auc]] auf [[r2.val_auc]].',
      'the val_auc rose from [[r1.val_auc]] to [[r2.val_auc]].',
    ],
    ['[[r1]] liegt in val_auc vor [[r2]].', '[[r1]] lies in val_auc ahead of [[r2]].'],
    ['[[r1]] lief vor [[r2]].', '[[r1]] ran before [[r2]].'],
    ['[[r1]] übertrifft [[r2]] in val_auc nicht.', '[[r1]] does not beat [[r2]] in val_auc.'],
    ['Nur ein Lauf ist fehlgeschlagen.', 'only one run failed.'],
    ['[[r1]] hat mehr Layer.', '[[r1]] has higher layer.'],
    // What does something without being a run is a cause.
    ['smote verbesserte die val_auc in [[r1]].', 'because of smote, the val_auc improved in [[r1]].'],
    ['smote führte zu einer höheren val_auc in [[r1]].', 'smote led to a higher val_auc in [[r1]].'],
    // A noun is written large, a verb small; "sein" is "be" or "its".
    [
      'Der Unterschied zwischen [[r1]] und [[r2]] kann Zufall sein.',
      'the difference between [[r1]] and [[r2]] may be luck.',
    ],
    [
      'Die val_auc des Laufs [[r1]] ist höher als die des Laufs [[r2]].',
      'the val_auc of the run [[r1]] is higher than that of the run [[r2]].',
    ],
    ['Vergleiche [[r1]] mit [[r2]].', 'compare [[r1]] with [[r2]].'],
    // Nouns are large, and names of the log stay.
    ['Die Validierungsdaten sind dieselben.', 'REFUSED'],
    ['Alle smote-Läufe haben dieselbe Lernrate.', 'all smote runs have the same learning rate.'],
  ])('%s', (text, english) => {
    if (english === 'REFUSED') expect(read(text)).toMatch(/^REFUSED Not checked/)
    else expect(read(text)).toBe(english)
  })
})

describe('the forms that the prompt shows', () => {
  const forms = readFileSync(path.join(PACKAGE_ROOT, 'prompts/languages/de.hbs'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('- '))
    .flatMap((line) => line.slice(2).split(' · '))
    .map((form) => form.replace(/^(Inferred|Proposed|Noted|Questions of yours): /, ''))

  it('are all read', () => {
    expect(forms.length).toBeGreaterThan(30)
    const filled = forms.map((form) =>
      form
        .replace(/\bA\b/g, '[[r1]]')
        .replace(/\bB\b/g, '[[r4]]')
        .replace(/\bV\b/g, '[[r1.val_auc]]')
        .replace(/(?<!\p{L})m(?!\p{L})/gu, 'val_auc')
        .replace(/(?<!\p{L})p(?!\p{L})/gu, 'sampling')
        .replaceAll('delta(…)', 'delta(r1.val_auc, r4.val_auc)')
        .replaceAll('compare(…)', 'compare(r1.val_auc, r4.val_auc)'),
    )
    const isName = (word: string) => /^(val_auc|val_loss|train_loss|train_auc|sampling)$/.test(word)
    const refused = filled.filter((form) => typeof readGerman(form, isName) !== 'string')
    expect(refused.filter((form) => !form.startsWith('Questions'))).toEqual([])
  })
})

describe('nothing that is not known passes', () => {
  it.each([
    // Words of no dictionary here, English ones among them.
    ['[[r1]] überzeugt auf ganzer Linie.', '"überzeugt", "Linie" are no words of the German'],
    ['[[r1]] ist better als [[r2]].', '"better" is no word of the German'],
    ['[[r1]] has the lowest test_loss.', '"has", "the", "lowest"'],
    ['[[r1]] outperformt [[r2]].', '"outperformt"'],
    // Numbers in any form.
    ['[[r1]] erreicht 0.8.', 'a number that is no slot'],
    ['Zwei Drittel der Läufe sind fehlgeschlagen.', '"Zwei", "Drittel": a number that is no slot'],
    ['[[r1]] ist doppelt so gut wie [[r2]].', '"doppelt": a number that is no slot'],
    ['Einundzwanzig Läufe sind fehlgeschlagen.', '"Einundzwanzig": a number that is no slot'],
    ['Am Montag lief [[r1]].', '"Montag": a number that is no slot'],
    ['Die Hälfte der Läufe ist fehlgeschlagen.', '"Hälfte": a number that is no slot'],
    // Objects before subjects, and what "nicht" leaves open.
    ['Den Lauf [[r1]] übertrifft [[r2]].', 'begin with what does it, the subject'],
    ['[[r1]] übertrifft der Lauf [[r2]].', '"der" cannot begin an object'],
    ['Nicht nur [[r1]] ist fehlgeschlagen.', 'Not checked'],
    ['Der test_loss von [[r1]] ist alles andere als niedriger als der von [[r2]].', 'Not checked'],
    ['[[r1]] liegt in test_loss unter den [[g1]].', '"unter" may mean "below" or "among"'],
    ['[[r1]] war früher fertig als [[r2]].', 'say what was earlier or later'],
    // Marks, quotations that are none, and characters that are not seen.
    ['„[[r1]] ist besser“, sagst du.', 'Words in quotation marks are no quotation'],
    ['[[r1]] > [[r2]]', 'Not checked'],
    ['[[r1]] ist be\u00ADsser als [[r2]].', 'Not checked'],
    ['Verwende [[r1]], der [[r2]] in val_auc schlägt.', 'relative clauses are not read'],
    ['[[r1]] ist besser als [[r2]]: seine val_auc beträgt [[r2.val_auc]].', 'whose "seine" is'],
    ['Ohne smote erreicht [[r1]] [[r1.val_auc]] in val_auc.', '"ohne smote" is not looked up'],
    ['[[r1]] und [[r2]] unterscheiden sich in zwei Parametern.', 'a number that is no slot'],
    ['[[r1]], der fehlgeschlagene Lauf, hat eine val_auc.', 'a clause of its own'],
  ])('%s', (text, reason) => {
    expect(read(text)).toContain(`REFUSED`)
    expect(read(text)).toContain(reason)
  })

  it('keeps every slot exactly once', () => {
    expect(read('[[r1]] und [[r1]] sind fehlgeschlagen.')).toBe('[[r1]] and [[r1]] failed.')
  })

  it('prints no statement that is unsupported, not even marked', () => {
    const verdict = judge('observed', '[[r4]] ist möglich.')
    expect(verdict).toMatchObject({ kind: 'unsupported', segments: null })
  })
})

describe('a German statement is held against the log', () => {
  it('and its reason says how it was read', () => {
    expect(judge('observed', '[[r1]] übertrifft [[r4]] in val_auc.')).toMatchObject({
      kind: 'contradicted',
      readAs: '[[r1]] beats [[r4]] in val_auc.',
      statement: { text: '[[r1]] übertrifft [[r4]] in val_auc.' },
      reason: expect.stringContaining('Read as "[[r1]] beats [[r4]] in val_auc.".'),
    })
  })

  it('and so is the reason of a proposal', () => {
    const why = (better: string, worse: string) =>
      judge('proposed', `Wiederhole [[r2]], weil [[${better}]] [[${worse}]] in val_auc schlägt.`).kind
    expect([why('r4', 'r1'), why('r1', 'r4')]).toEqual(['supported', 'contradicted'])
  })

  it('a cause told as an observation is shown as an inference', () => {
    expect(
      judge('observed', '[[r4]] ist in val_auc besser als [[r1]], weil das Modell anders ist.'),
    ).toMatchObject({
      kind: 'supported',
      isTurned: true,
    })
    expect(
      judge('inferred', 'Vermutlich ist [[r4]] wegen der Tiefe besser als [[r1]] in val_auc.'),
    ).toMatchObject({
      kind: 'supported',
    })
  })
})

describe('what is printed', () => {
  it.each([
    [
      'Die val_auc von [[r4]] ist [[compare(r4.val_auc, r1.val_auc)]] die von [[r1]].',
      'Die val_auc von a4000000 ist höher als die von a1000000.',
    ],
    [
      '[[r4]] übertrifft [[r1]] in val_auc um [[delta(r1.val_auc, r4.val_auc)]].',
      'a4000000 übertrifft a1000000 in val_auc um 0.04.',
    ],
    [
      'Die val_auc der [[g1]] reicht von [[g1.val_auc.min]] bis [[g1.val_auc.max]].',
      'Die val_auc der Läufe mit sampling smote reicht von 0.8 bis 0.82.',
    ],
    ['Alle [[finished]] haben denselben seed.', null],
  ])('%s', (text, expected) => {
    expect(printed(text)).toBe(expected)
  })

  it('keeps the sign where the words leave the direction open', () => {
    expect(GERMAN.tellsSize('Die val_auc sank um ')).toBe(true)
    expect(GERMAN.tellsSize('Die val_auc änderte sich um ')).toBe(false)
  })

  it.each([
    ['20 Nov 2026', '20.11.2026'],
    ['25–27 Mar 2023', '25.–27.3.2023'],
    ['30 Mar – 2 Apr 2023', '30.3. – 2.4.2023'],
    ['30 Dec 2025 – 2 Jan 2026', '30.12.2025 – 2.1.2026'],
  ])('a span of days: %s', (english, german) => {
    expect(GERMAN.span(english)).toBe(german)
  })
})

describe('a document’s own words', () => {
  it('are translated by whole lines and parts, and nothing else is', () => {
    const english = [
      '# Ein Titel',
      '',
      '\uE0000\uE001 · \uE0001\uE001 runs: \uE0002\uE001 finished, \uE0003\uE001 failed · no notes',
      '',
      '**Refuted.** \uE0004\uE001: Die val_auc ist niedriger.',
      '**Failures:** \uE0005\uE001 failed after the first step.',
      '| run | status |',
      '- Die Failures: bleiben. *(inferred)*',
      '*\uE0006\uE001 statements checked against the log, \uE0007\uE001 left out.*',
    ].join('\n')
    expect(GERMAN.document(english).split('\n')).toEqual([
      '# Ein Titel',
      '',
      '\uE0000\uE001 · \uE0001\uE001 Läufe: \uE0002\uE001 abgeschlossen, \uE0003\uE001 fehlgeschlagen · keine Notizen',
      '',
      '**Widerlegt.** \uE0004\uE001: Die val_auc ist niedriger.',
      '**Fehlschläge:** \uE0005\uE001 failed after the first step.',
      '| Lauf | Status |',
      '- Die Failures: bleiben. *(gefolgert)*',
      '*\uE0006\uE001 Aussagen gegen das Log geprüft, \uE0007\uE001 weggelassen.*',
      '',
      '*Sätze, die narrate selbst berechnet hat, stehen auf Englisch; Zitate, Namen und Zahlen stehen, wie sie geloggt oder geschrieben sind.*',
    ])
  })
})
