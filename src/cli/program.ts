import { Command, CommanderError, Option } from 'commander'
import { NarrateError } from '../errors.ts'
import type { World } from '../world.ts'
import { checkLanguage } from './check-language.ts'
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
      checkLanguage(command.optsWithGlobals<Options>().language)
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
      'Drafts log entries, phase summaries, plans, decisions and reconstructions from\nthe runs you logged and the notes you typed.\nIt cannot print a number that your logs do not contain.',
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
    .option('--language <code>', 'of documents: en or de; others are refused')
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
an experiment; without any of these all there are. Where --target says nothing,
"plan: target:" of narrate.yaml does. The call (continue, pivot, stop) follows
a rule that it states; each approach is open, left, exhausted or closed by a
note, with what would re-open it.

Examples:
  $ narrate phase --since 2026-10-01 --until 2026-10-31
  $ narrate phase --experiment churn --target val_auc=0.86
  $ narrate phase --top 20 val_auc --no-model
${EXIT_CODES_HELP}`,
    )
    .action(act(async () => (await import('./commands/phase.ts')).phase))

  program
    .command('plan')
    .description('what to run next: held against everything that was tried')
    .option('--target <metric=value>', 'what is to be reached: val_auc=0.86')
    .option('--budget <amount>', '40 gpu-hours, 12 hours, 30 runs, 200 USD')
    .option('--deadline <date>', 'the last day: 2026-12-15')
    .option('--resources <words>', 'hardware, people, data: printed as given')
    .option('--at-once <n>', 'how many runs go at once (default: 1)')
    .option('--experiment <name>', 'from these runs only, by name or id (repeatable)', append)
    .option('--require-model', 'fail (5) rather than write it without a model')
    .addHelpText(
      'after',
      `
The gap to the target, the next experiments in their order, what is not worth
it, and whether to turn elsewhere. Each experiment has a run that it begins
from, what to change, the range to expect with its ground in past runs, a stop
rule and its cost. A model's proposals are held against all past runs, failed
and deleted ones too, in any words and units; what was tried is left out and
said. Without a model the experiments follow from the runs alone. What flags do
not say comes from "plan:" in narrate.yaml.

--json adds "plan": { metric, direction, target, best, gap, experiments: [ { id,
from: {key,id,name}, set, params, seedParams, runs, expected: {low,high}|null,
grounds, stopUnless: {above}|{below}|null, secondsPerRun, seconds, isInBudget,
isInTime, tried, triedIn } ], dropped: [ {id,because} ] } for a launcher.

Examples:
  $ narrate plan --target val_auc=0.86 --budget "40 gpu-hours"
  $ narrate plan --deadline 2026-12-15 --at-once 2 --no-model
  $ narrate plan --json --yes | jq '.plan.experiments[0].params'
${EXIT_CODES_HELP}`,
    )
    .action(act(async () => (await import('./commands/plan.ts')).plan))

  program
    .command('decide')
    .description('a model selection: criteria, scores, what would turn it, sign-off')
    .option('--finalists <runs>', 'A,B,C: runs, or NAME=RUN+RUN (repeatable)', append)
    .option('--criteria <file>', 'default: criteria.yaml of the project')
    .option('--criterion <metric=weight>', 'e.g. val_f1=3, lower:model_mb=1 (repeatable)', append)
    .option('--threshold <bound>', 'e.g. "latency_ms <= 200" (repeatable)', append)
    .option('--fixed <date>', 'when the criteria were settled')
    .option('--select <finalist>', 'the one that is chosen; without it: a proposal')
    .option('--because <why>', 'why, in your words')
    .option('--title <title>', 'in place of the one made of the names')
    .option('--as-named', 'without the replicates of the runs named')
    .addOption(
      new Option('--for <audience>', 'what stands open').choices([
        'everyone',
        'executive',
        'auditor',
        'engineer',
      ]),
    )
    .option('--of <id>', 'a saved decision: print it --for others, or --select on it')
    .option('--require-model', 'fail (5) rather than write it without a model')
    .addHelpText(
      'after',
      `
criteria.yaml, of which only metric (or name and value) and weight are needed:

  fixed: 2026-11-01            # when they were settled; git may prove it
  criteria:
    - metric: val_f1           # or params.N, tags.N, duration, cost, gpu_hours
      weight: 3
      worst: 0.2               # without these the finalists' own extremes
      best: 0.4
      why: a call costs two hours
    - {name: latency, value: {xgb: 12, lgbm: 9}, unit: ms, direction: lower,
       weight: 1, threshold: "<= 20"}
  approvers: [Marit]           # and purpose, users, out_of_scope, risks,
  dissent: [...]               # tradeoffs, limitations, confirmation, revisit

Scores, margins, noise and flip points are computed; a model only adds prose. A
finalist stands with its replicates. What nobody recorded is said so.

