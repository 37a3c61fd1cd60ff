/**
 * `fork('typist.ts', [PROFILE])`: a program that types in a terminal on `far`, as a window does beside other programs of the same agent. It is told how
 * many keys to type, by a message, and answers with the times from a key to its echo, ms.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { AppApiClient } from '#shared/app-api/index.ts';
import { connectControlSocket, controlSocketPath } from '#node/control-socket/index.ts';

/** Pause between two keys, ms. */
const KEY_PAUSE = 15;

const [profile] = process.argv.slice(2);
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
process.on('message', (count) => {
  void typeKeys(Number(count)).then((times) => answer(times));
});
process.once('disconnect', () => {
  void client.call('terminal.close', { channel, detach: false }).finally(() => process.exit(0));
});

async function typeKeys(count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let each = 0; each < count; each += 1) {
    await delay(KEY_PAUSE);
    const begun = performance.now();
    await terminal.write(Uint8Array.of(0x61));
    await terminal.read();
    times.push(performance.now() - begun);
  }
  return times;
}
