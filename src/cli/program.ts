import { Command, CommanderError, Option } from 'commander'
import { NarrateError } from '../errors.ts'
import type { World } from '../world.ts'
import type { Action, GlobalOptions } from './options.ts'
import { readVersion } from './package-root.ts'
import type { Parts } from './parts.ts'

const EXIT_CODES_HELP = `
Exit codes:
  0  all stands
  1  saved or answered, with something to look at (an unread source, a failed
     model, a marked statement)
  2  usage or configuration      3  no source or note could be read
  4  prompt or template          5  model (with --require-model)
  6  store                     130  stopped`

/**
 * The command line: names, options, help. Loading it loads commander and nothing else; each action is imported when its
 * command runs.
 *
 * `run` resolves to the exit code. It throws `NarrateError('usage')` for an unknown command, option or argument, with
 * a suggestion where one is close, and whatever the action throws.
 */
export function makeProgram(world: World, parts: Parts): { run(argv: readonly string[]): Promise<number> } {
  let exitCode = 0
  let isNamed = false

  const act =
    <Options extends GlobalOptions>(load: () => Promise<Action<Options>>) =>
    async (...received: readonly unknown[]): Promise<void> => {
      const command = received.at(-1)
      if (!(command instanceof Command)) throw new Error('commander hands the command over last')
      const action = await load()
      exitCode = await action({
        world,
        parts,
        options: command.optsWithGlobals<Options>(),
        words: command.args,
      })
    }

  const program = prepare(new Command('narrate'), world)
    .description(
      'Drafts the log entry of your day from the runs you logged and the notes you typed.\nIt cannot print a number that your logs do not contain.',
    )
    .version(readVersion(), '--version', 'print the version')
    .option('--json', 'one JSON value on stdout, everything else on stderr')
    .option('--project <dir>', 'the project (default: upward to narrate.yaml)')
    .option('--source <at>', 'a run log, or a folder that holds some (repeatable)', append)
    .option('--since <when>', 'a date, today, yesterday, 7d, 12h')
    .option('--until <when>', 'the same; a date is included')
    .option('--model <name>', 'provider/name, e.g. anthropic/…, openai/…, local/…')
    .option('--no-model', 'write it without a model')
    .option('--show-payload', 'print exactly what would leave the machine, and stop')
    .option('--dry-run', 'show what would be saved; write nothing')
    .option('-y, --yes', 'ask nothing, save')
    .option('-q, --quiet', 'no progress on stderr')

  program.addHelpText(
    'after',
    `
Examples:
  $ narrate                             today's entry, your notes in $EDITOR
  $ narrate -m "smote did nothing, lag features overfit"
  $ narrate log --since yesterday --notes braindump.md --yes
  $ narrate runs list --source ./mlruns
  $ narrate show 3fa2c1                 what was written about a run
${EXIT_CODES_HELP}

More: narrate <command> --help`,
  )

  program
    .command('log', { isDefault: true })
    .description('end of day: your runs and notes become a log entry (default)')
    .argument('[run...]', 'an entry over these runs, by id, key or name')
    .option('-m, --message <text>', 'a note, kept before anything else (repeatable)', append)
    .option('--notes <file>', 'notes from a file; - is stdin (repeatable)', append)
    .option('--user <name>', "tell this user's runs (repeatable)", append)
    .option('--all-users', "tell everybody's runs")
    .option('--filter <search>', "only runs that pass, in MLflow's search syntax (repeatable)", append)
    .option('--experiment <name>', 'only this experiment, by name or id (repeatable)', append)
    .option('--redraft <id>', 'draft a saved entry again; the new one supersedes it')
    .option('--require-model', 'fail (5) rather than write it without a model')
    .allowExcessArguments(true)
    .addHelpText(
      'after',
      `
It tells the runs that started, ended or logged since the newest entry, and at
least today; yours (git name and e-mail, login name, users: in narrate.yaml);
not those already told as ended. Notes: -m, --notes, stdin, or a form in
$EDITOR; they are kept before anything else happens. A second entry of a day
tells what is new and links the first. One of a past day (--since, --until) is
dated by that day and says when it was written. Runs named, or chosen by
--filter or --experiment, become an entry of their own, whoever's and whenever
they are.

Examples:
  $ narrate log -m "lr 3e-3 diverges, next: warmup" --yes
  $ narrate log --since 2026-11-16 --until 2026-11-20 --all-users
  $ narrate log 3fa2c1 9d0c44 -m "the two candidates"
  $ narrate log --filter "params.model = 'lgbm'" --since 7d
  $ cat braindump.md | narrate log --json
  $ narrate log --model local/qwen3:14b --show-payload
  $ narrate log --redraft 2026-11-20-smote
${EXIT_CODES_HELP}`,
    )
    .action((...received: readonly unknown[]) => {
      const command = received.at(-1)
      // Behind the word "log" stand runs; without it a word is a command that there is not.
      if (command instanceof Command && !isNamed) refuseWords(command, program)
      return act(async () => (await import('./commands/log.ts')).log)(...received)
    })

  program
    .command('note')
    .description('keep a thought, now')
    .argument('[words...]', 'the note; without it stdin, or $EDITOR')
    .option('--run <run>', 'tie it to a run, by a prefix of its id (repeatable)', append)
    .option('--edit', 'write it in $EDITOR')
    .addHelpText(
      'after',
      `
Examples:
  $ narrate note "val loss spikes at epoch 3, maybe the scheduler"
  $ narrate note --run 3fa2c1 "killed by hand, looked hopeless"
  $ pbpaste | narrate note`,
    )
    .action(act(async () => (await import('./commands/note.ts')).note))

  program
    .command('expect')
    .description('record a prediction before a launch; later entries score it')
    .argument('[words...]', 'the prediction in quotes; words like lr=0.1 say of which runs')
    .option('--run <run>', 'of this run, by a prefix of its id (repeatable)', append)
    .addHelpText(
      'after',
      `
It is kept in the journal with the time of now. It is scored where it says
plainly what a log can answer: a metric above or below a figure, between two,
or against another run. It is about the run of --run; else about runs that start
after it and have the values given; else about the runs it names.

Examples:
  $ narrate expect "val_auc > 0.76" lr=0.03 depth=6
  $ narrate expect "val_loss lower than 3fa2c1, lag features help" model=lgbm
  $ narrate expect --run 9d0c44 "val_f1 0.27 to 0.29"`,
    )
    .action(act(async () => (await import('./commands/expect.ts')).expect))

  program
    .command('phase')
    .description('what a phase came to: go on or not, what is closed, what remains')
    .option('--entries <ids>', 'of these documents (repeatable, or with commas)', append)
    .option('--experiment <name>', 'only this experiment, by name or id (repeatable)', append)
    .option('--filter <search>', "runs that pass, in MLflow's search syntax (repeatable)", append)
    .option('--top <count-metric...>', 'the best so many by a metric: --top 20 val_auc')
    .option('--target <metric=value>', 'what is aimed at: val_auc=0.86')
    .option('--require-model', 'fail (5) rather than write it without a model')
    .addHelpText(
      'after',
      `
It tells everybody's runs of a span (--since, --until), of some entries, or of
an experiment; without any of these all there are. The call (continue, pivot,
stop) follows a rule that it states; each approach is open, left, exhausted or
closed by a note, with what would re-open it.

Examples:
  $ narrate phase --since 2026-10-01 --until 2026-10-31
  $ narrate phase --experiment churn --target val_auc=0.86
  $ narrate phase --top 20 val_auc --no-model
${EXIT_CODES_HELP}`,
    )
    .action(act(async () => (await import('./commands/phase.ts')).phase))

  program
    .command('tried')
    .description('has this been tried? exit code 1: yes')
    .argument('[settings...]', 'parameters: lr=0.1 depth=6')
    .option('--from-run <run>', "that run's whole setting, changed by what is given")
    .option('--config <file>', 'that of a YAML or JSON file, changed likewise')
    .option('--experiment <name>', 'only this experiment, by name or id (repeatable)', append)
    .option('--new', 'names that no run logs are meant: such a setting is new')
    .addHelpText(
      'after',
      `
Runs that have these values count, whatever else they have; with --from-run and
--config all parameters are compared, but paths, hosts and the like. Numbers
within repeats.tolerance of narrate.yaml are near, and count. So do failed and
deleted runs. Seeds count where they are given. Where nothing matches, the
nearest settings are shown: those that differ in the fewest parameters, numbers
by how far they are off.

Exit codes: 0 not tried, 1 tried, 2 a name no run logs, 3 it could not be read.

Examples:
  $ narrate tried lr=0.1 depth=6 || exit     before a launch
  $ narrate tried --from-run 3fa2c1 lr=0.03
  $ narrate tried --config conf.yaml --quiet && python train.py`,
    )
    .action(act(async () => (await import('./commands/tried.ts')).tried))

  program
    .command('reconstruct')
    .description('how a run was most likely set up, each item by how it is known')
    .argument('<run>', 'any unambiguous prefix of its id, its key, or its name')
    .option('--unclear <text>', 'what is missing or unclear to you (repeatable)', append)
    .option('--code <dir>', 'the git repository of its code (default: the project)')
    .option('--answer <item=value>', 'what somebody knows of it now (repeatable)', append)
    .option('--by <name>', 'who says so (default: the name in git)')
    .option('--check <run>', 'hold this new run against it, and write nothing')
    .option('--require-model', 'fail (5) rather than write it without a model')
    .addHelpText(
      'after',
      `
Every item is LOGGED (the run's own record), REPORTED (a person wrote it), GIT
(code at its commit), SIBLING (other runs agree), INFERRED or UNKNOWN, with the
place where it stands. The document asks what is not known and whom to ask, and
holds checks with tolerances and a script that would run it again. An answer
becomes REPORTED, dated, in a document that supersedes the one before.

Exit codes of --check: 0 it holds, 1 a check fails.

Examples:
  $ narrate reconstruct 3fa2c1 --unclear "which data?"
  $ narrate reconstruct 3fa2c1 --answer "seed=7" --by Ada
  $ narrate reconstruct 3fa2c1 --check b5e0d2
${EXIT_CODES_HELP}`,
    )
    .action(act(async () => (await import('./commands/reconstruct.ts')).reconstruct))

  program
    .command('list')
    .description('the documents written so far')
    .argument('[text...]', 'only those that hold this text')
    .addOption(
      new Option('--kind <kind>', 'only this kind').choices([
        'log',
        'phase',
        'plan',
        'decision',
        'reconstruction',
      ]),
    )
    .option('--run <run>', 'only those that tell this run')
    .addHelpText(
      'after',
      `
Examples:
  $ narrate list --since 30d
  $ narrate list --run 3fa2c1 --json`,
    )
    .action(act(async () => (await import('./commands/list.ts')).list))

  program
    .command('show')
    .description('a document, or what was written about a run')
    .argument('<id-or-run>', 'any unambiguous part of an id')
    .option('--full', 'unfold the folded parts')
    .option('--history', 'its standing instead: drafts, acceptances, what superseded it')
    .addHelpText(
      'after',
      `
Examples:
  $ narrate show 2026-11-20
  $ narrate show 3fa2c1 | less`,
    )
    .action(act(async () => (await import('./commands/show.ts')).show))

  program
    .command('accept')
    .description('put your name under a document as it stands')
    .argument('<id>', 'any unambiguous part of an id')
    .option('--by <name>', 'who accepts it (default: the name in git)')
    .option('--because <why>', 'a reason or a condition, kept with the name')
    .option('--sign', 'sign with the ssh or gpg key that git signs commits with')
    .option('--anyway', 'accept it with the findings that verify has of it, and record that')
    .addHelpText(
      'after',
      `
The name, the time and the digest of evidence and text become a record of their
own in the chain; no file is changed. An edit afterwards shows as such. Several
people may accept one document. One that does not stand (narrate verify), hand
edits included, is refused without --anyway.

Examples:
  $ narrate accept 2026-11-20-smote
  $ narrate accept 7f3a --by "Ada L." --because "for the pilot only" --sign`,
    )
    .action(act(async () => (await import('./commands/accept.ts')).accept))

  program
    .command('redact')
    .description('take words out of a document and its evidence, on record')
    .argument('<id>', 'any unambiguous part of an id')
    .option('--text <words>', 'the words to take out, in any case (repeatable)', append)
    .option('--because <why>', 'why, kept in the record')
    .option('--notes', 'out of the journal, too')
    .addHelpText(
      'after',
      `
[redacted] stands in their place in the Markdown and in the frozen evidence. Who
did it, when and why becomes a record in the chain, with the digests of before
and after and without the words; verify stands afterwards and says so. It shows
what will change and asks; --yes does it. Numbers, headings and ids stay. What
git has of the old files is out of reach, and so is the tracker.

Examples:
  $ narrate redact 2026-11-20-smote --text "Acme Corp" --because "a customer"
  $ narrate redact 7f3a --text "Acme" --text "Jo Doe" --notes --dry-run`,
    )
    .action(act(async () => (await import('./commands/redact.ts')).redact))

  program
    .command('verify')
    .description('work everything in documents out again; does it stand?')
    .argument('[doc...]', 'by id, a part of it, or path; any Markdown file')
    .option('--live', 'also against the tracker as it is now')
    .addHelpText(
      'after',
      `
Documents are held against the evidence frozen with them: every printed value
and check, findings, text, edits by hand, digests and the chain of records. No
tracker and no network are needed. Of any other Markdown file each number beside
a metric or a run is looked for in the runs: it says where it may come from,
never that it is right.

Exit codes: 0 all stands, 1 findings, 2 usage, 3 nothing to read, 6 store.

Examples:
  $ narrate verify                       all documents; for CI
  $ narrate verify 2026-11-20 --live
  $ narrate verify README.md --source ./mlruns`,
    )
    .action(act(async () => (await import('./commands/verify.ts')).verify))

  const runs = prepare(program.command('runs'), world).description(
    'the runs as your tracker logged them; no model is involved',
  )
  const filtering = (command: Command): Command =>
    command
      .addOption(new Option('--filter <filter>', "MLflow's search syntax (repeatable)").argParser(append))
      .option('--experiment <name>', 'only this experiment, by name or id (repeatable)', append)
      .addOption(new Option('--status <status>', 'only this status (repeatable)').argParser(append))
      .option('--user <name>', "only this user's runs (repeatable)", append)
  const paged = (command: Command): Command =>
    command.option('--no-pager', 'print it straight, not through $PAGER')
  const choosing = (command: Command): Command => filtering(command).option('--deleted', 'deleted ones too')

  paged(
    choosing(runs.command('list', { isDefault: true }))
      .description('a table of runs, newest first')
      .option('--sort <field>', 'metrics.NAME, params.NAME, start_time, … (repeatable)', append)
      .option('--asc', 'lowest first')
      .option('--desc', 'highest first')
      .option('--columns <fields>', 'e.g. params.model,metrics.val_auc,took')
      .option('--missing', 'what each run lacks to be run again')
      .option('--limit <n>', 'at most so many (default: 40 in a table, all with --json)')
      .option('--all', 'all of them')
      .option('--history', 'read every history: min, max and count of metrics'),
  )
    .allowExcessArguments(true)
    .addHelpText(
      'after',
      `
A filter joins conditions by AND: metrics.auc > 0.8 (the last value),
params.model = 'lgbm' (text), tags.x LIKE '%a%', params.x IS NULL,
run_id IN ('a','b'), datasets.name, status, run_name, user_id, start_time.
Names with special characters stand in backticks: metrics.\`val/loss\`.
--sort puts the best first where a metric's direction is known, and what is
missing last; "metrics.auc DESC" and -metrics.auc work too.

Examples:
  $ narrate runs list --filter "metrics.val_auc > 0.8 and status = 'FINISHED'"
  $ narrate runs list --sort metrics.val_auc --columns params.model,took
  $ narrate runs list --missing --since 30d
  $ narrate runs list --json --history | jq '.runs[].metrics'`,
    )
    .action((...received: readonly unknown[]) => {
      const command = received.at(-1)
      if (command instanceof Command) refuseWords(command, runs)
      return act(async () => (await import('./commands/runs-list.ts')).runsList)(...received)
    })
  paged(
    runs
      .command('show')
      .description('one run whole: settings, curves, relatives, documents')
      .argument('<run...>', 'any unambiguous prefix of its id, its key, or its name')
      .option('--metric <name>', 'draw this metric (repeatable; default: the two that tell most)', append)
      .option('--history', 'read every history: min, max and count of metrics'),
  )
    .addHelpText(
      'after',
      `
Training and held-out values of one metric stand in one plot. Replicates share
all settings, code and data but the seed.

Examples:
  $ narrate runs show 3fa2c1 --history
  $ narrate runs show lgbm-leaves4 --metric val_loss`,
    )
    .action(act(async () => (await import('./commands/runs-show.ts')).runsShow))
  paged(
    choosing(runs.command('compare'))
      .description('what differs between runs, and how their metrics came out')
      .argument('[run...]', 'two to eight runs, by id, key or name')
      .option('--limit <n>', 'the newest so many that --filter finds')
      .option('--by <param>', 'compare the levels of a parameter: mean ± sd (n)')
      .option('--metric <name>', 'with --by: these metrics (repeatable)', append)
      .option('--all', 'what is the same, too')
      .option('--markdown', 'as Markdown, for comparison.md'),
  )
    .addHelpText(
      'after',
      `
Nothing is called best across runs that measured different things, that did not
finish, or where a metric's direction is not known; a gap that seeds alone
explain is "within noise".

Examples:
  $ narrate runs compare 3fa2c1 b5e0d2
  $ narrate runs compare --filter "params.model = 'xgboost'" --limit 5
  $ narrate runs compare --by model --since 30d
  $ narrate runs compare 3fa2c1 b5e0d2 --markdown > comparison.md`,
    )
    .action(act(async () => (await import('./commands/runs-compare.ts')).runsCompare))
  choosing(runs.command('export'))
    .description('runs, or their points, as CSV, JSON or Markdown')
    .addOption(
      new Option('--format <format>', 'default: the ending of --output, else csv').choices([
        'csv',
        'json',
        'jsonl',
        'markdown',
      ]),
    )
    .option('--limit <n>', 'the newest so many')
    .option('--columns <fields>', 'csv and markdown: only these, e.g. id,params.lr')
    .option('--history', 'every point: run, name, metric, step, time, value')
    .option('--metric <name>', 'with --history: only this metric (repeatable)', append)
    .option('--output <file>', 'to this file, whole or not at all (--yes replaces one)')
    .option('--raw', 'CSV: leave texts as they were logged')
    .addHelpText(
      'after',
      `
Numbers are written in full, times as ISO 8601 (UTC), what is not finite as
NaN, Infinity, -Infinity. In CSV a text that a spreadsheet would run as a
formula (it begins with = + - @ and is no number) gets a ' in front; --raw
leaves it.

Examples:
  $ narrate runs export --output runs.csv
  $ narrate runs export --filter "metrics.val_auc > 0.8" --format jsonl
  $ narrate runs export --history --metric val_loss --output curves.csv`,
    )
    .action(act(async () => (await import('./commands/runs-export.ts')).runsExport))

  filtering(runs.command('findings'))
    .description('what the runs say by themselves: repeats, noise, breaks, …')
    .addOption(new Option('--kind <kind>', 'only this kind of finding (repeatable)').argParser(append))
    .option('--no-history', 'read no histories: nothing is said of curves')
    .addHelpText(
      'after',
      `
Only the runs chosen are looked at; those deleted among them are told as such.

Examples:
  $ narrate runs findings --since 30d
  $ narrate runs findings --filter "params.model = 'lgbm'"
  $ narrate runs findings --kind repeat --kind protocol --json`,
    )
    .action(act(async () => (await import('./commands/runs-findings.ts')).runsFindings))

  program
    .command('init')
    .description('find your run logs and write a commented narrate.yaml')
    .addHelpText('after', '\nIt never overwrites a file.\n\nExample:\n  $ cd my-project && narrate init')
    .action(act(async () => (await import('./commands/init.ts')).init))

  program
    .command('demo')
    .description('try it on a real history of forty-seven runs')
    .addHelpText(
      'after',
      `
It works in a temporary copy, needs no key and sends nothing.

Examples:
  $ narrate demo
  $ narrate demo --model local/qwen3:14b      ask a model instead`,
    )
    .action(act(async () => (await import('./commands/demo.ts')).demo))

  inherit(program, world)

  return {
    async run(argv) {
      refuseBothModels(argv)
      isNamed = argv.includes('log')
      try {
        await program.parseAsync([...argv], { from: 'user' })
      } catch (error) {
        if (!(error instanceof CommanderError)) throw error
        if (error.exitCode === 0) return 0
        throw asUsageError(error)
      }
      return exitCode
    },
  }
}

