import { cp, lstat, mkdir, readdir, readlink, realpath, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { CommandError } from './command-error.ts';

/** Number of copies of earlier versions to keep, since an agent may still run from one. */
const KEPT_COPIES = 1;

/**
 * Returns the absolute target of a link; undefined if the path is not a link or doesn't exist. The functions of this file are the file operations of
 * `CommandInstaller`.
 */
export async function targetOf(path: string): Promise<string | undefined> {
  try {
    const target = await readlink(path);
    return isAbsolute(target) ? target : resolve(dirname(path), target);
  } catch {
    return undefined;
  }
}

/** Tells whether something exists at this path; a link counts, even if its target is missing. */
export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** Creates a link, or changes one that this application created. @throws {CommandError} `shell.command-taken` if something else is there */
export async function link(target: string, path: string, isOurs: (target: string) => boolean): Promise<void> {
  const before = await targetOf(path);
  if (before === undefined ? await exists(path) : !isOurs(before)) {
    throw new CommandError('shell.command-taken', 'there is another program', { details: { path } });
  }
  await mkdir(dirname(path), { recursive: true });
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}`);
  await rm(fresh, { force: true });
  await symlink(target, fresh);
  // Replace atomically, so that a terminal always finds a command.
  await rename(fresh, path);
}

/** Copies a folder to `to/version`, completely or not at all, and removes copies that are no longer needed. */
export async function copyVersion(from: string, to: string, version: string): Promise<string> {
  const folder = join(to, version);
  if (!(await exists(folder))) {
    await mkdir(to, { recursive: true });
    const fresh = join(to, `.${version}.${process.pid}`);
    await rm(fresh, { recursive: true, force: true });
    await cp(from, fresh, { recursive: true });
    await rename(fresh, folder);
  }
  const others = (await readdir(to, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && entry.name !== version)
    .map((entry) => join(to, entry.name));
  const aged = await Promise.all(others.map(async (path) => ({ path, at: (await lstat(path)).mtimeMs })));
  for (const { path } of aged.sort((one, other) => other.at - one.at).slice(KEPT_COPIES)) {
    await rm(path, { recursive: true, force: true });
  }
  return folder;
}

/** Finds the program with this name in the first folder that has one, as a terminal does. */
export async function findInPath(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, name);
    if (await exists(path)) return path;
  }
  return undefined;
}

/** Resolves links; returns the path itself if it doesn't exist. */
export async function withoutLinks(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
