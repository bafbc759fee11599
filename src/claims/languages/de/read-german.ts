import { isRefusal, type Refusal, refuse } from '../../../evidence/refusal.ts'
import { germanTokens, type Token } from './tokens.ts'
import { BE, BECOME, HAVE, isAuxiliary, LET, MODALS, type Verb, type VerbForm } from './verbs.ts'
import type { Entry } from './words.ts'

/**
 * Says in English what a German statement says. A closed grammar of the clauses that a log is told in: subject, verb and
 * the rest in any order that German has for them, verbs in two parts, passives, perfect tenses, subordinate clauses, commands and
 * fragments. Every word is read, once; what the grammar does not know is refused with its reason.
 */
export function readGerman(text: string, isName: (word: string) => boolean): string | Refusal {
  const tokens = germanTokens(text, isName)
  if (isRefusal(tokens)) return tokens
  const unclear = unclearOf(tokens)
  if (unclear !== null) return refuse(unclear)
  const said: string[] = []
  for (const sentence of sentencesOf(tokens)) {
    const english = readSentence(sentence)
    if (isRefusal(english)) return english
    said.push(...english)
  }
  const slots = (words: readonly string[]): string =>
    words
      .filter((word) => word.startsWith('[['))
      .sort()
      .join()
  if (slots(said) !== slots(tokens.filter(({ kind }) => kind === 'slot').map((one) => `[[${one.written}]]`)))
    return refuse(UNREAD)
  return joined(said)
}

const UNREAD =
  'Not checked: the sentence has a form that the checker does not read; say it as subject, verb and the rest, one assertion in one clause.'

/** What may mean two things, in a reason; null where nothing does. */
function unclearOf(tokens: readonly Token[]): string | null {
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'word') continue
    const before = new Set(
      tokens.slice(0, at).flatMap(({ shows, written }) => (shows === 'run' ? [written] : [])),
    )
    if (
      /^sein(e[nmrs]?)?$/.test(token.written) &&
      before.size > 1 &&
      isNounHead(
        tokens
          .slice(at + 1)
          .find(
            ({ entries }) => !entries.some(({ kind }) => /^(adjective|comparative|superlative)$/.test(kind)),
          ),
      )
    )
      return `Not checked: whose "${token.written}" is cannot be told beside several runs; name the run as a slot.`
    // "kaum verschieden" is nearly the same; how near, no check tells.
    if (
      token.written === 'kaum' &&
      tokens
        .slice(Math.max(0, at - 8), at + 4)
        .some(({ written }) =>
          /^(verschieden|unterschiedlich|unterscheide|unterschied|änder|veränder|anders)/.test(written),
        )
    )
      return 'Not checked: "kaum" tells no size here; print the difference as a slot.'
    // A setting that is denied is not looked up.
    if (/^(ohne|kein(e[nmrs]?)?)$/.test(token.written) && tokens[at + 1]?.kind === 'name')
      return `Not checked: "${token.written} ${tokens[at + 1]?.written ?? ''}" is not looked up; say what the run uses, with its slot.`
  }
  return null
}

/** Words with spaces between them, and none before a mark. */
function joined(words: readonly string[]): string {
  return words
    .filter((word) => word !== '')
    .join(' ')
    .replace(/ (?=[.,;:!?)])/g, '')
    .replace(/\( /g, '(')
}

function sentencesOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const sentences: Token[][] = [[]]
  for (const token of tokens) {
    sentences.at(-1)?.push(token)
    if (token.kind === 'mark' && /^[.;!?]$/.test(token.written)) sentences.push([])
  }
  return sentences.filter((one) => one.length > 0)
}

type English = readonly string[]

/** A stretch of a sentence between marks and conjunctions that join clauses, with what stands before it. */
interface Segment {
  readonly before: readonly string[]
  readonly tokens: readonly Token[]
}

function readSentence(tokens: readonly Token[]): English | Refusal {
  const isQuestion = tokens.at(-1)?.written === '?'
  const said: string[] = []
  let isAfterClause = false
  let subject = false
  for (const segment of segmentsOf(tokens)) {
    const english = readSegment(segment.tokens, { isQuestion, isAfterClause, hasSubject: subject })
    if (isRefusal(english)) return english
    said.push(...segment.before, ...english.words)
    isAfterClause = english.isSubordinate && !subject
    subject = subject || english.isClause || segment.tokens.some(({ kind }) => kind !== 'mark')
  }
  return said
}

/** Cuts a sentence where clauses are joined; commas and "und" within a list join no clauses. */
function segmentsOf(tokens: readonly Token[]): readonly Segment[] {
  const segments: Segment[] = []
  let before: string[] = []
  let own: Token[] = []
  const close = () => {
    if (own.length > 0 || before.length > 0) segments.push({ before, tokens: own })
    before = []
    own = []
  }
  let depth = 0
  tokens.forEach((token, at) => {
    if (token.kind === 'mark') {
      if (token.written === '(') depth += 1
      if (token.written === ')') depth = Math.max(0, depth - 1)
      const isList = token.written === ',' && isListComma(tokens, at)
      if (!isList && depth === 0 && !/^[()]$/.test(token.written)) {
        close()
        before.push(token.written)
        return
      }
    }
    const coordinator = token.entries.find(({ kind }) => kind === 'coordinator')
    if (coordinator !== undefined && depth === 0) {
      const isFirst = own.length === 0
      const joinsClauses = hasVerb(own) && hasVerb(restOfClause(tokens, at + 1))
      if ((isFirst && segments.length > 0) || joinsClauses) {
        // "enden aber bei": behind its verb it is no conjunction.
        close()
        before.push(coordinator.english)
        return
      }
    }
    own.push(token)
  })
  close()
  // The mark that ends a segment stands before the next one; the last has no tokens of its own.
  return segments
}

function restOfClause(tokens: readonly Token[], from: number): readonly Token[] {
  const end = tokens.findIndex(
    (token, at) =>
      at >= from && token.kind === 'mark' && !isListComma(tokens, at) && !/^[()]$/.test(token.written),
  )
  return tokens.slice(from, end < 0 ? tokens.length : end)
}

/** Whether a stretch is a clause: one with a finite verb, or a command. */
function hasVerb(tokens: readonly Token[]): boolean {
  return hasFinite(tokens) || tokens[0]?.verbs.some(({ form }) => form === 'command') === true
}

function hasFinite(tokens: readonly Token[]): boolean {
  return tokens.some((token) => finiteOf(token) !== null)
}

