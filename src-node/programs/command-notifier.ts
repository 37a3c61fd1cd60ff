import { spawn } from 'node:child_process';
import type { Logger } from '#shared/logger.ts';
import { programPaths, findExecutable } from './which.ts';

/** Notification that a gateway sends to the user of this machine. */
export type Notice = Readonly<{ title: string; body: string; isUrgent: boolean }>;

/** Time limit of the notification program, ms. */
const PATIENCE = 5000;
/** AppleScript that shows a notification. Its texts are passed as arguments, never as part of the script. */
const SCRIPT = 'on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run';

/**
 * Creates a function that shows desktop notifications without a window, for the agent of `clawreach run`: by `notify-send` on Linux with a desktop
 * session, by `osascript` on macOS, else as a line in the log. Starts a child process. Never rejects.
 * @param environment the user's environment variables
 */
export function createCommandNotifier(
  environment: Readonly<Record<string, string | undefined>>,
  logger: Logger,
): (notice: Notice) => Promise<void> {
  return async (notice) => {
    const words = commandFor(process.platform, notice);
    const hasSession = process.platform === 'darwin' || Boolean(environment['DBUS_SESSION_BUS_ADDRESS']);
    const [name = ''] = words;
    const search = { platform: process.platform, path: environment['PATH'], extensions: undefined };
    const program = name === '' || !hasSession ? undefined : await findExecutable(programPaths(name, '/', search));
    if (program !== undefined && (await run(program, words.slice(1), environment))) return;
    logger.info('a gateway notifies', { title: notice.title, body: notice.body });
  };
}

/**
 * Returns the command that shows a notification on this platform. Pure.
 * @returns an empty list if the platform has no such program
 */
export function commandFor(platform: NodeJS.Platform, { title, body, isUrgent }: Notice): readonly string[] {
  if (platform === 'darwin') return ['osascript', '-e', SCRIPT, title, body];
  if (platform === 'win32') return [];
  // Some desktops read the body as markup.
  const plain = body.replaceAll(/[&<>]/g, (sign) => `&#${sign.codePointAt(0)};`);
  return ['notify-send', '--app-name=ClawReach', `--urgency=${isUrgent ? 'critical' : 'normal'}`, '--', title, plain];
}

function run(
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: 'ignore', timeout: PATIENCE, env: environment });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
