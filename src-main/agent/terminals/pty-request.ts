import { statSync } from 'node:fs';
import { TerminalError, type TerminalParams } from '#shared/terminal/index.ts';
import type { PtyRequest, TerminalLabel } from './backend.ts';
import { terminalEnvironment } from './environment.ts';
import type { ProgramStart, TerminalHome } from './environment.ts';

export type OpenParams = Extract<TerminalParams, { action: 'open' }>;

/**
 * What is started for somebody who opens a terminal: their command, or the login shell. A shell begins in the home folder where the one that
 * was asked for is not there; a command, which may mean another thing there, does not.
 * @throws {TerminalError} `terminal.no-folder`
 */
export function ptyRequest(
  home: TerminalHome,
  shell: ProgramStart,
  params: OpenParams,
  label: TerminalLabel,
): PtyRequest {
  const [file, ...args] = params.command ?? [shell.file, ...shell.args];
  const isThere = params.directory === undefined || isFolder(params.directory);
  if (!isThere && params.command !== undefined)
    throw new TerminalError('terminal.no-folder', 'there is no such folder');
  const cwd = isThere ? (params.directory ?? home.home) : home.home;
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
