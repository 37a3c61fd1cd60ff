/**
 * Runs the installed application through the story that a person begins with, on Linux, macOS and Windows: the window opens, a relay runs, a second
 * machine pairs by a code with the same four words, and runs a program here. The release workflow runs it on what it has just installed.
 *
 *   node scripts/installed-story.ts PROGRAM COMMAND
 *
 * PROGRAM opens the window, COMMAND is the `clawreach` that comes with it. Ends with 0 when all steps passed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentOf } from '#test/support/electron/agent-of.ts';
import { runCommand, RunningCommand, type Ended } from '#test/support/e2e/commands.ts';
import { RunningPackaged } from '#test/support/packaged/packaged-application.ts';
import { isRoot } from '#test/support/window/user.ts';
import { failUsage } from '#test/support/command-words.ts';

const [program, command] = process.argv.slice(2);
if (program === undefined || command === undefined) failUsage('Usage: node scripts/installed-story.ts PROGRAM COMMAND');

const place = mkdtempSync(join(tmpdir(), 'clawreach-installed-'));
const environment = { ...definedVariables(), CLAWREACH_DISCOVERY: 'off' };
const profile = join(place, 'office');
const laptop = join(place, 'laptop');
const run = (words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  runCommand(words, { program: command, environment: { ...environment, ...more }, timeout: 120_000 });

const relay = new RunningCommand(
  [
    join(command, '..', 'app', 'dist', 'clawreach-relay.js'),
    '--listen=127.0.0.1:0',
    '--tls=off',
    `--data=${join(place, 'relay')}`,
  ],
  { program: command, environment },
);
const application = new RunningPackaged(
  spawn(program, [...(isRoot() ? ['--no-sandbox'] : []), '--remote-debugging-port=0', `--profile=${profile}`], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  }),
);
try {
  await application.open();
  const page = await application.page();
  await page.getByRole('heading').first().waitFor({ timeout: 60_000 });
  step('the window opens');
  await relay.said(/^data /m);
  const url = /^url +(\S+)/m.exec(relay.stdout)?.[1] ?? '';
  const admission = /^admission token +(\S+)/m.exec(relay.stdout)?.[1] ?? '';
  const served = await agentOf(profile);
  await served.call('relay.configure', { url, admission, insecure: true });
  await served.call('relay.ready', { timeout: 30_000 });
  step('its agent is online at the relay that comes with it');
  const invitation = await served.call('pairing.invite', { allow: ['terminal'] });
  const paired = await run(
    ['pair', '--words-confirmed-elsewhere', '--name', 'laptop', `--profile=${laptop}`, '--relay', url],
    { CLAWREACH_PAIR_CODE: invitation.code ?? '' },
  );
  const { peer, words } = await served.call('pairing.result', { pairing: invitation.pairing });
  expect(paired.code === 0 && paired.stdout.includes(words.join('  ')), paired);
  await served.call('pairing.confirm', { peer: peer.peerId, words });
  step('a second machine pairs by the code, with the same four words');
  const listed = await run(['list', '--json', `--profile=${laptop}`]);
  const office = /"name":\s*"([^"]+)"/.exec(listed.stdout)?.[1] ?? '';
  const shell =
    process.platform === 'win32' ? ['cmd', '/c', 'echo answer&& exit 3'] : ['sh', '-c', 'echo answer; exit 3'];
  const said = await run(['connect', office, `--profile=${laptop}`, '--', ...shell]);
  expect(said.code === 3 && said.stdout.trim() === 'answer', said);
  step('it runs a program here, and gets its output and exit code');
  served.close();
} finally {
  await run(['stop', `--profile=${laptop}`]).catch(() => undefined);
  await application.quit();
  await relay.end();
  rmSync(place, { recursive: true, force: true, maxRetries: 5 });
}

function step(text: string): void {
  console.info(`passed: ${text}`);
}

function expect(isTrue: boolean, ended: Ended): void {
  if (!isTrue) throw new Error(`ended with ${String(ended.code)}:\n${ended.stdout}\n${ended.stderr}`);
}

function definedVariables(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