/** A comma between two names or slots of a list: what follows it is one, and joined to the next by a comma or "und". */
function isListComma(tokens: readonly Token[], at: number): boolean {
  const [a, b, c] = [tokens[at - 1], tokens[at + 1], tokens[at + 2]]
  const isMember = (one: Token | undefined): boolean => one?.kind === 'slot' || one?.kind === 'name'
  const isJoint = (one: Token | undefined): boolean =>
    /^(,|und|oder|sowie)$/.test(one?.written ?? '') && one?.kind !== 'slot'
  return tokens[at]?.written === ',' && isMember(a) && isMember(b) && isJoint(c) && a?.kind === b?.kind
}

interface Around {
  readonly isQuestion: boolean
  /** Whether a subordinate clause stands before it, which takes the first place: the verb comes next. */
  readonly isAfterClause: boolean
  /** Whether something stands before it whose subject it may share. */
  readonly hasSubject: boolean
}

interface Read {
  readonly words: English
  readonly isClause: boolean
  readonly isSubordinate: boolean
}

function readSegment(tokens: readonly Token[], around: Around): Read | Refusal {
  if (tokens.length === 0) return { words: [], isClause: false, isSubordinate: false }
  const [first] = tokens
  const subordinator = first?.entries.find(({ kind }) => kind === 'subordinator')
  // "Warum liegt …?": a question of its own.
  if (
    first?.written === 'warum' &&
    around.isQuestion &&
    tokens[1] !== undefined &&
    finiteOf(tokens[1]) !== null
  ) {
    const words = readMain(tokens.slice(1), 0, around)
    return isRefusal(words) ? words : { words: ['why', ...words], isClause: true, isSubordinate: false }
  }
  if (subordinator !== undefined && hasFinite(tokens.slice(1))) {
    const words = readSubordinate(tokens.slice(1))
    return isRefusal(words)
      ? words
      : { words: [subordinator.english, ...words], isClause: true, isSubordinate: true }
  }
  const opening = first?.verbs.find(({ form }) => form === 'command')
  if (opening !== undefined && !hasFinite(tokens.slice(1))) {
    // "Vergleiche" may be a noun, too; a clause has no other verb.
    const words = readClause([], { kind: 'command', verb: opening.verb }, tokens.slice(1), {
      isInverted: false,
      isCommand: true,
      isQuestion: false,
    })
    return isRefusal(words) ? words : { words, isClause: true, isSubordinate: false }
  }
  const at = tokens.findIndex((token) => finiteOf(token) !== null)
  if (at < 0) {
    // "[[r1]], der fehlgeschlagene Lauf, …": a status beside no run would be read of none.
    const isStatus = tokens.some((token) =>
      /^(finished|failed|crashed|killed|running)$/.test(entryOf(token, 'adjective')?.english ?? ''),
    )
    if (around.hasSubject && isStatus && tokens.every(({ shows }) => shows !== 'run'))
      return refuse('Not checked: say the status in a clause of its own: "[[r1]] ist fehlgeschlagen".')
    const words = readFragment(tokens)
    return isRefusal(words) ? words : { words, isClause: false, isSubordinate: false }
  }
  // "[[r2]], der [[r4]] schlägt": the verb at its end tells a relative clause.
  if (
    around.hasSubject &&
    at === tokens.length - 1 &&
    /^(der|die|das|den|dem|deren|dessen)$/.test(first?.written ?? '')
  )
    return refuse('Not checked: relative clauses are not read; say it in a sentence of its own.')
  const words = readMain(tokens, at, around)
  return isRefusal(words) ? words : { words, isClause: true, isSubordinate: false }
}

// Verbs.

type Finite =
  | { readonly kind: 'let'; readonly english: string }
  | { readonly kind: 'be'; readonly english: string }
  | { readonly kind: 'become'; readonly english: string }
  | { readonly kind: 'have'; readonly english: string }
  | { readonly kind: 'modal'; readonly english: string }
  | { readonly kind: 'verb'; readonly forms: readonly VerbForm[] }
  | { readonly kind: 'command'; readonly verb: Verb }

function finiteOf(token: Token): Finite | null {
  const { written } = token
  if (token.kind !== 'word') return null
  const [be, become, have, modal] = [BE, BECOME, HAVE, MODALS].map((forms) =>
    Object.hasOwn(forms, written) ? forms[written] : undefined,
  )
  if (be !== undefined) return { kind: 'be', english: be }
  if (become !== undefined) return { kind: 'become', english: become }
  if (have !== undefined) return { kind: 'have', english: have }
  if (modal !== undefined) return { kind: 'modal', english: modal }
  const lets = LET[written]
  if (Object.hasOwn(LET, written) && lets !== undefined) return { kind: 'let', english: lets }
  const command = token.verbs.find(({ form }) => form === 'command')
  if (command !== undefined && token.entries.length === 0) return { kind: 'command', verb: command.verb }
  const forms = token.verbs.filter(({ form }) => /^(third|plural|past|pasts)$/.test(form))
  // "wiederholen" alone may be an infinitive: the clause decides.
  return forms.length > 0 ? { kind: 'verb', forms } : null
}

function participleOf(token: Token | undefined): Verb | null {
  return token?.verbs.find(({ form }) => form === 'participle')?.verb ?? null
}

function infinitiveOf(token: Token | undefined): Verb | null {
  return token?.verbs.find(({ form }) => form === 'infinitive')?.verb ?? null
}

// Clauses.

/** A subordinate clause without its conjunction: the verb stands at its end. */
function readSubordinate(tokens: readonly Token[]): English | Refusal {
  const last = tokens.at(-1)
  const finite = last === undefined ? null : finiteOf(last)
  if (finite === null || finite.kind === 'command') return refuse(UNREAD)
  return readClause([], finite, tokens.slice(0, -1), {
    isInverted: true,
    isCommand: false,
    isQuestion: false,
  })
}

