import { chmod, copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage, systemCode } from '#shared/errors.ts';
import { RelayStartError } from '../errors.ts';
import { copyDatabase, DATABASE_FILES } from '../store/index.ts';
import { dataOption } from './data-option.ts';
import { helpColumns, wrapHelp } from './help-text.ts';
import type { RegisterSubcommand } from './subcommands.ts';

/** Ends of the names of files that a backup leaves out: logs, and files that are being written. */
const LEFT_OUT = /\.(?:log|log\.\d+|tmp|\d+)$/;

/**
 * Registers `clawreach-relay backup FOLDER`, which copies the data folder of a relay, also of a running one: the database as of one moment, keys,
 * tokens and certificate. The copy is itself a data folder. Writes the new folder (0700) and its files (0600), and prints what to do with it.
 */
export const addBackup: RegisterSubcommand = (program, environment) => {
  program
    .command('backup')
    .description('Copy the data folder, also while the relay runs. The copy is a data folder itself.')
    .argument('<FOLDER>', 'a folder that does not exist yet')
    .addOption(dataOption(environment))
    .addHelpText('after', () =>
      wrapHelp(
        `
The copy holds the relay's key and all accounts: keep it as safe as the original.
To restore, stop the relay and start it with --data FOLDER, or put the copy in the place of the old folder.

Example:
  $ clawreach-relay backup /backup/relay-monday`,
        helpColumns(),
      ),
    )
    .action(async (folder: string, { data }: Readonly<{ data: string }>) => {
      const files = await backUp(data, folder);
      process.stdout.write(
        `Saved ${files} files in ${folder}.\nKeep them safe: they hold the relay's key. To restore, start a relay with --data ${folder}.\n`,
      );
    });
};

/**
 * Copies a data folder to one that doesn't exist yet. Removes the copy again if a step fails.
 * @returns number of files
 * @throws {RelayStartError} `relay.backup`
 */
export async function backUp(from: string, to: string): Promise<number> {
  const names = await filesOf(from);
  try {
    await mkdir(to, { mode: 0o700 });
  } catch (error) {
    const exists = systemCode(error) === 'EEXIST';
    throw failure(exists ? `${to} exists already` : `${to} cannot be made: ${errorMessage(error)}`, error, to);
  }
  try {
    await copyDatabase(from, to);
    for (const name of names) {
      await copyFile(join(from, name), join(to, name));
      await chmod(join(to, name), 0o600);
    }
  } catch (error) {
    await rm(to, { recursive: true, force: true });
    throw failure(`${from} cannot be copied: ${errorMessage(error)}`, error, to);
  }
  return names.length + 1;
}

/** Lists the files to copy as they are: all but the database, logs and temporary files. */
async function filesOf(folder: string): Promise<readonly string[]> {
  let names: readonly string[];
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  } catch (error) {
    const isMissing = systemCode(error) === 'ENOENT';
    const reason = isMissing ? 'does not exist' : `cannot be read: ${errorMessage(error)}`;
    throw new RelayStartError('relay.data-folder', `${folder} ${reason}`, { cause: error, details: { path: folder } });
  }
  const [database] = DATABASE_FILES;
  if (!names.includes(database))
    throw new RelayStartError('relay.data-folder', `${folder} is no data folder of a relay`, {
      details: { path: folder },
    });
  return names.filter((name) => !DATABASE_FILES.some((file) => file === name) && !LEFT_OUT.test(name));
}

function failure(message: string, cause: unknown, path: string): RelayStartError {
  return new RelayStartError('relay.backup', message, { cause, details: { path } });
}
