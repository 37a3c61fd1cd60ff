import { readFileSync } from 'node:fs';
import { TerminalError } from '#shared/terminal/index.ts';
import { findCommand } from './command-path.ts';
import { defaultShell, isShellName, loginArguments, type ShellCommand, type TerminalHome } from './environment.ts';

/** List of the login shells that an administrator allows, see shells(5). */
const SHELLS_FILE = '/etc/shells';
/** Largest part of that file that is read, characters. */
const MAX_SHELLS = 65_536;

/**
 * Returns the shell that a peer requests by name or path: the account's own shell, one of `/etc/shells`, or one whose name is known. Reads the disk;
 * starts nothing.
 * @throws {TerminalError} `terminal.shell-unknown`
 */
export function requestedShell(
  wanted: string,
  home: TerminalHome,
  listed: readonly string[] = listedShells(),
): ShellCommand {
  const own = defaultShell(home);
  if (wanted === own.file || wanted === nameOf(own.file)) return own;
  const file = listed.find((each) => each === wanted || nameOf(each) === wanted) ?? wanted;
  const path = findCommand(file, home.environment, home.home);
  if (path === undefined || !(listed.includes(file) || isInteractive(path)))
    throw new TerminalError('terminal.shell-unknown', 'there is no such shell', { details: { shell: wanted } });
  return { file: path, args: loginArguments(path) };
}

/** Shells of Windows, by their names without extension. */
const WINDOWS_SHELLS: ReadonlySet<string> = new Set(['cmd', 'powershell', 'bash', 'wsl']);

function isInteractive(path: string): boolean {
  const name = nameOf(path)
    .replace(/\.exe$/i, '')
    .toLowerCase();
  return isShellName(name) || (process.platform === 'win32' && WINDOWS_SHELLS.has(name));
}

function nameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

function listedShells(): readonly string[] {
  if (process.platform === 'win32') return [];
  try {
    const lines = readFileSync(SHELLS_FILE, 'utf8').slice(0, MAX_SHELLS).split('\n');
    return lines.map((line) => line.trim()).filter((line) => line.startsWith('/'));
  } catch {
    return [];
  }
}