function readMain(tokens: readonly Token[], at: number, around: Around): English | Refusal {
  const token = tokens[at]
  const finite = token === undefined ? null : finiteOf(token)
  if (finite === null) return refuse(UNREAD)
  const front = tokens.slice(0, at)
  const rest = tokens.slice(at + 1)
  if (finite.kind === 'command')
    return front.length > 0
      ? refuse(UNREAD)
      : readClause([], finite, rest, { isInverted: false, isCommand: true, isQuestion: false })
  // "[[r1]] mit mehreren Seeds wiederholen": an infinitive at the end is what is proposed.
  if (finite.kind === 'verb' && rest.length === 0 && infinitiveOf(token) !== null && front.length > 0) {
    const verb = infinitiveOf(token)
    const chunks = readChunks(front, NO_VERB)
    if (isRefusal(chunks) || verb === null) return isRefusal(chunks) ? chunks : refuse(UNREAD)
    const objects = chunks.filter(({ kind }) => kind === 'noun')
    if (objects.length > 1) return refuse(UNREAD)
    return [verb.english.base, ...arranged(chunks).flatMap(({ words }) => words)]
  }
  if (front.length === 0)
    return readClause([], finite, rest, {
      isInverted: around.isQuestion || around.isAfterClause,
      isCommand: false,
      isQuestion: around.isQuestion,
    })
  const chunks = readChunks(front, contextOf(finite, front, rest))
  if (isRefusal(chunks)) return chunks
  const nouns = chunks.filter(({ kind }) => kind === 'noun')
  if (nouns.length > 1) return refuse(UNREAD)
  const [head] = nouns
  // "Die höchste val_auc erreicht [[r1]]": what it has stands first, and the run behind the verb.
  const turned = head !== undefined && isTurned(head, finite, rest)
  if (turned) {
    const english = readClause([], finite, rest, {
      isInverted: true,
      isCommand: false,
      isQuestion: false,
      object: chunks.flatMap(({ words }) => words),
    })
    return english
  }
  if (
    head !== undefined &&
    /^(den|einen|keinen|jeden|diesen|denselben|seinen|ihren|dem|einem|keinem|jedem)$/.test(head.opens)
  )
    return refuse('Not checked: an object stands first; begin with what does it, the subject.')
  const isInverted = head === undefined
  return readClause(chunks, finite, rest, {
    isInverted,
    isCommand: false,
    isQuestion: false,
  })
}

/** Whether what stands first is what a run has, and the run stands behind the verb. */
function isTurned(head: Chunk, finite: Finite, rest: readonly Token[]): boolean {
  const isHaving =
    finite.kind === 'have' || (finite.kind === 'verb' && finite.forms.some(({ verb }) => verb.isHaving))
  if (!isHaving || head.isOfRun) return false
  const [first, second] = rest.filter(({ entries }) => !entries.some(({ kind }) => kind === 'degree'))
  const isRun = (one: Token | undefined): boolean => one?.shows === 'run'
  return (
    isRun(first) ||
    (/^(der|das|die)$/.test(first?.written ?? '') && rest.some((one, at) => at <= 2 && isRun(one))) ||
    (/^(lauf|modell)$/.test(first?.written ?? '') && isRun(second))
  )
}

interface Shape {
  /** Whether the subject stands behind the verb. */
  readonly isInverted: boolean
  readonly isCommand: boolean
  readonly isQuestion: boolean
  /** What the verb has, where it stood first. */
  readonly object?: English
}

/** What the words of a clause may lean on while they are read. */
interface ClauseContext {
  readonly verb: string | null
  readonly isPassive: boolean
  /** Whether "von … auf …" tells a change. */
  readonly isFromTo: boolean
}

const NO_VERB: ClauseContext = { verb: null, isPassive: false, isFromTo: false }

function contextOf(finite: Finite, front: readonly Token[], rest: readonly Token[]): ClauseContext {
  const all = [...front, ...rest]
  const participle = rest.map(participleOf).find((verb) => verb !== null) ?? null
  const infinitive = rest.map(infinitiveOf).find((verb) => verb !== null) ?? null
  const own =
    finite.kind === 'verb' ? (finite.forms[0]?.verb ?? null) : finite.kind === 'command' ? finite.verb : null
  const verb = (participle ?? infinitive ?? own)?.infinitive ?? (finite.kind === 'be' ? 'sein' : null)
  const from = all.findIndex(({ written, kind }) => kind === 'word' && written === 'von')
  const isChange =
    /^(steigen|ansteigen|sinken|fallen|abfallen|wachsen|erhöhen|steigern|senken|verringern|reduzieren|verbessern|verschlechtern|reichen|ändern|verändern|halbieren|verdoppeln|schwanken|variieren)$/.test(
      verb ?? '',
    )
  return {
    verb,
    isPassive: finite.kind === 'become' && participle !== null && !participle.isStatus,
    isFromTo:
      isChange &&
      from >= 0 &&
      all.some(({ written, kind }, at) => at > from && kind === 'word' && /^(auf|bis|zu)$/.test(written)),
  }
}

/** A clause: what stands before it in English already, its verb, and the tokens behind the verb or before its final one. */
function readClause(
  front: readonly Chunk[],
  finite: Finite,
  tokens: readonly Token[],
  shape: Shape,
): English | Refusal {
  const cluster = clusterOf(finite, tokens)
  if (isRefusal(cluster)) return cluster
  const context = contextOf(finite, [], tokens)
  const chunks = readChunks(cluster.rest, {
    ...context,
    isFromTo: context.isFromTo,
  })
  if (isRefusal(chunks)) return chunks
  const negations = chunks.filter(({ kind }) => kind === 'negation')
  if (negations.length > 1) return refuse(UNREAD)
  const [negation] = negations
  const others = chunks.filter(({ kind }) => kind !== 'negation')
  const verb = verbWords(cluster, negation === undefined ? null : negation.words.join(' '))
  if (isRefusal(verb)) return verb
  if (shape.isCommand) {
    if (others.filter(({ kind }) => kind === 'noun').length > 1) return refuse(UNREAD)
    return [...verb, ...arranged(others).flatMap(({ words }) => words)]
  }
  if (!shape.isInverted) {
    if (others.filter(({ kind }) => kind === 'noun').length > (cluster.isLinking ? 1 : 1))
      return refuse(UNREAD)
    const object = others.find(({ kind }) => kind === 'noun')
    if (object !== undefined && !cluster.isLinking && object.opens === 'der')
      return refuse('Not checked: "der" cannot begin an object; put the subject first.')
    const told = withoutAgent(front, cluster, verb, others) ?? withEffect(front, cluster, negation, others)
    if (told !== null) return told
    return [...wordsOf(front), ...verb, ...wordsOf(arranged(others))]
  }
  const at = others.findIndex(({ kind }) => kind === 'noun')
  const subject = others[at]
  if (subject === undefined) return refuse(UNREAD)
  if (/^(den|einen|keinen|jeden|diesen|denselben|dem|einem|keinem|jedem)$/.test(subject.opens))
    return refuse('Not checked: an object stands before the subject; put the subject first.')
  const behind = [...others.slice(0, at), ...others.slice(at + 1)]
  const objects = behind.filter(({ kind }) => kind === 'noun')
  if (objects.length > (shape.object === undefined ? 1 : 0)) return refuse(UNREAD)
  const object = objects[0]
  if (object !== undefined && !cluster.isLinking && object.opens === 'der')
    return refuse('Not checked: "der" cannot begin an object; put the subject first.')
  const rest = [...(shape.object ?? []), ...arranged(behind).flatMap(({ words }) => words)]
  if (shape.isQuestion) {
    if (cluster.isLinking || cluster.kind !== 'verb') {
      const [auxiliary = '', ...others] = verb
      return [auxiliary, ...subject.words, ...others, ...rest]
    }
    return ['does', ...subject.words, cluster.base, ...rest]
  }
  // No comma behind "on the test set": it says what the values are. Behind "with [[…]]" a comma parts a value from the run it is of.
  const opening = front[0]?.words[0] === 'with' ? [...wordsOf(front), ','] : wordsOf(front)
  if (shape.object === undefined) {
    const told =
      withoutAgent([subject], cluster, verb, behind) ?? withEffect([subject], cluster, negation, behind)
    if (told !== null) return [...opening, ...told]
  }
  return [...opening, ...subject.words, ...verb, ...rest]
}

