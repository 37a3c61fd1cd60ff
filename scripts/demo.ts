/**
 * `npm run demo`: a relay, a machine called "office" and this one, all on this computer and from the built commands; pairs the two by code,
 * measures the path, and gives the person a shell on "office". Everything is ended and removed afterwards.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { ownEnvironment, Processes } from './support/processes.ts';

const root = new URL('..', import.meta.url).pathname;
const command = join(root, 'dist', 'clawreach.js');
const relayCommand = join(root, 'dist', 'clawreach-relay.js');
/** A pipe that says nothing for so long has nothing to say, ms. */
const PIPE_PATIENCE = 1000;

const directory = mkdtempSync(join(tmpdir(), 'clawreach-demo-'));
const office = join(directory, 'office');
const here = join(directory, 'here');
const processes = new Processes();
const started = performance.now();

process.on('exit', () => {
  processes.kill();
  rmSync(directory, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    void processes.end().finally(() => process.exit(128 + constants.signals[signal]));
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
if (process.exitCode === 0 && process.stdin.isTTY) say('\nThe demo is over; relay, machines and keys are gone.');

async function demo(): Promise<number> {
  if (!existsSync(command) || !existsSync(relayCommand)) throw new Error('it has to be built first: npm run build');
  say('A relay and two machines on this computer. Nothing leaves it, and nothing is left behind.\n');

  const relay = await startRelay();
  step('relay', `${relay}; it sees ciphertext only`);

  const name = cleanName(hostname());
  const [officeId, ownId] = await Promise.all([startAgent('office', office, relay), startAgent(name, here, relay)]);
  step('machines', `office (${officeId}…) and ${name} (${ownId}…), each with keys of its own`);

  const { code, words } = await pair();
  step('paired', `with the code ${styleText('bold', code)}; both screens show: ${words.join(' ')}`);

  const check = await json(here, ['connect', 'office', '--check']);
  step(
    'path',
    `office → ${text(check, 'path')} → ${text(check, 'address')} (encrypted, ${number(check, 'rtt').toFixed(1)} ms RTT)`,
  );
  return session();
}

async function startRelay(): Promise<string> {
  const { found } = await processes.start(
    'the relay',
    [relayCommand, '--listen=127.0.0.1:0', `--data=${join(directory, 'relay')}`, '--tls=off', '--admission=open'],
    (line) => /wss?:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0],
  );
  return found;
}

/** Resolves with the short id when the agent is online at the relay. */
async function startAgent(name: string, profile: string, relay: string): Promise<string> {
  const words = [command, 'run', '--json', `--profile=${profile}`, `--name=${name}`, `--relay=${relay}`];
  const { found } = await processes.start(name, words, (line) => {
    const event = parse(line);
    const status = field(event, 'status');
    return text(field(status, 'relay'), 'state') === 'online' ? text(field(status, 'device'), 'shortId') : undefined;
  });
  return found;
}

/** By code, as two people would: "office" shows it and lets the other open terminals; this machine types it. */
async function pair(): Promise<{ code: string; words: readonly string[] }> {
  const words = [command, 'pair', '--json', `--profile=${office}`, '--allow', 'terminal'];
  const inviter = await processes.start('pairing on office', words, (line) => {
    const code = text(parse(line), 'code');
    return code === '' ? undefined : code;
  });
  const ended = once(inviter.child, 'exit');
  const joined = await json(here, ['pair', inviter.found]);
  await ended;
  const shown = field(joined, 'words');
  return { code: inviter.found, words: Array.isArray(shown) ? shown.map(String) : [] };
}

/** The person's terminal, or what a pipe says, or a short command when there is neither. */
async function session(): Promise<number> {
  const env = ownEnvironment();
  const words = [command, 'connect', 'office', `--profile=${here}`, '--quiet'];
  if (process.stdin.isTTY) {
    step('terminal', `a shell on office, yours; ${styleText('bold', 'Ctrl-D')} ends the demo\n`);
    return attend(spawn(process.execPath, words, { stdio: 'inherit', env }));
  }
  const first = await firstInput();
  if (first === undefined) {
    step('terminal', 'one command on office, because there is no keyboard\n');
    const script = 'echo "Hello from office, process $$"; uname -sr; id -un';
    return attend(
      spawn(process.execPath, [...words, '--', 'sh', '-c', script], { stdio: ['ignore', 'inherit', 'inherit'], env }),
    );
  }
  step('terminal', 'a shell on office that reads from the pipe\n');
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'inherit', 'inherit'], env });
  // The shell may end before its input does.
  child.stdin.on('error', () => undefined);
  child.stdin.write(first);
  process.stdin.pipe(child.stdin);
  const code = await attend(child);
  process.stdin.destroy();
  return code;
}

/** The first bytes of a pipe; undefined when it is empty or silent. */
async function firstInput(): Promise<Buffer | undefined> {
  const silent = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), PIPE_PATIENCE).unref();
  });
  const first = new Promise<Buffer | undefined>((resolve) => {
    process.stdin.once('data', (chunk: Buffer) => {
      process.stdin.pause();
      resolve(chunk);
    });
    process.stdin.once('end', () => resolve(undefined));
    process.stdin.once('error', () => resolve(undefined));
  });
  const input = await Promise.race([first, silent]);
  if (input === undefined) process.stdin.destroy();
  return input;
}

/** Runs a command to its end and gives the last JSON line that it printed. */
async function json(profile: string, words: readonly string[]): Promise<unknown> {
  const [name = ''] = words;
  let last: unknown;
  const { child } = await processes.start(name, [command, ...words, '--json', `--profile=${profile}`], (line) => {
    last = parse(line);
    return field(last, 'error') === undefined && (name !== 'pair' || text(last, 'event') === 'paired')
      ? last
      : undefined;
  });
  if (child.exitCode === null) await once(child, 'exit');
  return last;
}

/** The exit code of the session; a signal to this process reaches it before anything it needs is ended. */
async function attend(child: ReturnType<typeof spawn>): Promise<number> {
  processes.adopt('the session', child);
  const [code, signal] = await once(child, 'exit');
  return typeof code === 'number' ? code : 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
}

function step(name: string, what: string): void {
  const time = `${((performance.now() - started) / 1000).toFixed(2)} s`;
  say(`${styleText('dim', time.padStart(7))}  ${styleText('bold', name.padEnd(9))} ${what}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A host name that is sure to be taken as the name of a device. */
function cleanName(name: string): string {
  const clean = name.replaceAll(/[^A-Za-z0-9._-]/g, '').slice(0, 64);
  return clean === '' || clean === 'office' ? 'laptop' : clean;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}

function number(value: unknown, name: string): number {
  const found = field(value, name);
  return typeof found === 'number' ? found : Number.NaN;
}
