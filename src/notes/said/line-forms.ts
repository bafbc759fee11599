/** The longest part of a line that decides its form: no pattern below looks further. */
const LOOK = 2000

const LAUNCHERS = new Set(
  `python python2 python3 ipython torchrun accelerate deepspeed horovodrun mpirun mpiexec sbatch srun salloc qsub bsub
  nohup sh bash zsh time env export docker podman kubectl mlflow wandb dvc tensorboard optuna jupyter papermill git pip
  pip3 conda mamba poetry pdm uv uvx pixi make cmake julia Rscript node npm npx yarn ray snakemake nextflow nvidia-smi
  cd cp mv rm mkdir ssh scp rsync wget curl tar unzip ls cat tail head grep source sudo apt apt-get brew huggingface-cli hf
  llamafactory-cli lm_eval yolo nnUNetv2_train`.split(/\s+/),
)
const VERBS =
  /^(?:pip3?|conda|mamba|poetry|pdm|uv|pixi|npm|yarn|apt|apt-get|brew|git|docker|podman|kubectl|dvc|wandb|mlflow) (?:install|uninstall|add|sync|run|create|activate|env|clone|checkout|pull|push|commit|fetch|submodule|build|apply|get|logs|exec|repro|login|ui|server|sweep|agent|update)\b/
const PROMPT = /^(?:\([\w.-]{1,40}\) ?)?(?:[\w.-]{1,40}@[\w.-]{1,60}[: ][^\s$#]{0,80})?[$❯] ?(?=\S)/u
const SESSION = /^(?:>>> |\.\.\. \S|In \[\d{1,6}\]: |![a-z]|%(?:cd|pip|run|env|time|load_ext)\b)/
const SCRIPT = /^[\w./~-]{1,200}\.(?:py|sh|bash|ipynb|jl|R|yaml|yml|json|toml|cfg|txt|slurm|sbatch)$/
const FLAG = /^--?[A-Za-z][\w-]*/
const SETTING = /^[+~]*[A-Za-z_][\w.-]*=\S/

/** Whether a line is a command that someone pasted: a prompt sign, or a program's name with a script or flags behind it. */
export function isCommand(line: string): boolean {
  const text = line.trim().slice(0, LOOK)
  if (SESSION.test(text)) return true
  if (PROMPT.test(text) && !/^\$\d/.test(text)) return true
  const words = text.split(/\s+/)
  const first = words.findIndex((word) => !/^[A-Z_][A-Z0-9_]*=/.test(word))
  const program = words[first]
  if (program === undefined) return words.length > 1 || /^[A-Z_]{3,}[A-Z0-9_]*=\S+$/.test(text)
  const launched = LAUNCHERS.has(program)
  if (
    !launched &&
    !/^(?:\.{1,2}\/|~\/|\/)?[\w.-]{1,80}(?:\/[\w.-]{1,80}){0,20}\.(?:py|sh|bash)$/.test(program)
  ) {
    return false
  }
  const given = words.slice(first + 1)
  if (proseWords(given) > 2) return false
  if (launched && VERBS.test(words.slice(first).join(' '))) return true
  return (
    text.endsWith('\\') ||
    given.some((word) => FLAG.test(word) || SETTING.test(word) || (launched && SCRIPT.test(word))) ||
    (!launched && given.length === 0 && program.includes('/'))
  )
}

/** Plain words that belong to no flag: a command has few of them, a sentence about a script has many. */
function proseWords(words: readonly string[]): number {
  return words.filter((word, index) => {
    const before = words[index - 1]
    return /^\p{L}{2,}[,.;:!?]?$/u.test(word) && !(before !== undefined && FLAG.test(before))
  }).length
}

/** Whether a line is a row of a table: cells between pipes, or a drawn border. */
export function isTableRow(line: string): boolean {
  const text = line.trim().slice(0, LOOK)
  if (/^[|+:\-=\s]{3,}$/.test(text)) return /[|+]/.test(text) && /[-=]{2}/.test(text)
  if (/^[│┃║╔╚╠┌└├┏┗┣].*[│┃║╗╝╣┐┘┤┓┛┫]$/u.test(text)) return true
  const pipes = text.split(/(?<!\\)\|/).length - 1
  if (pipes === 0) return false
  if (text.startsWith('|')) return pipes >= 2
  return (
    / \| |\t\|\t/.test(text) &&
    !/\|\s*(?:grep|head|tail|tee|sort|awk|sed|xargs|wc|jq|less|python3?)\b/.test(text)
  )
}

/** Whether a line is a row of a table beyond doubt: three or more cells between pipes, most of them numbers. */
export function isTableRowAlone(line: string): boolean {
  const text = line.trim().slice(0, LOOK)
  if (/^\|.*\|.*\|$/.test(text)) return true
  const cells = text.split('|').map((cell) => cell.trim())
  const numbers = cells.filter((cell) => /^[+-]?[\d.,]*\d(?:e[+-]?\d+)?%?$/i.test(cell))
  return cells.length >= 3 && numbers.length * 2 >= cells.length
}

/** Whether a row draws the border under a table's head, `|---|:--:|`. */
export function isTableBorder(line: string): boolean {
  const text = line.trim().slice(0, LOOK)
  return text.includes('-') && text.includes('|') && /^[|:\-\s]+$/.test(text)
}

/** Whether a line is a row of columns set apart by tabs or wide gaps, with at least two numbers among its cells. */
export function isColumnRow(line: string): boolean {
  const cells = line
    .trim()
    .slice(0, LOOK)
    .split(/\t| {2,}/)
    .filter((cell) => cell !== '')
  return (
    cells.length >= 3 &&
    cells.filter((cell) => /^[+-]?[\d.,]*\d(?:e[+-]?\d+)?%?$/i.test(cell.trim())).length >= 2
  )
}

/** Whether a line holds numbers and marks between them, and nothing else. */
export function isBareNumbers(line: string): boolean {
  const text = line.trim().slice(0, LOOK)
  return (
    /\d/.test(text) && /^(?:[-*+•] )?(?:[\d\s.,;:+\-%()[\]{}/|±]|(?<=\d)e(?=[+-]?\d)|nan|inf)+$/i.test(text)
  )
}

/** Whether a passage is a list of numbers under a label: eight or more, and few letters. */
export function isNumberList(text: string): boolean {
  const part = text.slice(0, LOOK)
  const numbers = part.match(/(?<![\w-])\d[\d.]*(?![\w-])/g)?.length ?? 0
  const letters = part.match(/\p{L}/gu)?.length ?? 0
  return numbers >= 8 && letters < part.length * 0.4
}

/** Whether a line shows nothing but pictures or badges. */
export function isPicture(line: string): boolean {
  const text = line.trim().slice(0, LOOK)
  if (!text.includes('![') && !/^<img\b/i.test(text)) return false
  const rest = text
    .replace(/!\[[^\][]{0,300}\]\([^()]{0,1000}\)/g, '')
    .replace(/<img\b[^<>]{0,1500}>/gi, '')
    .replace(/\[\s*\]\([^()]{0,1000}\)/g, '')
  return /^[\s|,;:!.]*$/.test(rest)
}

/** Whether a line holds HTML tags, a link's definition or an alert's mark and no words of a person. */
export function isMarkup(line: string): boolean {
  const text = line.trim().slice(0, LOOK)
  if (text.startsWith('<')) return /^(?:<\/?[a-z][^<>]{0,1500}>\s*)+$/i.test(text)
  return /^\[[^\][]{1,200}\]: ?<?\S+/.test(text) ? !text.startsWith('[^') : /^\[!\w{3,12}\]$/.test(text)
}