function wordsOf(chunks: readonly Chunk[]): English {
  return chunks.flatMap(({ words }) => words)
}

/** "[[r1]] wird von [[r2]] übertroffen": who does it becomes the subject, as every comparison is read. Null for any other clause. */
function withoutAgent(
  subject: readonly Chunk[],
  cluster: Cluster,
  verb: English,
  others: readonly Chunk[],
): English | null {
  const agent = others.find(({ kind, words }) => kind === 'preposition' && words[0] === 'by')
  if (cluster.kind !== 'passive' || cluster.active === undefined || agent === undefined) return null
  const [auxiliary = ''] = cluster.words
  const isPast = /^w/.test(auxiliary)
  const isDenied = verb.includes('not')
  const { base, past, third } = cluster.active
  return [
    ...agent.words.slice(1),
    ...(isDenied ? [isPast ? 'did' : 'does', 'not', base] : [isPast ? past : third]),
    ...wordsOf(subject),
    ...wordsOf(others.filter((one) => one !== agent)),
  ]
}

/**
 * "Das andere Modell verbesserte die val_auc": where what does it is no run, that is a cause, and read as one. Null for any other clause.
 */
function withEffect(
  subject: readonly Chunk[],
  cluster: Cluster,
  negation: Chunk | undefined,
  others: readonly Chunk[],
): English | null {
  const object = others.find(({ kind }) => kind === 'noun')
  const head = subject.find(({ kind }) => kind === 'noun')
  if (cluster.effect === undefined || object === undefined || head === undefined || head.isOfRun) return null
  const { base, past, third } = cluster.effect
  return [
    'because of',
    ...wordsOf(subject),
    ',',
    ...object.words,
    ...(negation === undefined
      ? [cluster.isPast ? past : third]
      : [cluster.isPast ? 'did' : 'does', 'not', base]),
    ...wordsOf(others.filter((one) => one !== object)),
  ]
}

/** A clause's verb with all its parts, and the tokens that are left. */
interface Cluster {
  readonly kind: 'be' | 'have' | 'modal' | 'passive' | 'verb' | 'command'
  readonly words: English
  /** For "does not": the base form and the auxiliary; null where "not" stands behind the first word. */
  readonly base: string
  readonly isPast: boolean
  readonly isPlural: boolean
  readonly isLinking: boolean
  /** Of a passive: what it is without. */
  readonly active?: Verb['english']
  /** Of a verb that changes its object: what the object does. */
  readonly effect?: Verb['english'] | undefined
  readonly rest: readonly Token[]
}

