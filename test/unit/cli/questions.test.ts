import { expect, it } from 'vitest';
import { InterruptedError } from '#cli/errors.ts';
import { Prompter } from '#cli/host/prompter.ts';
import { InputPump } from '#cli/terminal/input.ts';
import type { AppChannel } from '#shared/app-api/index.ts';
import { createFakeHost } from '#test/support/cli-host.ts';

it('stops reading the input after an answer, and after the question was interrupted', async () => {
  const host = createFakeHost({}, { terminal: true });
  const prompter = new Prompter(host, false);
  const answer = prompter.ask('Name?');
  host.stdin.write('office\r\n');
  expect(await answer).toBe('office');
  expect([host.stdin.listenerCount('data'), host.stdin.listenerCount('end')]).toEqual([0, 0]);
  const second = prompter.ask('Name?');
  host.interrupt();
  await expect(second).rejects.toBeInstanceOf(InterruptedError);
  expect([host.stdin.listenerCount('data'), host.stdin.listenerCount('end')]).toEqual([0, 0]);
});

it('leaves the input to the terminal that comes after it, whoever else listens', async () => {
  const host = createFakeHost({}, { terminal: true });
  host.stdin.on('data', () => undefined);
  const answer = new Prompter(host, false).ask('Same words?');
  host.stdin.write('y\r\n');
  expect(await answer).toBe('y');
  const sent: string[] = [];
  const pump = new InputPump({
    stdin: host.stdin,
    escapes: false,
    handlers: { escaped: () => undefined, ended: () => undefined, givenUp: () => undefined },
  });
  const channel = {
    write: async (bytes: Uint8Array) => void sent.push(Buffer.from(bytes).toString()),
  } satisfies Partial<AppChannel> as unknown as AppChannel;
  pump.attach(channel);
  host.stdin.write('ls\r');
  await expect.poll(() => sent).toEqual(['ls\r']);
  pump.stop();
});
