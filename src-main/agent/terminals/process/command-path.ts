import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, sep } from 'node:path';
import { programPaths } from '#node/programs/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Searches `PATH` for a program as execvp(3) does; returns its path, or undefined. A relative path counts from `cwd`. On Windows, a name without an
 * extension is tried with those of `PATHEXT`, and a bare name is searched for neither in `cwd` nor in relative directories of `PATH`. Used before a
 * program starts, on a PTY or without one. Checks files on disk synchronously; starts nothing.
 */
export function findCommand(file: string, environment: Environment, cwd: string): string | undefined {
  return pathsToTry(file, environment, cwd).find(isExecutable);
}

function pathsToTry(file: string, environment: Environment, cwd: string): readonly string[] {
  if (process.platform === 'win32') {
    const path = windowsVariable(environment, 'PATH');
    return programPaths(file, cwd, { platform: 'win32', path, extensions: windowsVariable(environment, 'PATHEXT') });
  }
  if (file.includes(sep)) return [isAbsolute(file) ? file : join(cwd, file)];
  return (environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin')
    .split(delimiter)
    .map((folder) => join(folder === '' ? cwd : folder, file));
}

/** Reads a variable of a copied Windows environment, whose names are case-insensitive (`Path`). */
export function windowsVariable(environment: Environment, name: string): string | undefined {
  return Object.entries(environment).find(([key]) => key.toUpperCase() === name.toUpperCase())?.[1];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