function clusterOf(finite: Finite, tokens: readonly Token[]): Cluster | Refusal {
  const isReflexive = tokens.some(({ entries }) => entries.some(({ kind }) => kind === 'reflexive'))
  const open = tokens.filter(({ entries }) => !entries.some(({ kind }) => kind === 'reflexive'))
  const verbal = open.flatMap((token, index) =>
    (token.verbs.length > 0 && token.entries.length === 0) ||
    // "sein" within a clause is "its".
    (isAuxiliary(token.written) && (token.written !== 'sein' || index === open.length - 1))
      ? [index]
      : [],
  )
  const without = (indices: readonly number[]): readonly Token[] =>
    open.filter((_, index) => !indices.includes(index))
  const plain = { base: '', isPast: false, isPlural: false, isLinking: false } as const
  const leadsTo = open.some(({ written }) => /^(zu|zum|zur)$/.test(written))
  const say = (verb: Verb): Verb['english'] | null =>
    isReflexive
      ? verb.reflexive
      : // "führt zu" is no lead but a cause.
        verb.infinitive === 'führen' && leadsTo
        ? { ...verb.english, base: 'cause' }
        : verb.english
  const last = open.length - (/^(werden|worden)$/.test(open.at(-1)?.written ?? '') ? 2 : 1)
  // "wiederholt" before a noun is what it is like; at the end it is the verb.
  const participleAt = open.findIndex(
    (token, index) => participleOf(token) !== null && (token.entries.length === 0 || index === last),
  )
  switch (finite.kind) {
    case 'be':
    case 'have': {
      // "ist der beste abgeschlossene", "ist abgeschlossen": only what is a verb's participle makes a perfect tense.
      const verb = participleOf(open[participleAt])
      const others = verbal.filter((index) => index !== participleAt && open[index]?.written !== 'worden')
      if (others.length > 0) return refuse(UNREAD)
      const isPassive = open.some(({ written }) => written === 'worden')
      if (verb === null || (finite.kind === 'be' && !verb.isStatus && !isPassive && isReflexive)) {
        if (verbal.length > 0 || isReflexive) return refuse(UNREAD)
        return {
          ...plain,
          kind: finite.kind,
          words: [finite.english],
          base: 'have',
          isPast: finite.english === 'had',
          isPlural: finite.english === 'have',
          isLinking: finite.kind === 'be',
          rest: open,
        }
      }
      const rest = without([participleAt, ...verbal])
      if (finite.kind === 'be') {
        if (isPassive) {
          const english = verb.passive ?? verb.english
          return {
            ...plain,
            kind: 'passive',
            words: ['was', english.participle],
            isLinking: true,
            active: english,
            rest,
          }
        }
        if (verb.isStatus)
          return {
            ...plain,
            kind: 'verb',
            words: [verb.english.past],
            base: verb.english.base,
            isPast: true,
            rest,
          }
        const english = verb.passive ?? verb.english
        return {
          ...plain,
          kind: 'passive',
          words: [finite.english, english.participle],
          isLinking: true,
          rest,
        }
      }
      const english = say(verb)
      if (english === null) return refuse(UNREAD)
      return {
        ...plain,
        kind: 'verb',
        words: [english.past],
        base: english.base,
        isPast: true,
        effect: effectOf(verb, isReflexive),
        rest,
      }
    }
    case 'become': {
      const verb = participleOf(open[participleAt])
      if (verb === null || isReflexive || verbal.some((index) => index !== participleAt))
        return refuse(UNREAD)
      const rest = without([participleAt])
      const english = verb.passive ?? verb.english
      if (verb.isStatus)
        return { ...plain, kind: 'verb', words: [english.past], base: english.base, isPast: true, rest }
      return {
        ...plain,
        kind: 'passive',
        words: [finite.english, english.participle],
        isLinking: true,
        active: english,
        rest,
      }
    }
    case 'let': {
      // "lässt sich nicht vergleichen": what can or cannot be done.
      const last = open.length - 1
      const verb = infinitiveOf(open[last])
      if (!isReflexive || verb === null || verbal.some((index) => index !== last)) return refuse(UNREAD)
      return {
        ...plain,
        kind: 'modal',
        words: [finite.english, 'be', verb.english.participle],
        rest: without([last]),
      }
    }
    case 'modal': {
      const beAt = open.findIndex(({ written }) => written === 'sein' && open.at(-1)?.written === 'sein')
      const becomeAt = open.findIndex(
        ({ written }, index) => written === 'werden' && index === open.length - 1,
      )
      if (becomeAt >= 0) {
        const verb = participleOf(open[participleAt])
        if (verb === null || isReflexive) return refuse(UNREAD)
        const rest = without([participleAt, becomeAt])
        return {
          ...plain,
          kind: 'modal',
          words: [finite.english, 'be', (verb.passive ?? verb.english).participle],
          rest,
        }
      }
      if (beAt >= 0) {
        const others = verbal.filter((index) => index !== open.length - 1)
        if (others.length > 0 || isReflexive) return refuse(UNREAD)
        return {
          ...plain,
          kind: 'modal',
          words: [finite.english, 'be'],
          isLinking: true,
          rest: without([open.length - 1]),
        }
      }
      const last = open.length - 1
      const verb = open[last]?.written === 'haben' ? null : infinitiveOf(open[last])
      if (verbal.some((index) => index !== last) || verbal.length === 0) return refuse(UNREAD)
      if (verb === null)
        return open[last]?.written === 'haben'
          ? { ...plain, kind: 'modal', words: [finite.english, 'have'], rest: without([last]) }
          : refuse(UNREAD)
      const english = say(verb)
      if (english === null) return refuse(UNREAD)
      return { ...plain, kind: 'modal', words: [finite.english, english.base], rest: without([last]) }
    }
    case 'command':
    case 'verb': {
      const forms =
        finite.kind === 'command'
          ? [{ verb: finite.verb, form: 'command' as const, isSecond: false }]
          : finite.forms
      const prefixes = open.flatMap((token, index) =>
        token.isPrefix && (token.entries.length === 0 || index === open.length - 1) ? [index] : [],
      )
      const found =
        prefixes.length === 0
          ? forms.find(({ verb }) => verb.prefix === null)
          : forms.find(({ verb }) => verb.prefix === open[prefixes[0] ?? -1]?.written)
      if (found === undefined || prefixes.length > 1 || verbal.length > 0) return refuse(UNREAD)
      // "der Speicher reicht nicht" tells no range.
      if (found.verb.infinitive === 'reichen' && !open.some(({ written }) => written === 'bis'))
        return refuse(UNREAD)
      const english = say(found.verb)
      if (english === null)
        return refuse(`Not checked: "sich ${found.verb.infinitive}" is not known; say it in other words.`)
      const rest = without(prefixes)
      const isSpecial = english.base === 'be'
      // "deutet darauf hin": the pronoun is a part of the verb.
      const own =
        found.verb.infinitive === 'hindeuten' ? rest.filter(({ written }) => written !== 'darauf') : rest
      if (found.form === 'command')
        return { ...plain, kind: 'command', words: [english.base], base: english.base, rest: own }
      const isPast = /^past/.test(found.form)
      const isPlural = /^(plural|pasts)$/.test(found.form)
      const stillAt = own.findIndex(({ written }) => /^(noch|weiterhin)$/.test(written))
      // "schwankt zwischen [[…]] und [[…]]": two ends are a range.
      if (
        /^(schwanken|variieren|streuen)$/.test(found.verb.infinitive) &&
        own.some(
          ({ written }, index) => /^(zwischen|von)$/.test(written) && own[index + 1]?.shows === 'value',
        )
      )
        return {
          ...plain,
          kind: 'verb',
          words: [isPast ? 'ranged' : isPlural ? 'range' : 'ranges'],
          base: 'range',
          isPast,
          isPlural,
          rest: own,
        }
      const be = isPast ? (isPlural ? 'were' : 'was') : isPlural ? 'are' : 'is'
      const going = GOING_ON[found.verb.infinitive]
      // "lief noch", "sinkt am Ende noch": what had not ended.
      if (going !== undefined && stillAt >= 0)
        return {
          ...plain,
          kind: 'be',
          words: [be, `still ${going}`],
          isLinking: true,
          rest: own.filter((_, index) => index !== stillAt),
        }
      if (found.verb.infinitive === 'laufen' && !isPast)
        return { ...plain, kind: 'be', words: [be, 'running'], isLinking: true, rest: own }
      const word =
        isPast || found.isSecond === true
          ? isSpecial && isPlural
            ? 'were'
            : english.past
          : isPlural
            ? isSpecial
              ? 'are'
              : english.base
            : english.third
      return {
        ...plain,
        kind: 'verb',
        words: [word],
        base: english.base,
        isPast,
        isPlural,
        isLinking: isSpecial,
        effect: effectOf(found.verb, isReflexive),
        rest: own,
      }
    }
    default:
      return finite satisfies never
  }
}

/** What the object of a verb that changes it does: "rises" for "erhöht"; undefined for other verbs, and with "sich". */
function effectOf(verb: Verb, isReflexive: boolean): Verb['english'] | undefined {
  return isReflexive ||
    !/^(erhöhen|steigern|senken|verringern|reduzieren|verbessern|verschlechtern|halbieren|verdoppeln)$/.test(
      verb.infinitive,
    )
    ? undefined
    : (verb.reflexive ?? undefined)
}

/** What goes on, with "noch". */
const GOING_ON: Readonly<Record<string, string>> = {
  laufen: 'running',
  sinken: 'falling',
  fallen: 'falling',
  abfallen: 'falling',
  steigen: 'rising',
  ansteigen: 'rising',
  wachsen: 'growing',
}

function verbWords(cluster: Cluster, negation: string | null): English | Refusal {
  if (negation === null) return cluster.words
  const [first = '', ...rest] = cluster.words
  if (cluster.kind === 'command') return ['do not', ...cluster.words]
  if (negation === 'no longer')
    return cluster.isLinking ? [first, 'no longer', ...rest] : ['no longer', ...cluster.words]
  if (cluster.isLinking || cluster.kind === 'modal' || cluster.kind === 'passive' || cluster.kind === 'be')
    return [first, 'not', ...rest]
  return [cluster.isPast ? 'did' : cluster.isPlural ? 'do' : 'does', 'not', cluster.base]
}

// Phrases.

