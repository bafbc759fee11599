/** What a word that claims a relation needs behind it. */
export type Relation =
  | {
      readonly kind: 'comparative'
      readonly polarity: 'higher' | 'lower' | 'better' | 'worse'
      readonly isTime: boolean
    }
  | {
      readonly kind: 'superlative'
      readonly polarity: 'higher' | 'lower' | 'better' | 'worse'
      readonly isTime: boolean
    }
  | { readonly kind: 'multiple'; readonly factor: number }
  | { readonly kind: 'equality' }
  | { readonly kind: 'difference' }
  | { readonly kind: 'quantity'; readonly which: 'all' | 'none' | 'only' | 'most' }
  | { readonly kind: 'order'; readonly which: 'first' | 'last' }
  | { readonly kind: 'sequence'; readonly which: 'before' | 'after' }
  | { readonly kind: 'runner-up' }
  | { readonly kind: 'work' }
  | { readonly kind: 'no-effect' }
  | { readonly kind: 'significance' }
  | { readonly kind: 'cause' }
  | { readonly kind: 'reading' }

/**
 * The closed lexicon: phrases (lower case, words parted by one space) and the relation each claims. It grows by lines;
 * what a relation needs stands in `check-relations.ts`.
 */
const LINES: readonly (readonly [Relation, string])[] = [
  [
    comparative('higher'),
    'stays over|stayed over|staying over|rising|climbing|raises|raised|raise|boosts|boosted|lifts|lifted|higher|above|greater|larger|bigger|exceeds|exceed|exceeded|more than|wider|rose|rises|risen|increased|increases|increase|grew|grown|grows|grow|climbed|climbs|climb|rise|went up|goes up|up from|longer|at least|no less than|steeper|deeper',
  ],
  [
    comparative('lower'),
    'lies under|lie under|lay under|came under|comes under|came in under|comes in under|is under|are under|was under|were under|stays under|stayed under|staying under|falling|lowers|lower|fall|below|smaller|less than|fewer|fewer than|fell|falls|fallen|dropped|drops|drop|decreased|decreases|decrease|declined|declines|decline|reduced|reduces|reduction|shrank|shrinks|shrunk|went down|goes down|down from|shorter|narrower|at most|no more than|lowered|cut',
  ],
  [
    comparative('better'),
    'outscores|outscored|edges out|edged out|dominates|dominated|overtakes|overtook|surpassing|better|beats|beat|beaten|outperforms|outperform|outperformed|outperforming|improved|improves|improve|improving|improvement|improvements|surpasses|surpassed|surpass|superior|stronger|wins|won|win|ahead of|helped|helps|gain|gains|gained|pays off|paid off|benefits|benefited|outclasses',
  ],
  [
    comparative('worse'),
    'lags|lagged|lagging|loses|lost|underperforming|worse|worsened|worsens|degraded|degrades|degradation|hurt|hurts|harmed|harms|underperforms|underperformed|underperform|regressed|regression against|inferior|weaker|loses to|lost to|trails|trailed|behind|deteriorated|deteriorates|suffers|suffered|costs',
  ],
  [time('comparative', 'lower'), 'less time|faster|quicker|sooner|sped up|speeds up|speedup'],
  [time('comparative', 'higher'), 'more time|slower|slowed|slows|took longer|takes longer'],
  [
    superlative('higher'),
    'keeps rising|kept rising|still rising|still climbing|still increasing|still growing|maximum|peak|highest|largest|greatest|biggest|maximal|topmost|peaked highest|longest|widest',
  ],
  [
    superlative('lower'),
    'still falling|still decreasing|still dropping|still declining|keeps falling|kept falling|minimum|lowest|smallest|least|fewest|minimal|shortest|narrowest',
  ],
  [
    superlative('better'),
    'tops|topped|comes first|came first|ranks first|ranked first|among the leaders|at the front|front-runner|leader|leaders|still improving|keeps improving|kept improving|best|strongest|winner|winning|top|leading|leads|led|optimal|optimum|state of the art|state-of-the-art|unbeaten|record|champion|clear win|big win',
  ],
  [superlative('worse'), 'worst|weakest|poorest'],
  [time('superlative', 'lower'), 'fastest|quickest'],
  [time('superlative', 'higher'), 'slowest'],
  [{ kind: 'multiple', factor: 2 }, 'doubled|doubles|doubling|twofold'],
  [{ kind: 'multiple', factor: 0.5 }, 'halved|halves|halving'],
  [
    { kind: 'equality' },
    'close|close to|came close|comes close|agree|agrees|agreed|same|equal|equals|equalled|identical|unchanged|matches|matched|tied|ties with|on par|on a par|as good as|similar|similarly|comparable|equivalent|alike|indistinguishable|share|shares|shared',
  ],
  [
    { kind: 'difference' },
    'differ|differs|differed|differing|different|unequal|varies|varied|vary|changed|changes',
  ],
  [
    { kind: 'quantity', which: 'all' },
    'all|every|each|always|everywhere|consistently|uniformly|everything|without exception',
  ],
  [
    { kind: 'quantity', which: 'none' },
    'none|no run|no runs|never|neither|nobody|nothing|no other run|no other runs|no configuration|no setting|no model|no experiment',
  ],
  [
    { kind: 'quantity', which: 'only' },
    'only|solely|exclusively|single|sole|alone among|unique|uniquely|nothing but',
  ],
  [
    { kind: 'quantity', which: 'most' },
    'most runs|most of|majority|mostly|mainly|largely|minority|most finished|most of the|usually|typically',
  ],
  [
    { kind: 'sequence', which: 'before' },
    'started before|began before|ended before|finished before|ran before|started earlier than|began earlier than|ended earlier than|finished earlier than|ran earlier than|starts before|ends before|earlier finished than|earlier started than|earlier ended than|earlier begun than|done before|completed before|done earlier than|completed earlier than|preceded|precedes',
  ],
  [
    { kind: 'sequence', which: 'after' },
    'started after|began after|ended after|finished after|ran after|started later than|began later than|ended later than|finished later than|ran later than|starts after|ends after|later finished than|later started than|later ended than|later begun than|done after|completed after|done later than|completed later than',
  ],
  [{ kind: 'runner-up' }, 'runner-up|runners-up|second best|second-best|next best|next-best'],
  [
    { kind: 'work' },
    'tuned|retuned|repeated|replicated|re-run|reran|rerun|retrained|stopped early|early stopped|passed validation|cross-validated|reviewed|verified|validated|double-checked|deployed|shipped|signed off|ablated|calibrated|benchmarked|debugged|audited|approved|reproduced',
  ],
  [{ kind: 'order', which: 'first' }, 'first|earliest|initial run'],
  [{ kind: 'order', which: 'last' }, 'latest|last run|final run|most recent|newest'],
  [
    { kind: 'no-effect' },
    'no gap|no effect|no difference|no change|no improvement|no gain|no benefit|made no|makes no|had no|plateau|plateaued|plateaus|flat|stagnated|stagnates|levelled off|leveled off|stalled|saturated|saturates|useless|irrelevant',
  ],
  [
    { kind: 'significance' },
    'significant|significantly|significance|statistically|p-value|reliably|robustly',
  ],
  [
    { kind: 'cause' },
    'reason|reasons|comes from|came from|comes of|stems from|lies behind|lay behind|is down to|on account|by virtue|result of|follows from|followed from|rooted in|attributed to|to blame|blame|culprit|allows|allowed|enables|enabled|forces|forced|depends on|decides|decided by|determines|determined by|governs|governed by|failed since|crashed since|since its|since their|through its|through their|gives it|gave it|owes|owed|accounts for|accounted for|sets apart|is what sets|what makes|what made|pushed|pushes|made the difference|makes the difference|inflates|inflated|ruins|ruined|spoils|spoiled|brings|brought|bring|drags|dragged|dragging|makes|out of memory|failed on its|failed with its|failed from|crashed on its|crashed with its|crashed from|died of|died from|because|because of|caused|causes|cause|causing|due to|owing to|thanks to|led to|leads to|resulted in|results in|as a result|responsible for|explains|explained by|driven by|drives|attributable to|therefore|thus|hence|consequently|stems from|made it|enabled by|proves|proved|proven|confirms|demonstrates',
  ],
  [
    { kind: 'reading' },
    'final model|chosen model|solid|decent|reliable|trustworthy|meets|met the|viable|useful|valuable|good|bad|great|reasonable|acceptable|remarkable|remarkably|notable|notably|huge|massive|tiny|overfit|overfits|overfitted|overfitting|underfit|underfits|underfitting|undertrained|undertraining|overtrained|diverged|diverges|diverging|converged|converges|unstable|stable|collapsed|collapses|leak|leaks|leaked|leakage|promising|disappointing|impressive|excellent|outstanding|poor|strong|clearly|substantially|dramatically|considerably|robust|generalises|generalizes|suspicious|unexpected|unexpectedly|surprising|surprisingly|meaningful|negligible|successful|successfully|works|worked|failed to',
  ],
]

