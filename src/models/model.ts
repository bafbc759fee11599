/** What is sent to a model: nothing else leaves the machine. */
export interface Prompt {
  /** The standing instructions. */
  readonly system: string
  /** The evidence and the task. Untrusted text inside it is fenced as data. */
  readonly user: string
  /** JSON Schema of the answer, in the subset that all providers take. */
  readonly schema: { readonly name: string; readonly jsonSchema: object }
  /** Earlier turns of a repair: what the model answered and what was wrong with it. */
  readonly turns: readonly {
    readonly role: 'assistant' | 'user'
    readonly text: string
  }[]
}

export interface AskOptions {
  readonly signal: AbortSignal
  /** Hard limit for the whole call, retries included. */
  readonly timeLimitMilliseconds: number
  readonly maxOutputTokens: number
  /** Called with each piece of the answer as it arrives. */
  readonly onText?: (text: string) => void
  /** Called before a wait: "rate limited, waiting 12 s". The answer then begins anew: what `onText` told is void. */
  readonly onWait?: (reason: string, milliseconds: number) => void
}

export interface TokenUse {
  readonly inputTokens: number | null
  readonly outputTokens: number | null
}

/** What a model answered. Only `answered` has a text to parse; the others say why there is none, and keep what came. */
export type Answer =
  | {
      readonly kind: 'answered'
      readonly text: string
      readonly modelName: string
      readonly use: TokenUse
    }
  | {
      readonly kind: 'refused'
      readonly reason: string
      readonly text: string
      readonly modelName: string
      readonly use: TokenUse
    }
  | {
      readonly kind: 'cut-off'
      readonly reason: string
      readonly text: string
      readonly modelName: string
      readonly use: TokenUse
    }
  | {
      readonly kind: 'failed'
      readonly reason: string
      readonly hint?: string
      readonly text: string
    }

/**
 * Something that answers a prompt. A model's failure is a value, since the document is then written without it; only
 * Ctrl-C (`cancelled`) is thrown.
 */
export interface Model {
  readonly provider: string
  readonly name: string
  /** The address that the prompt would go to, shown to the user before consent: `https://api.openai.com/v1`. */
  readonly endpoint: string
  /** Whether the endpoint is this machine (loopback). */
  readonly isLocal: boolean
  /** Tokens that fit into one call, where the provider tells; null where it does not. It is asked, so not before consent. */
  contextSize(): Promise<number | null>
  ask(prompt: Prompt, options: AskOptions): Promise<Answer>
}