/** A phrase of a clause: a noun with all that belongs to it, a prepositional phrase, a predicate, an adverb, a negation. */
interface Chunk {
  readonly kind: 'noun' | 'preposition' | 'predicate' | 'adverb' | 'negation' | 'quote'
  readonly words: English
  /** The word that opens it: an article tells a case. */
  readonly opens: string
  /** Whether its head is a run. */
  readonly isOfRun: boolean
  /** Whether it is held against something with "als" or "wie". */
  readonly isCompared: boolean
}

/** Objects and predicates first, then where and by how much: as English has them. */
function arranged(chunks: readonly Chunk[]): readonly Chunk[] {
  const main = chunks.findIndex(({ kind }) => kind === 'noun' || kind === 'predicate')
  const chunk = chunks[main]
  if (chunk === undefined || chunk.isCompared) return chunks
  const before = chunks.slice(0, main)
  const adverbs = before.filter(({ kind }) => kind === 'adverb')
  const moved = before.filter(({ kind }) => kind === 'preposition')
  if (adverbs.length + moved.length < before.length) return chunks
  return [...adverbs, chunk, ...moved, ...chunks.slice(main + 1)]
}

function readChunks(tokens: readonly Token[], context: ClauseContext): readonly Chunk[] | Refusal {
  const chunks: Chunk[] = []
  let at = 0
  while (at < tokens.length) {
    const chunk = chunkAt(tokens, at, context)
    if (isRefusal(chunk)) return chunk
    const previous = chunks.at(-1)
    // "besser als [[r2]] in val_auc als": one comparison in one clause.
    if (previous?.isCompared && chunk.chunk.isCompared) return refuse(UNREAD)
    chunks.push(chunk.chunk)
    at = chunk.end
  }
  return chunks
}

function readFragment(tokens: readonly Token[]): English | Refusal {
  // "[[r1]] mit mehreren Seeds wiederholen" is a clause; participles alone: "fehlgeschlagen: [[r1]]".
  const chunks = readChunks(tokens, NO_VERB)
  return isRefusal(chunks) ? chunks : chunks.flatMap(({ words }) => words)
}

interface ChunkRead {
  readonly chunk: Chunk
  readonly end: number
}

function entryOf(token: Token | undefined, ...kinds: readonly Entry['kind'][]): Entry | null {
  for (const kind of kinds) {
    const found = token?.entries.find((entry) => entry.kind === kind)
    if (found !== undefined) return found
  }
  return null
}

function isNounHead(token: Token | undefined): boolean {
  return (
    token?.kind === 'name' ||
    (token?.kind === 'slot' && !/^(quote|relation)$/.test(token.shows ?? '')) ||
    entryOf(token, 'noun') !== null
  )
}

function chunkAt(tokens: readonly Token[], from: number, context: ClauseContext): ChunkRead | Refusal {
  const token = tokens[from]
  const one = (kind: Chunk['kind'], words: English): ChunkRead => ({
    chunk: { kind, words, opens: token?.written ?? '', isOfRun: false, isCompared: false },
    end: from + 1,
  })
  if (token === undefined) return refuse(UNREAD)
  if (token.kind === 'slot' && token.shows === 'quote') return one('quote', [`[[${token.written}]]`])
  if (token.kind === 'mark') {
    if (token.written === '(') {
      const end = tokens.findIndex((other, at) => at > from && other.kind === 'mark' && other.written === ')')
      if (end < 0) return refuse(UNREAD)
      const inner = readFragment(tokens.slice(from + 1, end))
      if (isRefusal(inner)) return inner
      return {
        chunk: { kind: 'adverb', words: ['(', ...inner, ')'], opens: '(', isOfRun: false, isCompared: false },
        end: end + 1,
      }
    }
    return one('adverb', [token.written])
  }
  if (token.shows === 'relation') {
    const inner = from + 1 < tokens.length ? chunkAt(tokens, from + 1, context) : null
    if (inner !== null && isRefusal(inner)) return inner
    const isNoun = inner?.chunk.kind === 'noun'
    return {
      chunk: {
        kind: 'predicate',
        words: [`[[${token.written}]]`, ...(isNoun ? inner.chunk.words : [])],
        opens: '',
        isOfRun: false,
        isCompared: true,
      },
      end: isNoun ? inner.end : from + 1,
    }
  }
  const negation = entryOf(token, 'negation')
  if (negation !== null) {
    // "nicht nur" says something else.
    if (/^(nur|bloß|lediglich|alle|jeder|jede|jedes|immer|sämtliche)$/.test(tokens[from + 1]?.written ?? ''))
      return refuse('Not checked: what "nicht" denies here is not read; say it without.')
    return one('negation', [negation.english])
  }
  const pronoun = entryOf(token, 'pronoun')
  if (pronoun !== null && (entryOf(token, 'determiner') === null || from + 1 === tokens.length))
    return {
      chunk: {
        kind: 'noun',
        words: [pronoun.english],
        opens: token.written,
        isOfRun: false,
        isCompared: false,
      },
      end: from + 1,
    }
  const degree = entryOf(token, 'degree')
  if (degree !== null && from + 1 < tokens.length) {
    const next = chunkAt(tokens, from + 1, context)
    if (isRefusal(next)) return next
    if (next.chunk.kind !== 'negation') {
      const isFar = /^(much|far|slightly)$/.test(degree.english)
      const english =
        degree.english === 'much' &&
        !/^(higher|lower|better|worse|larger|smaller|faster|slower|longer|shorter|more|less|stronger|weaker|wider|deeper|a|an)$/.test(
          next.chunk.words[0] ?? '',
        )
          ? 'far'
          : degree.english
      return {
        chunk: { ...next.chunk, words: [isFar ? english : degree.english, ...next.chunk.words] },
        end: next.end,
      }
    }
  }
  const preposition = prepositionAt(tokens, from, context)
  if (preposition !== null && isRefusal(preposition)) return preposition
  if (preposition !== null) {
    const inner = chunkAt(tokens, from + 1, context)
    if (isRefusal(inner)) return inner
    if (!/^(noun|predicate)$/.test(inner.chunk.kind)) return refuse(UNREAD)
    const superlative = token.written === 'am'
    return {
      chunk: {
        kind: 'preposition',
        words: [preposition.english, ...inner.chunk.words],
        opens: token.written,
        isOfRun: false,
        isCompared: superlative ? false : inner.chunk.isCompared,
      },
      end: inner.end,
    }
  }
  if (token.written === 'am') {
    const superlative = entryOf(tokens[from + 1], 'superlative')
    if (superlative === null) return refuse(UNREAD)
    const rest = attachments(tokens, from + 2, context, false)
    if (isRefusal(rest)) return rest
    return {
      chunk: {
        kind: 'predicate',
        words: [superlative.english, ...rest.words],
        opens: 'am',
        isOfRun: false,
        isCompared: false,
      },
      end: rest.end,
    }
  }
  const noun = nounAt(tokens, from, context)
  if (noun !== null) return noun
  const adverb = entryOf(token, 'adverb', 'degree')
  if (adverb !== null)
    return one(/^(at|in|on) /.test(adverb.english) ? 'preposition' : 'adverb', [adverb.english])
  const subordinator = entryOf(token, 'subordinator', 'coordinator')
  if (subordinator !== null && token.written === 'aber') return one('adverb', ['however'])
  const participle = participleOf(token)
  if (participle !== null) return one('predicate', [(participle.passive ?? participle.english).participle])
  return refuse(UNREAD)
}

