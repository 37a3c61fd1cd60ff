import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { styleText } from 'node:util';
import { DEFAULT_WINDOW_SETTINGS } from '#shared/app-api/index.ts';
import type { FoundElectron } from './electron.ts';
import { parse, text } from './json.ts';
import type { Machines } from './machines.ts';
import { ownEnvironment, type Processes } from './processes.ts';
import { say, step } from './say.ts';
import { attend } from './terminal-session.ts';

export type WindowOptions = Readonly<{ processes: Processes; machines: Machines; dist: string; directory: string }>;

/** Between two invitations, when the first came to nothing, ms. */
const PAUSE = 1000;

/** The application on the profile of this machine, until the person ends it. Its exit code. */
export async function runApplication(
  electron: Extract<FoundElectron, { executable: string }>,
  { processes, machines, directory }: WindowOptions,
): Promise<number> {
  // Its agent takes the place of the one that has got to know the relay.
  await machines.stopHere();
  const settings = { ...DEFAULT_WINDOW_SETTINGS, closeToTray: false };
  writeFileSync(join(machines.here, 'window.json'), JSON.stringify(settings), { mode: 0o600 });
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary, { mode: 0o700 });
  const words = [
    ...electron.words,
    `--profile=${machines.here}`,
    // The person's own key store has nothing to do with a demo.
    '--password-store=basic',
    '--use-mock-keychain',
  ];
  const application = spawn(electron.executable, words, {
    stdio: 'ignore',
    detached: true,
    env: { ...ownEnvironment(), TMPDIR: temporary },
  });
  step('window', `opens; closing it, or ${styleText('bold', 'Ctrl-C')} here, ends the demo\n`);
  const ended = attend(processes, application);
  void ended.then(() => undefined);
  await Promise.race([ended, showCodes(machines)]);
  return ended;
}

/** The same window in a browser, until Ctrl-C. */
export async function runBrowserWindow({ processes, machines, dist }: WindowOptions): Promise<number> {
  step('window', `${await serveWindow(processes, dist, machines.here)}\n`);
  say(
    `It opens in your browser; if it does not, open the link in one. ${styleText('bold', 'Ctrl-C')} here ends the demo.\n`,
  );
  await showCodes(machines);
  // A signal is the only way out.
  return new Promise(() => undefined);
}

/** The link of the window in a browser, which works once. */
export async function serveWindow(
  processes: Processes,
  dist: string,
  profile: string,
  options: readonly string[] = [],
): Promise<string> {
  const words = [join(dist, 'clawreach.js'), 'ui', '--json', `--profile=${profile}`, ...options];
  const { found } = await processes.start('the window', words, (line) => text(parse(line), 'url') || undefined);
  return found;
}

/** Shows a code of "office" until somebody has typed one. */
async function showCodes(machines: Machines): Promise<void> {
  for (;;) {
    const { code, address, paired } = await machines.invite();
    say(`          Type this code in the window: ${styleText('bold', code)}`);
    if (address !== undefined)
      say(`          If it finds no machine there, choose "Enter its address" and type: ${styleText('bold', address)}`);
    const result = await paired;
    if (result.words !== undefined) {
      step('paired', `both screens show: ${result.words.join(' ')}`);
      say('          Open terminal on office in the window.');
      return;
    }
    if (result.reason === undefined) return;
    say(`          ${result.reason} Here is a new one.`);
    await delay(PAUSE);
  }
}
