/** Names that people use for one parameter; whichever of them the runs log is meant. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['learning_rate', 'lr', 'eta', 'learn_rate', 'initial_lr', 'base_lr', 'learning_rate_init'],
  [
    'n_estimators',
    'n_trees',
    'num_trees',
    'trees',
    'num_boost_round',
    'boosting_rounds',
    'num_rounds',
    'n_rounds',
    'rounds',
    'iterations',
  ],
  ['max_depth', 'depth', 'tree_depth'],
  ['num_leaves', 'n_leaves', 'leaves', 'max_leaves', 'max_leaf_nodes'],
  ['min_samples_leaf', 'min_child_samples', 'min_data_in_leaf', 'leaf_size'],
  ['subsample', 'bagging_fraction', 'row_fraction', 'row_sampling'],
  ['colsample_bytree', 'feature_fraction', 'colsample', 'column_fraction'],
  ['reg_lambda', 'lambda_l2', 'l2_regularization', 'l2_reg', 'l2'],
  ['reg_alpha', 'lambda_l1', 'l1_reg', 'l1'],
  ['batch_size', 'batch', 'bs', 'minibatch_size', 'train_batch_size', 'per_device_train_batch_size'],
  ['epochs', 'num_epochs', 'n_epochs', 'max_epochs', 'num_train_epochs', 'epoch'],
  ['max_steps', 'num_steps', 'n_steps', 'steps', 'total_steps', 'train_steps', 'num_iterations', 'max_iters'],
  ['weight_decay', 'wd'],
  ['dropout', 'dropout_rate', 'drop_rate', 'p_dropout', 'dropout_prob'],
  ['hidden_size', 'hidden_dim', 'hidden_units', 'n_hidden', 'd_model', 'units'],
  ['n_layers', 'num_layers', 'layers', 'num_hidden_layers', 'n_layer'],
  ['n_heads', 'num_heads', 'heads', 'num_attention_heads', 'n_head'],
  ['optimizer', 'optim', 'opt', 'optimiser'],
  [
    'context_length',
    'seq_len',
    'sequence_length',
    'seq_length',
    'max_seq_len',
    'block_size',
    'max_length',
    'context',
  ],
  ['warmup_ratio', 'warmup', 'warmup_fraction', 'warmup_proportion'],
  [
    'gradient_accumulation_steps',
    'grad_accum',
    'grad_accum_steps',
    'accumulation_steps',
    'accumulate_grad_batches',
  ],
  ['seed', 'random_state', 'random_seed', 'rng_seed'],
  ['fp16', 'half_precision', 'mixed_precision', 'amp'],
  ['k_neighbors', 'n_neighbors', 'k', 'neighbours', 'neighbors'],
  ['model', 'model_name', 'model_type', 'algorithm', 'estimator', 'classifier', 'learner'],
]

/** Which logged parameter a proposed name means. */
export type ResolvedName =
  | { readonly kind: 'known'; readonly name: string }
  /** No run logs anything like it. */
  | { readonly kind: 'new' }
  /** It may mean several, and nothing says which. */
  | { readonly kind: 'unclear'; readonly names: readonly string[] }

/**
 * The parameter that a name stands for: itself; itself in another way of writing; a synonym of it; the end of its name, behind a
 * separator; its name but for words that say nothing; two or more of its words in their order; its name but for a slip of
 * the pen (logs hold those as well). What the run that is begun from logs (`own`) goes before what others log (`all`).
 */
export function resolveName(typed: string, own: ReadonlySet<string>, all: ReadonlySet<string>): ResolvedName {
  if (own.has(typed) || all.has(typed)) return { kind: 'known', name: typed }
  const plain = plainName(typed)
  const synonyms = new Set(SYNONYMS.filter((names) => names.includes(plain)).flat())
  for (const fits of [
    (name: string) => plainName(name) === plain,
    (name: string) => synonyms.has(plainName(name)),
    (name: string) => plainName(name).endsWith(`_${plain}`),
    (name: string) => [...synonyms].some((one) => plainName(name).endsWith(`_${one}`)),
    (name: string) => coreOf(name) === coreOf(typed),
    (name: string) => holdsInOrder(plainName(name).split('_'), plain.split('_')),
    (name: string) => isSlipOf(plainName(name), plain),
  ])
    for (const names of [own, all]) {
      const found = [...names].filter(fits)
      const [only] = found
      if (only !== undefined && found.length === 1) return { kind: 'known', name: only }
      if (found.length > 1) return { kind: 'unclear', names: found.sort() }
    }
  return { kind: 'new' }
}

/** `learningRate`, `learning-rate` and `optim.learning rate` as one writes it in Python. */
function plainName(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '_')
    .replace(/^_+|_+$/g, '')
}

/** A name without words that say nothing, and in the singular: `feature_set` and `features`. */
function coreOf(name: string): string {
  const words = plainName(name).split('_')
  const core = words.filter(
    (word) => !/^(the|set|list|name|type|kind|value|param|number|num|n|of)$/.test(word),
  )
  return (core.length === 0 ? words : core).map((word) => word.replace(/s$/, '')).join('_')
}

/** Whether words stand in others in their order; one word alone is too little. */
function holdsInOrder(words: readonly string[], asked: readonly string[]): boolean {
  if (asked.length < 2) return false
  let at = 0
  for (const word of words) if (word === asked[at]) at += 1
  return at === asked.length
}

const FEWEST_LETTERS = 6

/** Whether two names differ by one letter, or by two that changed places: `weigth_decay`. A digit is no slip: `l1` is not `l2`. */
function isSlipOf(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < FEWEST_LETTERS || Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start += 1
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  if (/[^a-z]/.test(left + right)) return false
  return left.length + right.length <= 2 && left !== right
    ? true
    : left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
}
