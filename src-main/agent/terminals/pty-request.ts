import { statSync } from 'node:fs';
import { TerminalError, type TerminalParams } from '#shared/terminal/index.ts';
import type { PtyRequest, TerminalLabel } from './backend.ts';
import { terminalEnvironment } from './environment.ts';
import type { ProgramStart, TerminalHome } from './environment.ts';

export type OpenParams = Extract<TerminalParams, { action: 'open' }>;

/**
 * What is started for somebody who opens a terminal: their command, or the login shell.
 * @throws {TerminalError} `terminal.no-folder`
 */
export function ptyRequest(
  home: TerminalHome,
  shell: ProgramStart,
  params: OpenParams,
  label: TerminalLabel,
): PtyRequest {
  const [file, ...args] = params.command ?? [shell.file, ...shell.args];
  const cwd = programPlace(home, params);
  return {
    label,
    file: file ?? shell.file,
    args,
    cwd,
    environment: { ...terminalEnvironment(home, params.term, shell.file), PWD: cwd },
    cols: params.cols,
    rows: params.rows,
  };
}

/**
 * Where a program begins: the folder that was asked for. A shell begins in the home folder where there is none of that name; a command, which may
 * mean another thing there, does not.
 * @throws {TerminalError} `terminal.no-folder`
 */
export function programPlace(
  home: TerminalHome,
  { directory, command }: Pick<OpenParams, 'directory' | 'command'>,
): string {
  if (directory === undefined) return home.home;
  if (isFolder(directory)) return directory;
  if (command !== undefined) throw new TerminalError('terminal.no-folder', 'there is no such folder');
  return home.home;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    // It may not be looked at.
    return false;
  }
}

/** How a program is called, without where it lies. */
export function programName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}
