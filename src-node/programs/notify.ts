import { spawn } from 'node:child_process';
import type { Logger } from '#shared/logger.ts';
import { candidates, findExecutable } from './which.ts';

export type Notice = Readonly<{ title: string; body: string; isUrgent: boolean }>;

/** Time limit of a notifier, ms. */
const PATIENCE = 5000;
/** Words come as arguments of the script, never as part of it. */
const SCRIPT = 'on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run';

/**
 * Notices without a window: `notify-send` where there is a session to show them, `osascript` on macOS, else a line in the log. Never fails.
 * @param environment of the person
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
    const program = name === '' || !hasSession ? undefined : await findExecutable(candidates(name, '/', search));
    if (program !== undefined && (await run(program, words.slice(1), environment))) return;
    logger.info('a gateway notifies', { title: notice.title, body: notice.body });
  };
}

/** @returns nothing where there is no such program */
export function commandFor(platform: NodeJS.Platform, { title, body, isUrgent }: Notice): readonly string[] {
  if (platform === 'darwin') return ['osascript', '-e', SCRIPT, title, body];
  if (platform === 'win32') return [];
  // Its body is markup, where the desktop knows any.
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