/** Which of the two comes last must not decide whether something leaves the machine. */
function refuseBothModels(argv: readonly string[]): void {
  const end = argv.indexOf('--')
  const options = end < 0 ? argv : argv.slice(0, end)
  if (options.includes('--no-model') && options.some((word) => /^--model(?:=|$)/.test(word))) {
    throw new NarrateError('usage', '--model and --no-model exclude each other.', {
      hint: 'Leave one of them out.',
    })
  }
}

function append(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value]
}

/** Output, width and errors of a command as everything here has them: nothing is printed but help. */
function prepare(command: Command, world: World): Command {
  return command
    .exitOverride()
    .configureHelp({
      subcommandTerm: (inner) =>
        [inner.name(), ...inner.registeredArguments.map((argument) => `<${argument.name()}>`)].join(' '),
    })
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: () => undefined,
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(80, world.stdout.columns),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
}

function inherit(command: Command, world: World): void {
  for (const inner of command.commands) {
    prepare(inner, world).addHelpText(
      'after',
      '\nOptions of every command (--source, --since, --json, …): narrate --help',
    )
    inherit(inner, world)
  }
}

/** A default command receives words that name no command: say so, with the closest name. */
function refuseWords(command: Command, group: Command): void {
  const [word] = command.args
  if (word === undefined) return
  const names = group.commands.map((known) => known.name())
  const prefix = group.parent === null ? 'narrate' : `narrate ${group.name()}`
  const close = names.filter((name) => isClose(word, name))
  throw new NarrateError('usage', `There is no command "${prefix} ${word}".`, {
    hint:
      close.length > 0
        ? `Did you mean ${close.map((name) => `${prefix} ${name}`).join(' or ')}?`
        : `Commands: ${names.join(', ')}. A note for the entry goes behind -m.`,
  })
}

/** Whether two words differ by one edit or a swap, or one begins the other. */
function isClose(typed: string, name: string): boolean {
  if (typed.length >= 2 && (name.startsWith(typed) || typed.startsWith(name))) return true
  const [short, long] = typed.length <= name.length ? [typed, name] : [name, typed]
  if (long.length - short.length > 1) return false
  let at = 0
  while (at < short.length && short[at] === long[at]) at += 1
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1)
  const swapped = short.slice(0, at) + (short[at + 1] ?? '') + (short[at] ?? '') + short.slice(at + 2)
  return short.slice(at + 1) === long.slice(at + 1) || swapped === long
}

/** Commander's own sentence as ours: "error: unknown option '--jsn'\n(Did you mean --json?)". */
function asUsageError(error: CommanderError): NarrateError {
  const [sentence = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const text = sentence.charAt(0).toUpperCase() + sentence.slice(1)
  return new NarrateError('usage', text.endsWith('.') ? text : `${text}.`, {
    hint: suggestion?.replace(/^\((.*)\)$/, '$1') ?? '`narrate --help` lists commands and options.',
    cause: error,
  })
}
