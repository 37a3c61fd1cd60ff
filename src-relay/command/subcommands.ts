import { Command } from 'commander';
import { addAccount } from './account.ts';
import { addBackup } from './backup.ts';
import { addInstance } from './instance.ts';
import { helpColumns } from './help-text.ts';

/** Registers a subcommand of `clawreach-relay` on the program. */
export type RegisterSubcommand = (program: Command, environment: NodeJS.ProcessEnv) => void;

const SUBCOMMANDS: readonly RegisterSubcommand[] = [addAccount, addInstance, addBackup];

/**
 * Runs a subcommand, such as `clawreach-relay backup FOLDER`, if the first word names one. Exits the process for --help, and with code 2 for unknown
 * arguments or an unknown first word. Called by the program before it starts a relay.
 * @param argv without the program's name
 * @returns false if the words are for the relay itself: none, or flags
 * @throws {RelayStartError}
 */
export async function runSubcommand(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<boolean> {
  const program = new Command('clawreach-relay').showHelpAfterError('(--help shows all options)');
  for (const register of SUBCOMMANDS) register(program, environment);
  const [word = ''] = argv;
  if (!program.commands.some((command) => command.name() === word)) {
    if (word === '' || word.startsWith('-')) return false;
    const known = program.commands.map((command) => command.name());
    const meant = known.find((name) => name.startsWith(word.slice(0, 2)));
    const guess = meant === undefined ? '' : ` Did you mean ${meant}?`;
    program.error(`error: ${word} is no command.${guess} There are: ${[...known, 'help'].join(', ')}`, { exitCode: 2 });
  }
  const nested = program.commands.flatMap((command) => command.commands);
  for (const command of [program, ...program.commands, ...nested])
    command
      .configureOutput({ getOutHelpWidth: helpColumns })
      .allowExcessArguments(false)
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  await program.parseAsync([...argv], { from: 'user' });
  return true;
}

/** Turns `help` and `help account` into `--help` and `account --help`, and `version` into `--version`. Pure. */
export function withHelpOption(argv: readonly string[]): readonly string[] {
  if (argv[0] === 'help') return [...argv.slice(1), '--help'];
  return argv.length === 1 && argv[0] === 'version' ? ['--version'] : argv;
}
