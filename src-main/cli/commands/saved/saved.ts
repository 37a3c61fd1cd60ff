import type { Command } from 'commander';
import type { SavedCommand } from '#shared/app-api/index.ts';
import { placeholdersOf, quotedPlaceholder, SavedCommandError } from '#shared/saved-command/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { formatTable, printable, printableInOrder } from '../../output/index.ts';
import {
  addCommand,
  parseName,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type Run,
} from '../registry.ts';

/** Registers `clawreach saved`, whose commands keep commands for `run-saved`. Starts an agent if none is running. */
export const addSaved: Registration = (program, run) => {
  const saved: Command = addCommand(program, 'saved', 'commands that you run on several machines', {
    description:
      'Keep commands to run them on one or several machines with `clawreach run-saved`. A command is one line for the shell there. {{NAME}} is a placeholder: ' +
      'its value is given with each run and is one word for the shell, whatever it contains. Without a command, lists them.',
    examples: [
      ['clawreach saved add deploy "cd shop && git switch {{branch}} && make"', ''],
      ['clawreach run-saved deploy --on web-1,web-2 --set branch=main', ''],
    ],
  }).action((options: CommonOptions) => run(options, list));
  const below: Run = (options, work) => run({ ...saved.opts<CommonOptions>(), ...options }, work);

  addCommand(saved, 'list', 'list them', { examples: [['clawreach saved list', '']] }).action(
    (options: CommonOptions) => below(options, list),
  );
  addCommand(saved, 'add', 'save a command, or replace it', {
    examples: [['clawreach saved add uptime uptime', '']],
  })
    .argument('<name>', 'name for it', parseName)
    .argument('<line>', 'line for the shell of a machine')
    .action((name: string, line: string, options: CommonOptions) =>
      below(options, async (context) => {
        if (/[\r\n\0]/.test(line) || line.trim() === '')
          throw new UsageError('usage.command-line', 'a command has one line', {
            details: {
              reason: 'A saved command has one line. Separate several with `&&` or `;`.',
              help: 'clawreach saved add --help',
            },
          });
        const inQuotes = quotedPlaceholder(line, true) === undefined ? undefined : quotedPlaceholder(line, false);
        if (inQuotes !== undefined)
          throw new SavedCommandError('saved-command.quoted', 'a placeholder stands within quotes', {
            details: { name: inQuotes },
          });
        const client = await ensureAgent(context);
        const all = await client.call('savedCommands.put', { name, line });
        context.reporter.document(all);
        const names = placeholdersOf(line).map((placeholder) => `--set ${placeholder}=VALUE`);
        context.reporter.lines(
          `Saved "${printable(name)}".`,
          `Run it: \`${['clawreach run-saved', quoted(name), '--on MACHINE', ...names].join(' ')}\``,
        );
      }),
    );
  addCommand(saved, 'remove', 'remove a saved command', { examples: [['clawreach saved remove deploy', '']] })
    .argument('<name>', 'name of the saved command')
    .action((name: string, options: CommonOptions) =>
      below(options, async (context) => {
        const client = await ensureAgent(context);
        context.reporter.document(await client.call('savedCommands.remove', { name }));
        context.reporter.lines(`Removed "${printable(name)}".`);
      }),
    );
};

function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `"${printable(name)}"`;
}

async function list(context: CommandContext): Promise<void> {
  const { host, reporter } = context;
  const client = await ensureAgent(context);
  const all = await client.call('savedCommands.list', {}, { signal: host.interrupted });
  reporter.document(all);
  reporter.lines(...(all.length === 0 ? EMPTY : formatSaved(all, host.stdout.columns ?? 80)));
}

const EMPTY = ['You have no saved commands yet. Save one: `clawreach saved add uptime uptime`'];

function formatSaved(all: readonly SavedCommand[], columns: number): readonly string[] {
  return formatTable(
    [
      { title: 'NAME', least: 8 },
      { title: 'COMMAND', least: 20 },
    ],
    all.map(({ name, line }) => [printable(name), printableInOrder(line)]),
    columns,
  );
}
