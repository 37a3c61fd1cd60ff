import { beforeEach, expect, test } from 'vitest';
import { MailboxRegistry } from '#relay/hub/mailbox-registry.ts';
import type { ControlConnection } from '#relay/hub/control-connection.ts';
import { Metrics } from '#relay/metrics/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import type { RelayMessage } from '#shared/relay-api/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const NO_FIGURES = {
  unauthenticated: 0,
  devices: 0,
  joiners: 0,
  ringing: 0,
  attaching: 0,
  links: 0,
  mailboxes: 0,
  liveBytes: 0,
};
const DEPOSIT = 'AAAAAAAAAAAAAAAAAAAAAA';

/** What Mailboxes knows of a connection: where its messages go, and which mailbox it has. */
class Client {
  mailbox: unknown = undefined;
  readonly got: RelayMessage[] = [];

  send(message: RelayMessage): void {
    this.got.push(message);
  }

  get connection(): ControlConnection {
    return this as unknown as ControlConnection;
  }
}

let clock: FakeClock;
let mailboxes: MailboxRegistry;
let inviter: Client;
let joiner: Client;

function make(
  limits: { mailboxes?: number; mailboxMessages?: number } = {},
  random = (length: number): Uint8Array => nativeBackend.randomBytes(length),
): MailboxRegistry {
  const metrics = new Metrics(() => NO_FIGURES);
  metrics.close();
  return new MailboxRegistry({
    clock,
    limits: { mailboxes: 100, mailboxLife: 600_000, mailboxMessages: 8, ...limits },
    metrics,
    random: (length) => random(length),
  });
}

function open(client: Client, id?: string): string {
  const mailbox = mailboxes.open(client.connection, DEPOSIT, id);
  if (typeof mailbox === 'string') throw new Error(mailbox);
  return mailbox.key;
}

beforeEach(() => {
  clock = new FakeClock();
  mailboxes = make();
  inviter = new Client();
  joiner = new Client();
});

test('a nameplate has four characters and both sides talk through it', () => {
  const nameplate = open(inviter);
  expect(nameplate).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(mailboxes.claim(joiner.connection, nameplate)?.deposit).toBe(DEPOSIT);
  expect(mailboxes.send(joiner.connection, 'AAAA')).toBe(true);
  expect(mailboxes.send(inviter.connection, 'BBBB')).toBe(true);
  expect(inviter.got).toEqual([{ type: 'mailbox-joined' }, { type: 'mailbox-message', body: 'AAAA' }]);
  expect(joiner.got).toEqual([{ type: 'mailbox-message', body: 'BBBB' }]);
});

test('only the first claim of a nameplate counts [S-PAIR-1]', () => {
  const nameplate = open(inviter);
  expect(mailboxes.claim(joiner.connection, nameplate)).toBeDefined();
  expect(mailboxes.claim(new Client().connection, nameplate)).toBeUndefined();
});

test('nobody claims a mailbox of its own', () => {
  expect(mailboxes.claim(inviter.connection, open(inviter))).toBeUndefined();
});

test('a mailbox ends after ten minutes and both sides hear of it', async () => {
  const nameplate = open(inviter);
  mailboxes.claim(joiner.connection, nameplate);
  await clock.advance(599_999);
  mailboxes.sweep(clock.monotonic());
  expect(mailboxes.size).toBe(1);
  await clock.advance(1);
  mailboxes.sweep(clock.monotonic());
  expect(mailboxes.size).toBe(0);
  expect(inviter.got.at(-1)).toEqual({ type: 'mailbox-closed', reason: 'expired' });
  expect(joiner.got.at(-1)).toEqual({ type: 'mailbox-closed', reason: 'expired' });
});

test('a side that leaves is not told, the other one is', () => {
  mailboxes.claim(joiner.connection, open(inviter));
  mailboxes.leave(joiner.connection);
  expect(joiner.got).toEqual([]);
  expect(inviter.got.at(-1)).toEqual({ type: 'mailbox-closed', reason: 'other-side' });
  expect(mailboxes.send(inviter.connection, 'AAAA')).toBe(false);
});

test('the ninth message of a side closes the mailbox for both', () => {
  mailboxes.claim(joiner.connection, open(inviter));
  for (let message = 0; message < 9; message += 1) mailboxes.send(joiner.connection, 'AAAA');
  expect(inviter.got.filter((message) => message.type === 'mailbox-message')).toHaveLength(8);
  expect(joiner.got.at(-1)).toEqual({ type: 'mailbox-closed', reason: 'limit' });
});

test('a nameplate is not given out again while its code may still be typed [S-PAIR-1]', async () => {
  let draws = 0;
  // Draws 0000 three times, then 1111.
  mailboxes = make({}, (length) => new Uint8Array(length).fill((draws += 1) <= 3 ? 0 : 1));
  expect(open(inviter)).toBe('0000');
  mailboxes.leave(inviter.connection);
  expect(mailboxes.claim(joiner.connection, '0000')).toBeUndefined();
  expect(open(inviter)).toBe('1111');
  mailboxes.leave(inviter.connection);
  await clock.advance(600_000);
  mailboxes.sweep(clock.monotonic());
  draws = 0;
  expect(open(inviter)).toBe('0000');
});

test('a link mailbox may be opened again until it was claimed, and never afterwards', () => {
  const id = 'ab'.repeat(16);
  open(inviter, id);
  mailboxes.leave(inviter.connection);
  open(inviter, id);
  expect(mailboxes.open(new Client().connection, DEPOSIT, id)).toBe('taken');
  mailboxes.claim(joiner.connection, id);
  mailboxes.leave(joiner.connection);
  expect(mailboxes.open(inviter.connection, DEPOSIT, id)).toBe('taken');
});

test('there are only so many mailboxes', () => {
  mailboxes = make({ mailboxes: 1 });
  open(inviter);
  expect(mailboxes.open(joiner.connection, DEPOSIT)).toBe('full');
});
