import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ClawReachError } from '#shared/errors.ts';
import type { CommandContext } from '../../control/index.ts';

/** Returns the real path of a folder that a person has named, as agents are granted it; what isn't there stays as it was named. */
export async function realFolder({ host }: CommandContext, named: string): Promise<string> {
  const path = resolve(host.workingDirectory, named);
  return await realpath(path).catch(() => path);
}

/** Returns the real path of a folder that is to be granted. @throws {ClawReachError} `file.folder` */
export async function requireFolder(context: CommandContext, named: string): Promise<string> {
  const path = await realFolder(context, named);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new ClawReachError('file.folder', 'not a folder', { details: { path } });
  return path;
}
