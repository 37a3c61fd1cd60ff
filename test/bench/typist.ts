/**
 * `fork('typist.ts', [PROFILE, ...SSH])`: a program that types in a terminal on `far`, as a window does beside other programs of the same agent, and by
 * turns into `ssh` with these arguments, if there are any. It is told how many keys to type, by a message, and answers with the times from a key to its
 * echo, ms, by program.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { AppApiClient } from '#shared/app-api/index.ts';
import { connectControlSocket, controlSocketPath } from '#node/control-socket/index.ts';

/** Times from a key to its echo, ms. */
export type KeyTimes = Readonly<{ own: readonly number[]; ssh: readonly number[] }>;
/** Types one key; resolves with its echo. */
type Echo = () => Promise<unknown>;

/** Pause between two keys, ms. */
const KEY_PAUSE = 15;
const KEY = Uint8Array.of(0x61);

const [profile, ...sshWords] = process.argv.slice(2);
if (profile === undefined || process.send === undefined) throw new Error('started by another program, with a profile');
const answer = process.send.bind(process);
const client = new AppApiClient(await connectControlSocket(controlSocketPath(profile)));
const { channel } = await client.call('terminal.open', {
  peer: 'far',
  cols: 80,
  rows: 24,
  term: 'xterm-256color',
  command: ['cat'],
});
const terminal = client.channel(channel);
const own: Echo = async () => {
  await terminal.write(KEY);
  await terminal.read();
};
const ssh = sshWords.length === 0 ? undefined : spawn('ssh', ['-tt', ...sshWords, 'cat'], { stdio: 'pipe' });
const bySsh: Echo | undefined =
  ssh === undefined
    ? undefined
    : async () => {
        const echo = once(ssh.stdout, 'data');
        ssh.stdin.write(KEY);
        await echo;
      };
process.on('message', (count) => {
  void typeKeys(Number(count)).then((times) => answer(times));
});
process.once('disconnect', () => {
  ssh?.kill();
  void client.call('terminal.close', { channel, detach: false }).finally(() => process.exit(0));
});

async function typeKeys(count: number): Promise<KeyTimes> {
  const times = { own: [] as number[], ssh: [] as number[] };
  for (let each = 0; each < count; each += 1) {
    times.own.push(await timed(own));
    if (bySsh !== undefined) times.ssh.push(await timed(bySsh));
  }
  return times;
}

async function timed(echo: Echo): Promise<number> {
  await delay(KEY_PAUSE);
  const begun = performance.now();
  await echo();
  return performance.now() - begun;
}