/** The English of a preposition by what stands around it; null where the token is none. */
function prepositionAt(
  tokens: readonly Token[],
  at: number,
  context: ClauseContext,
): { readonly english: string } | null | Refusal {
  const english = prepositionIn(tokens, at, context)
  return typeof english === 'string' ? { english } : english
}

function prepositionIn(
  tokens: readonly Token[],
  at: number,
  context: ClauseContext,
): string | null | Refusal {
  const token = tokens[at]
  const entry = entryOf(token, 'preposition')
  if (entry === null || token === undefined) return null
  const next = tokens[at + 1]
  const isOfRun = next?.shows === 'run' || next?.shows === 'group'
  const hasBefore = (pattern: RegExp): boolean =>
    tokens.slice(0, at).some(({ written }) => pattern.test(written))
  switch (token.written) {
    case 'von':
    case 'vom': {
      const the = token.written === 'vom' ? ' the' : ''
      // "von [[r1]] zu [[r2]]", "von [[…]] auf [[…]]": the way from one to the other.
      if (
        /^(run|value)$/.test(next?.shows ?? '') &&
        /^(zu|bis|auf)$/.test(tokens[at + 2]?.written ?? '') &&
        tokens[at + 3]?.shows === next?.shows
      )
        return `from${the}`
      if (context.isPassive && (isOfRun || /^(lauf|modell)$/.test(next?.written ?? ''))) return `by${the}`
      if (context.isFromTo && !isNounHead(tokens[at - 1])) return `from${the}`
      if (context.isFromTo && next?.shows === 'value') return `from${the}`
      if (
        context.isFromTo &&
        tokens.slice(at).some(({ written }) => /^(zu|bis)$/.test(written)) &&
        isOfRun &&
        !isNounHead(tokens[at - 1])
      )
        return `from${the}`
      return `of${the}`
    }
    case 'auf': {
      // "stieg auf [[…]]", but "sank auf den neuen Daten".
      const isOfData = tokens
        .slice(at + 1, at + 4)
        .some(({ written }) => /^(daten|datensatz|datensätzen|set|testset|split|tabelle)$/.test(written))
      const isTo = next?.shows === 'value' || context.isFromTo || context.verb === 'zurückführen'
      return isTo && !isOfData ? 'to' : 'on'
    }
    case 'bei':
      return next?.shows === 'value' || entryOf(next, 'article') !== null ? 'at' : 'in'
    case 'über':
      return isPluralNoun(tokens, at + 1) ? 'over' : 'above'
    case 'unter':
      if (!isPluralNoun(tokens, at + 1)) return 'below'
      return /^(liegen|bleiben)$/.test(context.verb ?? '')
        ? refuse('Not checked: "unter" may mean "below" or "among" here; say "niedriger als" or "von den".')
        : 'among'
    case 'vor':
      if (/^(liegen|bleiben|führen)$/.test(context.verb ?? '')) return 'ahead of'
      if (hasBefore(/^vorsprung/)) return 'over'
      if (
        tokens
          .slice(at + 1, at + 3)
          .some(({ written }) => /^(änderung|beginn|anfang|ende|training|entfernen|entfernung)/.test(written))
      )
        return 'before'
      return /^(laufen|starten|beginnen|enden|beenden|abschließen)$/.test(context.verb ?? '')
        ? 'before'
        : refuse(
            'Not checked: what "vor" means here is not read; say "höher als", "niedriger als" or "früher als".',
          )
    case 'um':
      return next?.kind === 'slot' || entryOf(next, 'degree') !== null ? 'by' : refuse(UNREAD)
    case 'gegen':
      return context.verb === 'verlieren' ? 'to' : 'against'
    case 'mit':
      return 'with'
    case 'als':
      return hasBefore(COMPARED) ? 'than' : 'as'
    case 'wie':
      return 'as'
    default:
      return entry.english
  }
}

const COMPARED =
  /^(höher|niedriger|geringer|tiefer|kleiner|größer|besser|schlechter|stärker|schwächer|schneller|langsamer|länger|kürzer|breiter|früher|später|neuer|weniger|mehr|anders|andere[rnsm]?)(e[rnsm]?)?$/

/** Whether a noun phrase of several begins there: "die Seeds", "den [[g1]]", "alle Läufe". */
function isPluralNoun(tokens: readonly Token[], at: number): boolean {
  if (!/^(die|den|der|alle|allen|aller)$/.test(tokens[at]?.written ?? '')) return false
  const head = tokens.slice(at + 1, at + 4).find(isNounHead)
  return head?.shows === 'group' || /s$/.test(entryOf(head, 'noun')?.english ?? '')
}

/** Nouns of which "ein" may tell how many: "in einem Parameter". */
const COUNTABLE =
  /^(lauf|modell|experiment|konfiguration|seed|versuch|gruppe|parameter|einstellung|schritt|epoche|layer|schicht|merkmal|feature|variante|metrik|ansatz|wiederholung|klasse|spalte|zeile|minute|stunde|sekunde|tag|nacht|baum|blatt|fold|datensatz|replikat|ausreißer|käufer|kunde|eingabe|methode|verfahren|architektur|kandidat)$/