const ENTRIES: ReadonlyMap<string, Relation> = new Map(
  LINES.flatMap(([relation, phrases]) => phrases.split('|').map((phrase) => [phrase, relation] as const)),
)
const LONGEST_PHRASE = 4

/** The relation that the words beginning at `at` claim, and how many words it takes; the longest phrase wins. */
export function relationAt(
  words: readonly (string | null)[],
  at: number,
): { readonly relation: Relation; readonly length: number } | null {
  const than = lessThanAt(words, at)
  if (than !== null) return than
  const none = noRunAt(words, at)
  if (none !== null) return none
  if (isLeadingAt(words, at)) return { relation: superlative('better'), length: 1 }
  for (let length = LONGEST_PHRASE; length >= 1; length--) {
    const slice = words.slice(at, at + length)
    if (slice.length < length || slice.includes(null)) continue
    const relation = ENTRIES.get(slice.join(' '))
    if (relation !== undefined) return { relation, length }
  }
  return null
}

/** "less test loss than", "more layers than": a comparative with what it compares between its words. */
function lessThanAt(
  words: readonly (string | null)[],
  at: number,
): { readonly relation: Relation; readonly length: number } | null {
  const polarity = words[at] === 'more' ? 'higher' : /^(less|fewer)$/.test(words[at] ?? '') ? 'lower' : null
  const isCompared = [2, 3].some(
    (on) => words[at + on] === 'than' && words.slice(at + 1, at + on).every((word) => word !== null),
  )
  return polarity !== null && isCompared && words[at + 1] !== 'time'
    ? { relation: comparative(polarity), length: 1 }
    : null
}

