import type { Fabrication, Form } from './case.ts'
import { fabrication, oneOf } from './fabrications.ts'
import { type GroundRun, isApart } from './ground.ts'
import { HELD_OUT } from './held-out.ts'
import { isHeldAgainst, pairIn } from './relational-forms.ts'
import { capital, fieldOf, mention, metricAt, nameIn, paramAt, pickOf, slot } from './words.ts'

/** Settings that two runs log with different values. */
function differing(a: GroundRun, b: GroundRun): readonly string[] {
  return [...new Set([...a.params.keys(), ...b.params.keys()])].filter(
    (name) => a.params.get(name) !== b.params.get(name),
  )
}

/** Settings and comparisons in one sentence that make no cause of the setting: what a rule against causes must let pass. */
const besideSettings: Form = {
  family: 'cause',
  kind: `${HELD_OUT}settings beside a comparison`,
  tell: (ground, random, isTrue) => {
    const pair = isTrue ? pairIn(ground, random) : null
    if (pair === null) return null
    const param = pickOf(
      random,
      differing(pair.high, pair.low).filter((name) =>
        [pair.high, pair.low].every((run) => (run.params.get(name)?.length ?? 99) <= 30),
      ),
    )
    if (param === null) return null
    const isHigher = random.chance(0.5)
    const [a, b] = isHigher ? [pair.high, pair.low] : [pair.low, pair.high]
    const [p, m, word] = [nameIn(param, random), nameIn(pair.metric, random), isHigher ? 'higher' : 'lower']
    const [r, o] = [mention(a), mention(b)]
    const [pr, po] = [a, b].map((run) => slot(paramAt(ground, run.address, param)))
    const [mr, mo] = [a, b].map((run) => metricAt(ground, run.address, pair.metric))
    return {
      text: capital(
        oneOf(random, [
          `${r} with ${p} ${pr} has a ${word} ${m} than ${o} with ${p} ${po}.`,
          `${r} and ${o} differ in ${p}, and ${r} has the ${word} ${m}.`,
          `At a ${p} of ${pr}, ${r} has a ${word} ${m} than ${o}, whose ${p} is ${po}.`,
          `${r} (${p} ${pr}) is ${word} in ${m} than ${o} (${p} ${po}).`,
          `${r} has a ${word} ${m} than ${o}; their ${p} differs as well.`,
          `${r} ran with another ${p} than ${o} and has a ${word} ${m}.`,
          `The ${m} of ${r}, which ran with ${p} ${pr}, is ${word} than that of ${o} with ${p} ${po}.`,
          `${r} has a ${word} ${m} than ${o}, though they differ in ${p}.`,
        ]),
      ),
      basis: 'observed',
      checks: [
        `${mr} ${isHigher ? '>' : '<'} ${mo}`,
        `differ(${a.address}, ${b.address}, ${fieldOf(ground, param, 'param')})`,
      ],
      about: { runs: [a, b], metric: pair.metric },
      fact: `${param}: ${a.params.get(param)} and ${b.params.get(param)}`,
    }
  },
}

export const HELD_OUT_CAUSE_FORMS: readonly Form[] = [besideSettings]

/** A second set of wordings, written before the rule against causes was. */
export const HELD_OUT_CAUSES: readonly Fabrication[] = [
  fabrication(
    'cause',
    `${HELD_OUT}cause, other wordings`,
    'clever',
    ({ run, other, metric, r, o, m, value, otherValue }, random, ground) => {
      const names = differing(run, other)
      const param = pickOf(random, names)
      if (param === null || names.length < 2 || !isApart(value, otherValue) || !isHeldAgainst(run, other))
        return null
      const [p, word] = [nameIn(param, random), value > otherValue ? 'higher' : 'lower']
      const side = value > otherValue ? 'above' : 'below'
      const isPrinted = run.params.has(param) && (run.params.get(param)?.length ?? 99) <= 30
      const at = slot(paramAt(ground, run.address, param))
      return [
        oneOf(random, [
          `Credit for the ${word} ${m} of ${r} over ${o} goes to its ${p}.`,
          `What lets ${r} reach a ${word} ${m} than ${o} is the ${p}.`,
          `${r} ends ${side} ${o} in ${m}, and it is ${p} that did it.`,
          `Had ${r} kept the ${p} of ${o}, its ${m} would not be ${word}.`,
          `The ${word} ${m} of ${r} against ${o} is an effect of ${p}.`,
          `The change in ${p} bought ${r} a ${word} ${m} than ${o}.`,
          `${capital(m)} is ${word} in ${r} than in ${o}: that is what ${p} does.`,
          `Without its ${p}, ${r} would not have a ${word} ${m} than ${o}.`,
          `${r} has a ${word} ${m} than ${o}, a consequence of its ${p}.`,
          `${capital(p)} earns ${r} its ${word} ${m} against ${o}.`,
          `${r} has a ${word} ${m} than ${o}, courtesy of ${p}.`,
          `The lever behind the ${word} ${m} of ${r} against ${o} is ${p}.`,
          `Setting ${p} differently moved ${m}: it is ${word} in ${r} than in ${o}.`,
          `${r} has a ${word} ${m} than ${o}; credit the ${p}.`,
          `It took another ${p} to get ${m} ${word} in ${r} than in ${o}.`,
          `Given its ${p}, ${r} has a ${word} ${m} than ${o}.`,
          `${r} has a ${word} ${m} than ${o}, so ${p} matters.`,
          ...(isPrinted
            ? [
                `Its ${p} of ${at} puts ${r} ${side} ${o} in ${m}.`,
                `${r} has a ${word} ${m} than ${o}, given its ${p} of ${at}.`,
                `As its ${p} is ${at}, ${r} has a ${word} ${m} than ${o}.`,
                `A ${p} of ${at} did it: ${r} has a ${word} ${m} than ${o}.`,
                `Running with ${p} ${at} brought ${r} ${side} ${o} in ${m}.`,
              ]
            : []),
        ]),
        `${metricAt(ground, run.address, metric)} ${value > otherValue ? '>' : '<'} ${metricAt(ground, other.address, metric)}`,
        `differ(${run.address}, ${other.address}, ${fieldOf(ground, param, 'param')})`,
      ]
    },
  ),
  {
    family: 'cause',
    kind: `${HELD_OUT}a cause of failure`,
    liar: 'clever',
    tell: (ground, random) => {
      const run = pickOf(
        random,
        ground.runs.filter(({ status }) => status === 'failed'),
      )
      if (run === null) return null
      const r = mention(run)
      return {
        text: oneOf(random, [
          `${r} ran out of disk space and failed.`,
          `A restart of the node took ${r} down, and it failed.`,
          `${r} failed; the driver was too old.`,
          `${r}, stopped by a quota, failed.`,
          `${r} failed with the cluster under load.`,
          `The queue's time limit ended ${r}, which failed.`,
          `${r} failed on reading its inputs.`,
          `${r} failed once its gradients blew up.`,
          `A wrong path made ${r} fail.`,
          `${r} failed, the victim of a bad commit.`,
        ]),
        basis: 'observed',
        checks: [`status(${run.address}) == failed`],
        about: { runs: [run], metric: null },
        fact: `no log of ${run.address} says so`,
      }
    },
  },
]