Examples:
  $ narrate decide --finalists 8ab27e98,lgbm-s1-f1 --criteria criteria.yaml
  $ narrate decide --finalists xgb=3fa2+9d0c,lgbm=77ab --criterion val_f1=3 \\
      --criterion fit_seconds=1 --select lgbm --because "cheaper to refit"
  $ narrate decide --of 2026-11-20-xgb --for auditor
  $ narrate decide --of 2026-11-20-xgb --select xgb --because "agreed with Marit"
  $ narrate accept 2026-11-20-xgb --because "for the pilot"
${EXIT_CODES_HELP}`,
    )
    .action(act(async () => (await import('./commands/decide.ts')).decide))

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
    .command('ask')
    .description('an answer from documents, notes and runs, each sentence cited')
    .argument('<question...>', 'in quotes')
    .addOption(new Option('--filter <filter>', "MLflow's search syntax (repeatable)").argParser(append))
    .option('--experiment <name>', 'only runs of this experiment (repeatable)', append)
    .option('--status <status>', 'only runs of this status (repeatable)', append)
    .option('--user <name>', "only this user's runs (repeatable)", append)
    .option('--require-model', 'fail (5) rather than show what was found alone')
    .addHelpText(
      'after',
      `
Without a model it prints the passages and runs that bear on the question, best
first, with their ids and paths. With one it answers from these alone: every
sentence is checked and cites what it rests on; what they do not tell is "not
recorded". The search index lies in .narrate/cache and renews itself. Numbers
are looked up in documents and runs; random forest finds rf, too.

Examples:
  $ narrate ask "why did we try random forest and then abandon it?"
  $ narrate ask "which run is behind the 0.847 in the March decision?"
  $ narrate ask "has anyone tried focal loss?" --json
  $ narrate ask "what failed?" --experiment caravan/final --no-model`,
    )
    .action(act(async () => (await import('./commands/ask.ts')).ask))

  program
    .command('search')
    .description('passages of documents, notes and commits, best first')
    .argument('<words...>', 'what they are about')
    .option('--kind <kind>', 'only this: log, decision, …, note, commit')
    .option('--limit <n>', 'at most so many (default: 10)')
    .addHelpText(
      'after',
      `
Examples:
  $ narrate search random forest
  $ narrate search "out of memory" --since 2026-03-01 --json`,
    )
    .action(act(async () => (await import('./commands/search.ts')).search))

  program
    .command('list')
    .description('the documents written so far')
    .argument('[text...]', 'only those that hold this text')
    .option('--kind <kind>', 'only this kind: log, phase, plan, decision, …')
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
    .command('coverage')
    .description('which runs, failures and changes no document or note tells')
    .option('--min <percent>', 'exit 1 where less of runs, failures or changes is told')
    .addOption(new Option('--filter <filter>', "MLflow's search syntax (repeatable)").argParser(append))
    .option('--experiment <name>', 'only this experiment, by name or id (repeatable)', append)
    .option('--user <name>', "only this user's runs (repeatable)", append)
    .addHelpText(
      'after',
      `
Told: a document is about the run. Explained: a note on the failed run, a note
that names it or is about it, a statement or the logged error in a document.
Reason: a passage of a note, commit or description that says why the primary
metric, the evaluation data, the split or the threshold changed; it is found by
its words and shown, so that you can judge it. Runs that have not ended are not
counted, nor are deleted ones.

Exit codes: 0 enough is told, 1 less than --min, or something was not read.

Examples:
  $ narrate coverage --since 30d
  $ narrate coverage --min 80 --quiet          for CI
  $ narrate coverage --json | jq -r '.untold[].key'`,
    )
    .action(act(async () => (await import('./commands/coverage.ts')).coverage))

  program
    .command('relink')
    .description('find moved runs that documents name by a key no run log has')
    .argument('[old]', 'a key or an alias that documents and notes name')
    .argument('[new]', 'the run, or the alias, that it is now')
    .option('--because <why>', 'why, kept in the record')
    .option('--force', 'also where what was logged differs (with OLD and NEW)')
    .addHelpText(
      'after',
      `
A key is the source's alias and the run's own id; where ids are paths, both move
with the folder. Alone it shows which runs are lost, and what they are now where
that is plain: a drawn id found again, the same place below another folder with
the same facts, or the same start, settings and values as no other run. What is
not plain is listed and left. It asks before it writes; --yes does it.

What is written is a record in the chain of its own: documents stay as they were
saved and accepted, byte for byte, and old keys find their runs everywhere. A
key that was relinked may be relinked again, also back.

Exit codes: 0 every run that is named is there, 1 some are not, or nothing was
written.

Examples:
  $ narrate relink                       what is lost, and where it went
  $ narrate relink --yes --because "moved to the archive disk"
  $ narrate relink mlflow tracking       an alias that was renamed
  $ narrate relink tensorboard:old/run-3 tensorboard:runs/run-3`,
    )
    .action(act(async () => (await import('./commands/relink.ts')).relink))

  program
    .command('sync')
    .description('keep a block of runs, choice and settings in a README')
    .argument('<file>', 'a Markdown file with the two marks')
    .option('--check', 'write nothing; exit 1 where the block is out of date')
    .addHelpText(
      'after',
      `
