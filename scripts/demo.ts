/**
 * `npm run demo`: a relay, a machine called "office" and this one, all on this computer and from the built commands. Opens the window on this
 * machine and shows the code that pairs the two; `--no-relay` does without the relay, as in one network; `npm run demo -- --terminal`, or a pipe, pairs them itself and gives a shell on "office" here.
 * Everything is ended and removed afterwards.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { lanInterfaces } from '#node/discovery/index.ts';
import { readFlags } from '#test/support/command-words.ts';
import { electronHere } from './support/electron.ts';
import { number, text } from './support/json.ts';
import { Machines } from './support/machines.ts';
import { allowDiscovery, connectByLoopback, Processes } from './support/processes.ts';
import { say, step } from './support/say.ts';
import { runTerminalSession } from './support/terminal-session.ts';
import { runApplication, runBrowserWindow, serveWindow } from './support/window-session.ts';

const root = new URL('..', import.meta.url).pathname;
const dist = join(root, 'dist');
const words = readFlags(
  ['terminal', 'window', 'no-relay'],
  'Usage: npm run demo -- [--terminal | --window] [--no-relay]',
);
const directory = mkdtempSync(join(tmpdir(), 'clawreach-demo-'));
const processes = new Processes();
const machines = new Machines({ processes, dist, directory });

process.on('exit', () => {
  processes.kill();
  rmSync(directory, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    void processes.end().finally(() => {
      sayGoodbye();
      process.exit(128 + constants.signals[signal]);
    });
  });
}

try {
  process.exitCode = await demo();
} catch (error) {
  console.error(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await processes.end();
}
if (process.exitCode === 0) sayGoodbye();
// What waits for a code that nobody will type any more keeps nothing alive.
process.exit();

async function demo(): Promise<number> {
  if (!existsSync(join(dist, 'clawreach.js')) || !existsSync(join(dist, 'clawreach-relay.js')))
    throw new Error('it has to be built first: npm run build');
  const isAlone = words.has('no-relay');
  const hasNetwork = lanInterfaces().length > 0;
  const isInNetwork = hasNetwork && (isAlone || words.has('window'));
  if (isInNetwork) allowDiscovery();
  if (isAlone && !hasNetwork) connectByLoopback();
  const parts = isAlone
    ? 'Two machines on this computer, without a relay.'
    : 'A relay and two machines on this computer.';
  say(
    `${parts} ${isInNetwork ? 'They find each other in its network' : 'Nothing leaves it'}, and nothing is left behind.`,
  );
  if (isAlone && !hasNetwork)
    say('It is in no home or office network, so machines have to be given the address that is shown beside the code.');
  say('');

  const relay = isAlone ? undefined : await machines.startRelay();
  step('relay', relay === undefined ? 'none' : `${relay}; it sees ciphertext only`);

  const name = cleanName(hostname());
  const [officeId, ownId] = await Promise.all([
    machines.startAgent('office', machines.office, relay),
    machines.startAgent(name, machines.here, relay),
  ]);
  step('machines', `office (${officeId}…) and ${name} (${ownId}…), each with keys of its own`);

  const inTerminal = words.has('terminal') || (!process.stdin.isTTY && !words.has('window'));
  if (inTerminal) return terminal();
  const options = { processes, machines, dist, directory };
  const electron = electronHere(root, say);
  if (electron.executable !== undefined) return runApplication(electron, options);
  if (hasBrowser()) {
    say(`${electron.why}, so the window opens in the browser.`);
    return runBrowserWindow(options);
  }
  say(`${electron.why}, so this is the terminal. The window, for a browser of this machine, once:`);
  step('window', await serveWindow(processes, dist, machines.here, ['--no-open']));
  return terminal();
}

function sayGoodbye(): void {
  if (process.stdin.isTTY) say('\nThe demo is over; machines and keys are gone.');
}

async function terminal(): Promise<number> {
  const paired = await machines.pair();
  const at = paired.address === undefined ? '' : ` at ${paired.address}`;
  step('paired', `with the code ${styleText('bold', paired.code)}${at}; both screens show: ${paired.words.join(' ')}`);
  const check = await machines.json(machines.here, ['connect', 'office', '--check']);
  step(
    'path',
    `office: ${text(check, 'path') === 'direct' ? 'direct' : 'via relay'} ${text(check, 'address')} (encrypted, ${number(check, 'rtt').toFixed(1)} ms RTT)`,
  );
  return runTerminalSession({ processes, dist, profile: machines.here });
}

/** A browser needs a display as the application does. */
function hasBrowser(): boolean {
  const isSet = (variable: string): boolean => (process.env[variable] ?? '') !== '';
  return process.platform !== 'linux' || isSet('DISPLAY') || isSet('WAYLAND_DISPLAY');
}

/** A host name that is sure to be taken as the name of a device. */
function cleanName(name: string): string {
  const clean = name.replaceAll(/[^A-Za-z0-9._-]/g, '').slice(0, 64);
  return clean === '' || clean === 'office' ? 'laptop' : clean;
}
