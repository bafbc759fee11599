const SETTING_FOLDERS =
  /(?:^|[./_])(?:configs?|params?|parameters?|hparams?|hyper_?parameters?|settings?|args?|kwargs|inputs?)[./]/i
/** What tells of the machine and of the row itself. */
const NEITHER_FOLDERS =
  /^(?:env|environment|meta|metadata|host|system|machine|hardware|monitoring|sys|tags|usage)[./]/i
const RESULT_FOLDERS =
  /^(?:results?|metrics?|scores?|summary|outputs?|eval|evaluation|history|epoch_history|performance)[./]/i
const RESULT_WORDS =
  /(?:^|[_./\s-])(?:loss|acc|accuracy|auc|auroc|auprc|roc|f1|score|precision|recall|bleu|rouge\w*|ppl|perplexity|bpb|bpc|nll|mse|rmse|mae|mape|smape|r2|error|err|wer|cer|reward|return|iou|miou|map\d*|ap|ndcg|mrr|hit|elo|win|pass|cost|usd|price|latency|throughput|speed|tok|tokens|mfu|flops|memory|mem|vram|peak|gb|mb|improvement|gain|delta|val|valid|validation|test|train|training|duration|runtime|elapsed|minutes|seconds|time|ms|cosine|ratio|corr|mean|std|median|fitness|best|final|kappa|mcc|logloss|brier|ece|dice|psnr|ssim|fid|kl)(?=$|[_./\s@(%-]|\d)/i
const SETTING_WORDS =
  /(?:^|[_./\s-])(?:lr|learning_rate|rate|batch|bs|epochs?|seed|size|dim|depth|layers?|heads?|dropout|decay|warmup|steps|iterations?|iters?|max|min|num|n|k|top|alpha|beta|gamma|lambda|lmbda|temperature|bits?|width|hidden|rank|momentum|folds?|samples?|budget|threshold|optimizer|model|params?|split|limit|patience|workers?)(?=$|[_./\s@(%-]|\d)/i

/** On which side of a run a value stands by its name: a setting, a result, neither, or (of a text) that its name does not tell. */
export type Side = 'params' | 'metrics' | 'neither' | 'untold'

/** Guesses what a value is by the name it was logged under, where a log keeps settings and results in one place. */
export function sideOfName(
  name: string,
  { isNumeric, isWhole }: { readonly isNumeric: boolean; readonly isWhole: boolean },
): Side {
  if (NEITHER_FOLDERS.test(name)) return 'neither'
  if (SETTING_FOLDERS.test(name)) return 'params'
  if (RESULT_FOLDERS.test(name)) return isNumeric ? 'metrics' : 'neither'
  if (!isNumeric) return 'untold'
  if (RESULT_WORDS.test(name) && !/(?:learning|dropout|sample)_?rate|_size$|_steps$/i.test(name))
    return 'metrics'
  if (SETTING_WORDS.test(name)) return 'params'
  return isWhole ? 'params' : 'metrics'
}
