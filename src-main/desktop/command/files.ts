import { cp, lstat, mkdir, readdir, readlink, realpath, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { CommandError } from './command-error.ts';

/** Copies of other versions that stay: an agent may still run from the one before. */
const KEPT_COPIES = 1;

/** Where a link leads, absolute; undefined for what is no link, or is not there. */
export async function targetOf(path: string): Promise<string | undefined> {
  try {
    const target = await readlink(path);
    return isAbsolute(target) ? target : resolve(dirname(path), target);
  } catch {
    return undefined;
  }
}

export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** Makes a link, or turns one of ours to another place. @throws {CommandError} `shell.command-taken` */
export async function link(target: string, path: string, isOurs: (target: string) => boolean): Promise<void> {
  const before = await targetOf(path);
  if (before === undefined ? await exists(path) : !isOurs(before)) {
    throw new CommandError('shell.command-taken', 'there is another program', { details: { path } });
  }
  await mkdir(dirname(path), { recursive: true });
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}`);
  await rm(fresh, { force: true });
  await symlink(target, fresh);
  // In one step: a terminal that starts it meanwhile finds the one or the other.
  await rename(fresh, path);
}

/** Copies a folder to `to/version`, complete or not at all, and takes copies away that nobody needs any more. */
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

/** The program that this name starts, found as a terminal does. */
export async function findInPath(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, name);
    if (await exists(path)) return path;
  }
  return undefined;
}

/** Without links; the path itself when it leads nowhere. */
export async function withoutLinks(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
