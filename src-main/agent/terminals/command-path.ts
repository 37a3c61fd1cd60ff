import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, sep } from 'node:path';

/** The path of a program as execvp(3) would find it, or undefined. A relative path counts from `cwd`. */
export function findCommand(file: string, path: string | undefined, cwd: string): string | undefined {
  if (process.platform === 'win32') return file;
  const candidates = file.includes(sep)
    ? [isAbsolute(file) ? file : join(cwd, file)]
    : (path ?? '/usr/local/bin:/usr/bin:/bin')
        .split(delimiter)
        .map((folder) => join(folder === '' ? cwd : folder, file));
  return candidates.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