Put these two lines where the block shall stand:
  <!-- narrate:begin -->
  <!-- narrate:end -->
The first may say which runs: experiment="…", filter="…" (MLflow's syntax) and
rows="20"; a file may hold several. Outside of the marks nothing changes, byte
for byte; the same runs give the same block. What somebody wrote between the
marks is written over with --yes only.

Examples:
  $ narrate sync README.md
  $ narrate sync docs/models.md --check        for CI
  $ narrate sync README.md --dry-run`,
    )
    .action(act(async () => (await import('./commands/sync.ts')).sync))

  program
    .command('write')
    .description('a document of a kind of your own')
    .argument('<kind>', 'a folder in narrative/kinds')
    .addOption(new Option('--filter <filter>', "MLflow's search syntax (repeatable)").argParser(append))
    .option('--experiment <name>', 'only this experiment, by name or id (repeatable)', append)
    .option('--require-model', 'fail (5) rather than write it without a model')
    .addHelpText(
      'after',
      `
narrative/kinds/retro holds a kind called retro:
  schema.json      what a model answers, as JSON Schema: an object of texts,
                   choices, lists, and {"$ref": "#/$defs/statement"} for whatever
                   is to be checked; no numbers
  prompt.hbs       what it reads; {{> evidence}} is all that there is to say
  template.md.hbs  what is printed: title, span, counts, table, findings, quotes,
                   gaps, footer, folded, and answer.NAME for each NAME in the schema
Every text is checked as in narrate's own documents. The schema is frozen with
the document: verify works when the folder is gone.

Examples:
  $ narrate write retro --since 14d
  $ narrate write retro --experiment caravan/final --no-model --dry-run`,
    )
    .action(act(async () => (await import('./commands/write.ts')).write))

  for (const folder of ['prompts', 'templates'] as const) {
    const group = prepare(program.command(folder), world).description(
      folder === 'prompts'
        ? 'what a model reads; replace it, file by file'
        : 'what people read; replace it, file by file',
    )
    group
      .command('list', { isDefault: true })
      .description('each with the file it comes from')
      .action(act(async () => (await import('./commands/templates.ts')).listTemplates(folder)))
    group
      .command('show')
      .description('its source, as it is used')
      .argument('<name>', folder === 'prompts' ? 'log, partials/slots' : 'log, partials/table')
      .action(act(async () => (await import('./commands/templates.ts')).showTemplate(folder)))
    group
      .command('eject')
      .description('copy it into the project, where it is used from then on')
      .argument('<name>', folder === 'prompts' ? 'log, partials/slots' : 'log, partials/table')
      .addHelpText(
        'after',
        `
The copy lies in narrative/${folder}; nothing is overwritten. Documents keep the
digest of what printed them: verify says where another template did.

Example:
  $ narrate ${folder} eject ${folder === 'prompts' ? 'log' : 'partials/table'}`,
      )
      .action(act(async () => (await import('./commands/templates.ts')).ejectTemplate(folder)))
  }

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
      .option('--history', 'read every history: min, max and count of metrics')
      .option('--gaps', 'name all that could not be read, one by one'),
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
    .addHelpText(
      'after',
      `
It looks through the folder, and where the variables of trackers point
(MLFLOW_TRACKING_URI, WANDB_DIR, OPTUNA_STORAGE, TENSORBOARD_LOGGING_DIR,
WANDB_ENTITY with WANDB_PROJECT), or at --source alone. Of each log it says how
many runs it holds, the day of the newest, and what cannot be read and why. A
log that cannot be read stands in the file as a comment (exit 1). So does a
server elsewhere that a variable alone names: it is asked nothing unless
--source names it. Nothing is ever overwritten, nothing else written.

Examples:
  $ cd my-project && narrate init
  $ narrate init --dry-run              print the file; write nothing
  $ narrate init --source ./mlruns --json`,
    )
    .action(act(async () => (await import('./commands/init.ts')).init))

  program
    .command('doctor')
    .description('look at the whole setup, and say what is wrong')
    .addHelpText(
      'after',
      `
One line each for Node, narrate.yaml, the run logs, notes, the store and its
chain, git, the editor, keys (by the names of their variables alone), models,
consent, prompts and templates, the day, the terminal: ok, warning or trouble,
with what to do. Nothing is written but the cache of sources, and nothing but
this machine is contacted: servers elsewhere are only said to be configured.

Exit codes: 0 without trouble (warnings included); else that of a command which
needs the worst of it, in this order:
  2  narrate.yaml, the model's name, the editor
  3  no run log could be read      6  the store cannot be read or written
  4  a prompt or template          1  runs that could not be read, a broken
                                      chain, a key that is missing

Examples:
  $ narrate doctor
  $ narrate doctor --source ./mlruns
  $ narrate doctor --json | jq '.checks[] | select(.state != "ok")'`,
    )
    .action(act(async () => (await import('./commands/doctor.ts')).doctor))

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