/** "May lead", "does not lead" as a verb, where no condition follows; "may lead to" is a cause, and "the lead" a noun. */
function isLeadingAt(words: readonly (string | null)[], at: number): boolean {
  const isSeeming = words[at - 1] === 'to' && /^(likely|seems?|appears?)$/.test(words[at - 2] ?? '')
  return (
    words[at] === 'lead' &&
    (isSeeming ||
      /^(may|might|does|did|do|not|doesn't|didn't|probably|possibly|perhaps|likely)$/.test(
        words[at - 1] ?? '',
      )) &&
    words[at + 1] !== 'to' &&
    !words.slice(at + 1).some((word) => /^(if|once|when|after|unless|until|provided|would)$/.test(word ?? ''))
  )
}

/** "no lightgbm run", "no other finished model": a claim about all of them, however the kind is named. */
function noRunAt(
  words: readonly (string | null)[],
  at: number,
): { readonly relation: Relation; readonly length: number } | null {
  if (words[at] !== 'no') return null
  for (let length = 2; length <= LONGEST_PHRASE; length++) {
    const word = words[at + length - 1]
    if (word === null || word === undefined) return null
    if (/^(runs?|models?|experiments?|configurations?|settings?|trials?)$/.test(word))
      return { relation: { kind: 'quantity', which: 'none' }, length }
  }
  return null
}

/** Whether a word may stand in a relation phrase, for those who must know our own words from a person's. */
export function isRelationWord(word: string, except: readonly Relation['kind'][]): boolean {
  const relation = ENTRIES.get(word)
  return relation !== undefined && !except.includes(relation.kind)
}

function comparative(polarity: 'higher' | 'lower' | 'better' | 'worse'): Relation {
  return { kind: 'comparative', polarity, isTime: false }
}

function superlative(polarity: 'higher' | 'lower' | 'better' | 'worse'): Relation {
  return { kind: 'superlative', polarity, isTime: false }
}

function time(kind: 'comparative' | 'superlative', polarity: 'higher' | 'lower'): Relation {
  return { kind, polarity, isTime: true }
}
