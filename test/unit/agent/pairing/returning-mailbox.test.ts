import { expect, test } from 'vitest';
import { PairingError, type Mailbox } from '#shared/pairing/index.ts';
import { ReturningMailbox } from '../../../../src-main/agent/pairing/returning-mailbox.ts';

/** Mailbox in which nothing arrives until it is lost or no longer waited for. */
function createMailbox(): Mailbox & Readonly<{ lose(): void; closings(): number }> {
  let closings = 0;
  let lose: () => void = () => undefined;
  return {
    send: () => undefined,
    receive: (signal) =>
      new Promise((_resolve, reject) => {
        lose = () => reject(new PairingError('pairing.interrupted', 'lost'));
        signal?.addEventListener('abort', () => reject(new PairingError('pairing.cancelled', 'cancelled')));
      }),
    close: () => {
      closings += 1;
    },
    lose: () => lose(),
    closings: () => closings,
  };
}

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('an invitation that is cancelled takes its mailbox back at the relay', async () => {
  const opened = createMailbox();
  const mailbox = new ReturningMailbox(opened, () => Promise.reject(new Error('not opened again')));
  const ending = new AbortController();
  const received = mailbox.receive(ending.signal);
  await later();
  ending.abort();
  await expect(received).rejects.toThrow('cancelled');
  mailbox.close();
  expect(opened.closings()).toBe(1);
});

test('a mailbox that was lost is opened again, and the new one is closed at the end', async () => {
  const [first, second] = [createMailbox(), createMailbox()];
  const mailbox = new ReturningMailbox(first, () => Promise.resolve(second));
  const received = mailbox.receive();
  await later();
  first.lose();
  await later();
  mailbox.close();
  await expect(received).rejects.toThrow('cancelled');
  expect([first.closings(), second.closings()]).toEqual([0, 1]);
});
