import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, sep } from 'node:path';
import { candidates } from '#node/programs/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The path of a program as execvp(3) would find it, or undefined. A relative path counts from `cwd`. On Windows a name without an ending is tried
 * with those of `PATHEXT`; neither `cwd` nor a relative folder of the path is looked into there for a name alone.
 */
export function findCommand(file: string, environment: Environment, cwd: string): string | undefined {
  return places(file, environment, cwd).find(isExecutable);
}

function places(file: string, environment: Environment, cwd: string): readonly string[] {
  if (process.platform === 'win32') {
    const path = windowsVariable(environment, 'PATH');
    return candidates(file, cwd, { platform: 'win32', path, extensions: windowsVariable(environment, 'PATHEXT') });
  }
  if (file.includes(sep)) return [isAbsolute(file) ? file : join(cwd, file)];
  return (environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin')
    .split(delimiter)
    .map((folder) => join(folder === '' ? cwd : folder, file));
}

/** Names of variables have no case there, and `Path` is the usual form of one; a copy of the environment knows nothing of that. */
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
