import { realpathSync, statSync, type Stats } from 'node:fs';
import { TerminalError, type TerminalParams } from '#shared/terminal/index.ts';
import type { PtyRequest, TerminalLabel } from './backend.ts';
import { terminalEnvironment } from '../process/environment.ts';
import type { ShellCommand, TerminalHome } from '../process/environment.ts';

export type OpenParams = Extract<TerminalParams, { action: 'open' }>;

/**
 * Returns program, directory and environment of a new terminal: for the given command, or for the login shell. Called by `TerminalService`. Reads the
 * file system; starts nothing.
 * @param version this program's version
 * @throws {TerminalError} `terminal.no-folder`
 */
export function ptyRequest(
  home: TerminalHome,
  shell: ShellCommand,
  params: OpenParams,
  label: TerminalLabel,
  version: string | undefined,
): PtyRequest {
  const [file, ...args] = params.command ?? [shell.file, ...shell.args];
  const cwd = workingDirectory(home, params);
  return {
    label,
    file: file ?? shell.file,
    args,
    cwd,
    environment: { ...terminalEnvironment(home, shell.file, { term: params.term, version }), PWD: cwd },
    cols: params.cols,
    rows: params.rows,
  };
}

/**
 * Returns the working directory of a new program, on a terminal or without one, with all symbolic links resolved: approvals and the audit log show
 * the same path. If the directory doesn't exist, a shell starts in the home directory; a command fails, since it may act differently in another
 * directory.
 * @throws {TerminalError} `terminal.no-folder`
 */
export function workingDirectory(
  home: TerminalHome,
  { directory, command }: Pick<OpenParams, 'directory' | 'command'>,
): string {
  if (directory === undefined) return home.home;
  const real = realFolder(directory);
  if (real !== undefined) return real;
  if (command !== undefined) throw new TerminalError('terminal.no-folder', 'there is no such folder');
  return home.home;
}

/** Resolves all symbolic links of a path; undefined if it isn't a readable directory. */
export function realFolder(path: string): string | undefined {
  return realPath(path, (found) => found.isDirectory());
}

/** Resolves all symbolic links of a path; undefined if it isn't a readable file. */
export function realFile(path: string): string | undefined {
  return realPath(path, (found) => found.isFile());
}

function realPath(path: string, fits: (found: Stats) => boolean): string | undefined {
  try {
    const real = realpathSync(path);
    return fits(statSync(real)) ? real : undefined;
  } catch {
    // It is not there, or may not be looked at.
    return undefined;
  }
}

/** Returns the name of a program without its directory. */
export function programName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}
