import { win32 } from 'node:path';
import { windowsVariable } from './command-path.ts';

/** Facts about this machine and its user, read once when the agent starts. */
export type TerminalHome = Readonly<{
  /** `process.platform` */
  platform: string;
  /** `process.env` */
  environment: Readonly<Record<string, string | undefined>>;
  /** `os.userInfo().shell`; null if the system doesn't tell it. */
  shell: string | null;
  username: string;
  /** `os.homedir()` */
  home: string;
}>;

export type ShellCommand = Readonly<{ file: string; args: readonly string[] }>;

/** Shells that take `-l` for "login shell"; any other shell is started without arguments. */
const LOGIN_SHELLS: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'dash',
  'ash',
  'zsh',
  'ksh',
  'mksh',
  'fish',
  'tcsh',
  'csh',
]);

/** Further shells, which people start instead of their login shell. */
const OTHER_SHELLS: ReadonlySet<string> = new Set(['elvish', 'nu', 'pwsh', 'xonsh']);

/** Tells whether a program of this name is a shell. */
export function isShellName(name: string): boolean {
  return LOGIN_SHELLS.has(name) || OTHER_SHELLS.has(name);
}

/**
 * Returns the user's login shell: `os.userInfo().shell`, else `$SHELL`, else `/bin/sh`; on Windows the system's PowerShell, by its full path. Reads
 * no file.
 */
export function defaultShell(home: TerminalHome): ShellCommand {
  if (home.platform === 'win32') {
    const root = windowsVariable(home.environment, 'SystemRoot') ?? String.raw`C:\Windows`;
    return { file: win32.join(root, String.raw`System32\WindowsPowerShell\v1.0\powershell.exe`), args: ['-NoLogo'] };
  }
  const file = [home.shell, home.environment['SHELL']].find((path) => path?.startsWith('/')) ?? '/bin/sh';
  return { file, args: loginArguments(file) };
}

/** Returns the arguments that make a shell a login shell. Pure. */
export function loginArguments(file: string): readonly string[] {
  return LOGIN_SHELLS.has(file.slice(file.lastIndexOf('/') + 1)) ? ['-l'] : [];
}

/** Variables set by this program, by the package manager that started it, or by the terminal it was started in; programs don't get them. */
const STRIPPED_NAMES: ReadonlySet<string> = new Set([
  'NODE_OPTIONS',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'NODE_UNIQUE_ID',
  'NODE_ENV',
  'INIT_CWD',
  'TERM',
  'TERM_PROGRAM',
  'TERM_PROGRAM_VERSION',
  'TERM_SESSION_ID',
  'TERMCAP',
  'COLORTERM',
  'COLUMNS',
  'LINES',
  'TMUX',
  'TMUX_PANE',
  'STY',
  'WINDOW',
  'WINDOWID',
  'OLDPWD',
  '_',
]);
const STRIPPED_PREFIXES = ['CLAWREACH_', 'npm_', 'NPM_', 'ELECTRON_', 'VITEST', 'VSCODE_'];

/** Terminal types whose terminals draw 16 million colours, or convert them. Pages and current emulators call themselves `xterm-256color`. */
const TRUECOLOR_TERM =
  /^(?:xterm-256color|tmux-256color|alacritty|contour|foot|wezterm|xterm-(?:kitty|ghostty)|.*-direct)$/;

/**
 * Returns the environment of a program that a peer starts on a terminal: that of `programEnvironment`, with `TERM` from the peer, `COLORTERM` if a
 * terminal of this type draws all colours, and this program as `TERM_PROGRAM`. A person's shell may set others. Pure.
 * @param version this program's version
 */
export function terminalEnvironment(
  home: TerminalHome,
  shell: string,
  { term, version }: Readonly<{ term: string; version: string | undefined }>,
): Readonly<Record<string, string>> {
  return {
    ...programEnvironment(home, shell),
    TERM: term,
    ...(TRUECOLOR_TERM.test(term) && { COLORTERM: 'truecolor' }),
    TERM_PROGRAM: 'ClawReach',
    ...(version !== undefined && { TERM_PROGRAM_VERSION: version }),
  };
}

/** Returns the environment of a program that a peer starts without a terminal: the agent's environment without this program's own variables. Pure. */
export function programEnvironment(home: TerminalHome, shell: string): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(home.environment)) {
    if (value === undefined || name === '' || name.includes('=')) continue;
    if (STRIPPED_NAMES.has(name) || STRIPPED_PREFIXES.some((prefix) => name.startsWith(prefix))) continue;
    environment[name] = value;
  }
  if (home.platform === 'win32') return environment;
  environment['HOME'] = home.home;
  environment['USER'] = home.username;
  environment['LOGNAME'] = home.username;
  environment['SHELL'] = shell;
  environment['PWD'] = home.home;
  environment['PATH'] ??= '/usr/local/bin:/usr/bin:/bin';
  return environment;
}
