import { beforeAll, describe, expect, it } from 'vitest'
import type { NoteClaim } from '../../src/evidence/note-claims/note-claim.ts'
import { gatherNote, type NoteRunSet, noteRunSets } from '../support/note-run-sets.ts'

let cells: NoteRunSet
beforeAll(async () => {
  const set = (await noteRunSets()).get('cells')
  if (set === undefined) throw new Error('no such runs')
  cells = set
})

/** The note stands under a sentence that tells its language. */
const OPENINGS = {
  German: 'Heute ist der Tag der Zellen und wir haben alle Läufe gemacht.',
  French: "Aujourd'hui nous étions avec les cellules et c'est très bien.",
  Norwegian: 'I dag har vi kjørt alle kjøringer og det går ikke så bra nå.',
}

function claimsOf(note: string, language: keyof typeof OPENINGS): readonly NoteClaim[] {
  return gatherNote(cells, `${OPENINGS[language]}\n\n${note}`).noteClaims.filter(
    ({ kind }) => kind !== 'language',
  )
}

describe('a note in another language', () => {
  it.each([
    [
      'German',
      'resnet50-long erreichte eine val_acc von 0,913',
      '[[r12]] logged val_acc [[r12.metric["val_acc"]]].',
    ],
    [
      'German',
      'die val_acc war 0.913 bei resnet50-long',
      '[[r12]] logged val_acc [[r12.metric["val_acc"]]].',
    ],
    ['German', 'resnet50-drop hatte dropout 0,5', '[[r9]] logged dropout [[r9.param["dropout"]]].'],
    [
      'German',
      'resnet50-flips mit batch_size=64: val_acc 0.897',
      '[[r6]] logged batch_size [[r6.param["batch_size"]]].',
    ],
    ['French', "resnet50-drop a donné : val_loss 0.394, c'est tout", null],
    [
      'French',
      "resnet50-drop donne val_loss 0.394, c'est tout",
      '[[r9]] logged val_loss [[r9.metric["val_loss"]]].',
    ],
    ['Norwegian', 'resnet50-drop fikk val_loss 0.394', '[[r9]] logged val_loss [[r9.metric["val_loss"]]].'],
  ] as const)('in %s is held against the log by its names and figures: %s', (language, note, log) => {
    expect(
      claimsOf(note, language)
        .filter(({ judgement }) => judgement === 'contradict')
        .map((claim) => claim.log),
    ).toEqual(log === null ? [] : [log])
  })

  it.each([
    ['German', 'resnet50-long erreichte eine val_acc von 0,903'],
    ['French', 'resnet50-long atteint val_acc 0.903 et resnet50-drop val_acc 0.889'],
    ['Norwegian', 'resnet50-long hadde val_acc 90.3 %'],
  ] as const)('in %s agrees where it is right: %s', (language, note) => {
    const claims = claimsOf(note, language)
    expect(claims.length).toBeGreaterThan(0)
    expect(claims.every(({ judgement }) => judgement === 'agree')).toBe(true)
  })

  it.each([
    ['German', 'Morgen resnet50-long, val_acc 0.95'],
    ['German', 'resnet50-long sollte val_acc 0.95 erreichen'],
    ['German', 'laut Paper hat resnet50-long val_acc 0.95'],
    ['German', 'resnet50-long hat val_acc 0.95 nicht erreicht'],
    ['German', 'resnet50-long val_acc etwa 0.95'],
    ['German', 'resnet50-long hat val_acc über 0.95'],
    ['German', 'gestern hatte resnet50-long val_acc 0.95'],
    ['German', 'resnet50-long mit val_acc 0.95 auf den Trainingsdaten'],
    ['German', 'resnet50-long val_acc 0.95 für Klasse zwei'],
    ['German', 'hat resnet50-long val_acc 0.95?'],
    ['German', 'resnet50-long fiel in val_acc um 0.05'],
    ['German', 'Müllers resnet50-long hatte val_acc 0.95'],
    ['German', 'resnet50-long: val_acc 0.95 ± 0.02'],
    ['German', 'resnet50-long: val_acc 1,234'],
    ['French', "dans l'article, val_acc est à 0.95 pour resnet50-long"],
    ['French', 'resnet50-long : val_acc 0.95 demain'],
    ['French', 'resnet50-long a moins de val_acc 0.95'],
    ['Norwegian', 'neste gang: resnet50-long med val_acc 0.95'],
    ['Norwegian', 'håper resnet50-long får val_acc 0.95'],
    ['Norwegian', 'resnet50-long hadde ikke val_acc 0.95'],
    ['Norwegian', 'resnet50-long fikk val_acc 0.95 på halve settet'],
  ] as const)('in %s is not contradicted by what no names and figures alone say: %s', (language, note) => {
    expect(claimsOf(note, language).filter(({ judgement }) => judgement !== 'cannot tell')).toEqual([])
  })

  it('in a script that is not known is read by names and figures, too', () => {
    const evidence = gatherNote(
      cells,
      '今日は細胞の分類を十二回訓練した。結果はとても良かった。\n\nresnet50-drop の結果は val_acc 0.95 でした\n\nresnet50-long: val_acc 0.95',
    )
    expect(evidence.noteClaims.flatMap(({ log }) => log ?? [])).toEqual([
      '[[r12]] logged val_acc [[r12.metric["val_acc"]]].',
    ])
  })

  it('has the rest of it marked as not checked, with its language', () => {
    const evidence = gatherNote(
      cells,
      `${OPENINGS.German}\n\nresnet50-long erreichte val_acc 0.903, das beste Ergebnis bisher`,
    )
    expect(
      evidence.noteClaims.map(({ kind, judgement, said, texts }) => [
        kind,
        judgement,
        said,
        texts.language?.text,
      ]),
    ).toEqual([
      ['language', 'not checked', OPENINGS.German, 'German'],
      ['value', 'agree', 'resnet50-long erreichte val_acc 0.903', undefined],
      [
        'language',
        'not checked',
        'resnet50-long erreichte val_acc 0.903, das beste Ergebnis bisher',
        'German',
      ],
    ])
  })
})
