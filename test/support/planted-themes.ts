import type { Random } from './seeded-random.ts'

/** What a setting may hold. */
export type Level = number | string | boolean

/** A setting that people of a theme turn. */
export interface Tuned {
  readonly name: string
  readonly kind: 'real' | 'whole' | 'word' | 'flag'
  readonly draw: (random: Random) => Level
  /** Where a level lies between the lowest (0) and the highest (1) one. */
  readonly place: (level: Level) => number
}

/** A sort of project: what it tunes, what it measures, what never changes in it. */
export interface Theme {
  readonly name: string
  readonly tuned: readonly [Tuned, ...Tuned[]]
  readonly constants: Readonly<Record<string, string>>
  readonly primary: string
  readonly direction: 'higher' | 'lower'
  /** The metric that people turn to when they change their mind. */
  readonly second: string
  /** What the primary metric is with nothing tuned. */
  readonly base: number
  readonly losses: readonly [train: string, val: string]
}

function among(name: string, kind: Tuned['kind'], choices: readonly [Level, ...Level[]]): Tuned {
  const place = (level: Level): number => {
    const below =
      typeof level === 'number'
        ? choices.filter((one) => Number(one) < level * 0.98).length
        : choices.indexOf(level)
    return below / Math.max(1, choices.length - 1)
  }
  return { name, kind, place, draw: (random) => random.pick(choices) }
}

const word = (name: string, ...choices: readonly [string, ...string[]]): Tuned => among(name, 'word', choices)
const whole = (name: string, ...choices: readonly [number, ...number[]]): Tuned =>
  among(name, 'whole', choices)
/** A number people pick from a short list. */
const listed = (name: string, ...choices: readonly [number, ...number[]]): Tuned =>
  among(name, 'real', choices)
const flag = (name: string): Tuned => among(name, 'flag', [false, true])

/** A number drawn evenly on a logarithmic scale, typed with three digits. */
function scaled(name: string, low: number, high: number): Tuned {
  return {
    name,
    kind: 'real',
    place: (level) => Math.log(Number(level) / low) / Math.log(high / low),
    draw: (random) => Number((low * (high / low) ** random.next()).toPrecision(3)),
  }
}

export const THEMES: readonly [Theme, ...Theme[]] = [
  {
    name: 'churn',
    tuned: [
      word('model', 'lgbm', 'xgb', 'catboost'),
      listed('learning_rate', 0.01, 0.02, 0.05, 0.1, 0.2, 0.3),
      whole('max_depth', 3, 4, 6, 8, 10),
      whole('n_estimators', 100, 200, 400, 800, 1500),
      scaled('reg_lambda', 0.001, 10),
      listed('subsample', 0.5, 0.6, 0.7, 0.8, 0.9),
      flag('balanced'),
    ],
    constants: { objective: 'binary', early_stopping_rounds: '50' },
    primary: 'val_auc',
    direction: 'higher',
    second: 'val_f1',
    base: 0.76,
    losses: ['train_logloss', 'val_logloss'],
  },
  {
    name: 'ward-photos',
    tuned: [
      word('optimizer', 'adam', 'adamw', 'sgd', 'rmsprop'),
      scaled('lr', 0.00005, 0.02),
      whole('batch_size', 16, 32, 64, 128),
      listed('dropout', 0.1, 0.2, 0.3, 0.5),
      whole('hidden', 64, 128, 256, 512),
      scaled('weight_decay', 0.000001, 0.01),
      flag('augment'),
    ],
    constants: { arch: 'resnet18', image_size: '224', scheduler: 'cosine' },
    primary: 'val_accuracy',
    direction: 'higher',
    second: 'val_f1',
    base: 0.81,
    losses: ['train/loss', 'val/loss'],
  },
  {
    name: 'river level',
    tuned: [
      word('encoder', 'lstm', 'gru', 'tcn', 'transformer'),
      scaled('lr', 0.0001, 0.01),
      whole('seq_len', 24, 48, 72, 168),
      whole('hidden_size', 32, 64, 128, 256),
      listed('dropout', 0.05, 0.1, 0.2, 0.4),
      word('features', 'rain', 'rain,temp', 'rain,temp,snow', 'all'),
      flag('use_attention'),
    ],
    constants: { horizon: '24', target: 'Q_main' },
    primary: 'val_rmse',
    direction: 'lower',
    second: 'val_mae',
    base: 0.42,
    losses: ['train_loss', 'val_loss'],
  },
]