/** A noun or a list of them with its articles, adjectives, and what belongs to it. Null where none begins. */
function nounAt(tokens: readonly Token[], from: number, context: ClauseContext): ChunkRead | Refusal | null {
  let at = from
  const words: string[] = []
  let isCounted = false
  const opens = tokens[from]?.written ?? ''
  for (;;) {
    const determiner = entryOf(tokens[at], 'determiner', 'article')
    // "die des Laufs": one article is that of what is left unsaid, the other a genitive's.
    if (determiner === null || (at > from && /^(der|die|das|den|dem)$/.test(tokens[at - 1]?.written ?? '')))
      break
    isCounted = isCounted || determiner.kind === 'article'
    words.push(determiner.english)
    at += 1
  }
  let compared = false
  const beforeAdjectives = at
  for (;;) {
    const token = tokens[at]
    // "die höchste", "deutlich höhere": how much stands within.
    const degree = entryOf(token, 'degree')
    const isInside =
      degree !== null && entryOf(tokens[at + 1], 'comparative', 'superlative', 'adjective') !== null
    const isNoun =
      entryOf(token, 'noun') !== null &&
      (at > beforeAdjectives || entryOf(token, 'adjective', 'comparative') === null)
    const adjective = isNoun ? null : entryOf(token, 'comparative', 'superlative', 'adjective')
    if (!isInside && adjective === null) break
    words.push((isInside ? degree : adjective)?.english ?? '')
    compared =
      compared || adjective?.kind === 'comparative' || /^(the same|equal|identical)$/.test(words.at(-1) ?? '')
    at += 1
  }
  const hasAdjective = at > beforeAdjectives
  const heads: Token[] = []
  while (isNounHead(tokens[at])) {
    const head = tokens[at]
    if (head === undefined) break
    // "ein Lauf" may count: it is read as the number that it may be.
    if (isCounted && heads.length === 0 && COUNTABLE.test(head.written) && !hasAdjective)
      words.splice(words.lastIndexOf('a'), 1, 'one')
    words.push(
      head.kind === 'slot'
        ? `[[${head.written}]]`
        : head.kind === 'name'
          ? head.written
          : (entryOf(head, 'noun')?.english ?? ''),
    )
    heads.push(head)
    at += 1
    // "erreicht [[r1]] [[r1.val_auc]]": a run and what it has are two.
    if (head.shows === 'run' && tokens[at]?.kind === 'slot') break
  }
  // "die von [[r2]]", "eine von [[…]]": of what was named before.
  const isThat =
    heads.length === 0 &&
    !hasAdjective &&
    /^(der|die|das|den|dem|eine[nmrs]?)$/.test(opens) &&
    at === from + 1
  if (isThat && /^(von|vom|des|der)$/.test(tokens[at]?.written ?? '')) words.splice(0, 1, 'that')
  else if (heads.length === 0 && hasAdjective) {
    // "besser als [[r1]]", "die niedrigste der [[g1]]": said of what stands elsewhere.
    if (words[0] === 'a') words.splice(0, 1, 'one')
  } else if (heads.length === 0) {
    if (at === from) return null
    // "alle", "beide", "keiner" by themselves; an article alone is no phrase.
    if (
      !/^(all|both|none of|one of|no|every)/.test(words.at(-1) ?? '') &&
      !/(the|of)$/.test(words.at(-1) ?? '')
    )
      return refuse(UNREAD)
    return refuse(UNREAD)
  }
  const rest = attachments(tokens, at, context, compared || words.includes('the same'))
  if (isRefusal(rest)) return rest
  // "mehr Layer" without "als": held against what was named before.
  if (heads.length > 0 && !rest.isCompared)
    for (const [index, word] of words.entries())
      if (/^(more|less)$/.test(word)) words[index] = word === 'more' ? 'higher' : 'lower'
  const isPredicate =
    heads.length === 0 && hasAdjective && entryOf(tokens[from], 'determiner', 'article') === null
  return {
    chunk: {
      kind: isPredicate ? 'predicate' : 'noun',
      words: [...words, ...rest.words],
      opens,
      isOfRun:
        heads.some(({ shows }) => shows === 'run') &&
        (heads.length === 1 || /^(lauf|läufe|modell)$/.test(heads[0]?.written ?? '')),
      isCompared: rest.isCompared,
    },
    end: rest.end,
  }
}

interface Attached {
  readonly words: English
  readonly end: number
  readonly isCompared: boolean
}

/** What belongs to the noun before it: genitives, "von …", "als …", further members of a list, a value in brackets. */
function attachments(
  tokens: readonly Token[],
  from: number,
  context: ClauseContext,
  compared: boolean,
): Attached | Refusal {
  const words: string[] = []
  let at = from
  let isCompared = false
  for (;;) {
    const token = tokens[at]
    if (token === undefined) break
    const isGenitive =
      // Behind a run it begins what is said of it: "dass [[r1]] der beste Lauf ist".
      tokens[at - 1]?.shows !== 'run' &&
      /^(der|des|dieser|aller|beider|seiner|seines|ihrer|eines|einer|jedes)$/.test(token.written) &&
      token.kind === 'word'
    const isOf = token.kind === 'word' && /^(von|vom)$/.test(token.written)
    const of = isOf ? prepositionAt(tokens, at, context) : null
    if (of !== null && isRefusal(of)) return of
    const isJoint = /^(und|oder|sowie|als auch|,)$/.test(token.written) && token.kind !== 'slot'
    const isThan = token.kind === 'word' && /^(als|wie)$/.test(token.written) && compared && !isCompared
    if (isGenitive || (of !== null && /^of/.test(of.english)) || isThan) {
      const inner = chunkAt(tokens, isGenitive ? at : at + 1, context)
      if (isRefusal(inner)) return inner
      if (!/^(noun|predicate|preposition|quote)$/.test(inner.chunk.kind)) return refuse(UNREAD)
      // "war früher fertig als": only what starts, runs or ends is held against the clock.
      if (
        isThan &&
        tokens.slice(0, at).some(({ written }) => /^(früher|später)/.test(written)) &&
        !/^(laufen|starten|beginnen|enden|beenden|abschließen)$/.test(context.verb ?? '')
      )
        return refuse('Not checked: say what was earlier or later with "startete", "lief" or "endete".')
      const joint = isThan
        ? token.written === 'als'
          ? 'than'
          : 'as'
        : isGenitive
          ? 'of'
          : (of?.english ?? 'of')
      words.push(joint, ...inner.chunk.words)
      at = inner.end
      if (isThan) {
        isCompared = true
        // "als [[r2]] mit [[r2.val_auc]]": a value of what it is held against.
        const value = tokens[at]?.written === 'mit' && tokens[at + 1]?.shows === 'value'
        if (value) {
          words.push('with', `[[${tokens[at + 1]?.written ?? ''}]]`)
          at += 2
        }
      }
      continue
    }
    if (isJoint) {
      const inner = chunkAt(tokens, at + 1, context)
      if (isRefusal(inner)) return inner
      if (inner.chunk.kind !== 'noun' && !(inner.chunk.kind === 'predicate' && isCompared === false)) {
        if (inner.chunk.kind !== 'preposition') return refuse(UNREAD)
      }
      words.push(token.written === ',' ? ',' : token.written === 'oder' ? 'or' : 'and', ...inner.chunk.words)
      at = inner.end
      continue
    }
    if (token.kind === 'mark' && token.written === '(') {
      const bracket = chunkAt(tokens, at, context)
      if (isRefusal(bracket)) return bracket
      words.push(...bracket.chunk.words)
      at = bracket.end
      continue
    }
    break
  }
  return { words, end: at, isCompared }
}
