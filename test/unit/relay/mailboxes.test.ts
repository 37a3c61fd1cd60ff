import { beforeEach, expect, test } from 'vitest';
import { MailboxRegistry } from '#relay/hub/mailbox-registry.ts';
import type { ControlConnection } from '#relay/hub/control-connection.ts';
import { Metrics } from '#relay/metrics/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { NAMES_MAILBOXES, type RelayMessage } from '#shared/relay-api/index.ts';
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

/** What Mailboxes knows of a connection: its version, where its messages go, and which mailboxes it has. */
class Client {
  mailboxes: readonly unknown[] = [];
  readonly version: number;
  readonly got: RelayMessage[] = [];

  constructor(version = 1) {
    this.version = version;
  }

  send(message: RelayMessage): void {
    this.got.push(message);
  }

  get connection(): ControlConnection {
    return this as unknown as ControlConnection;
  }

  /** Side of a mailbox under this number. */
  side(box = 1): { connection: ControlConnection; box: number } {
    return { connection: this.connection, box };
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
    limits: { mailboxes: 100, mailboxesPerDevice: 2, mailboxLife: 600_000, mailboxMessages: 8, ...limits },
    metrics,
    random: (length) => random(length),
  });
}

function open(client: Client, id?: string, box?: number): string {
  const mailbox = mailboxes.open(client.side(box), DEPOSIT, id);
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
  expect(mailboxes.claim(joiner.side(), nameplate)?.deposit).toBe(DEPOSIT);
  expect(mailboxes.send(joiner.connection, 'AAAA')).toBe(true);
  expect(mailboxes.send(inviter.connection, 'BBBB')).toBe(true);
  expect(inviter.got).toEqual([{ type: 'mailbox-joined' }, { type: 'mailbox-message', body: 'AAAA' }]);
  expect(joiner.got).toEqual([{ type: 'mailbox-message', body: 'BBBB' }]);
});

test('only the first claim of a nameplate counts [S-PAIR-1]', () => {
  const nameplate = open(inviter);
  expect(mailboxes.claim(joiner.side(), nameplate)).toBeDefined();
  expect(mailboxes.claim(new Client().side(), nameplate)).toBeUndefined();
});

test('nobody claims a mailbox of its own', () => {
  expect(mailboxes.claim(inviter.side(), open(inviter))).toBeUndefined();
});

test('a mailbox ends after ten minutes and both sides hear of it', async () => {
  const nameplate = open(inviter);
  mailboxes.claim(joiner.side(), nameplate);
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
  mailboxes.claim(joiner.side(), open(inviter));
  mailboxes.leave(joiner.connection);
  expect(joiner.got).toEqual([]);
  expect(inviter.got.at(-1)).toEqual({ type: 'mailbox-closed', reason: 'other-side' });
  expect(mailboxes.send(inviter.connection, 'AAAA')).toBe(false);
});

test('the ninth message of a side closes the mailbox for both', () => {
  mailboxes.claim(joiner.side(), open(inviter));
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
  expect(mailboxes.claim(joiner.side(), '0000')).toBeUndefined();
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
  expect(mailboxes.open(new Client().side(), DEPOSIT, id)).toBe('taken');
  mailboxes.claim(joiner.side(), id);
  mailboxes.leave(joiner.connection);
  expect(mailboxes.open(inviter.side(), DEPOSIT, id)).toBe('taken');
});

test('a connection has two mailboxes, one in earlier versions [S-PAIR-1]', () => {
  for (const [version, most] of [
    [NAMES_MAILBOXES - 1, 1],
    [NAMES_MAILBOXES, 2],
  ] as const) {
    const client = new Client(version);
    for (let box = 1; box <= most; box += 1) {
      expect(mailboxes.hasRoom(client.connection)).toBe(true);
      open(client, undefined, box);
    }
    expect(mailboxes.hasRoom(client.connection)).toBe(false);
    mailboxes.leave(client.connection, 1);
    expect(mailboxes.hasRoom(client.connection)).toBe(true);
  }
});

test('a claimed mailbox counts like one that was opened', () => {
  const client = new Client(NAMES_MAILBOXES);
  mailboxes.claim(client.side(1), open(inviter));
  open(client, undefined, 2);
  expect(mailboxes.hasRoom(client.connection)).toBe(false);
});

test('two mailboxes of a connection stay apart, and each message names its own', () => {
  inviter = new Client(NAMES_MAILBOXES);
  const code = open(inviter, undefined, 7);
  const link = open(inviter, 'ab'.repeat(16), 8);
  const byLink = new Client(NAMES_MAILBOXES);
  mailboxes.claim(byLink.side(3), link);
  mailboxes.claim(joiner.side(3), code);
  mailboxes.send(byLink.connection, 'AAAA', 3);
  mailboxes.send(joiner.connection, 'BBBB');
  mailboxes.send(inviter.connection, 'CCCC', 8);
  mailboxes.leave(byLink.connection, 3);
  expect(inviter.got).toEqual([
    { type: 'mailbox-joined', box: 8 },
    { type: 'mailbox-joined', box: 7 },
    { type: 'mailbox-message', box: 8, body: 'AAAA' },
    { type: 'mailbox-message', box: 7, body: 'BBBB' },
    { type: 'mailbox-closed', box: 8, reason: 'other-side' },
  ]);
  expect(byLink.got).toEqual([{ type: 'mailbox-message', box: 3, body: 'CCCC' }]);
  expect(mailboxes.send(inviter.connection, 'DDDD', 8)).toBe(false);
  expect(mailboxes.send(inviter.connection, 'EEEE', 7)).toBe(true);
  // One of an earlier version has one mailbox, whose messages name none.
  expect(joiner.got).toEqual([{ type: 'mailbox-message', body: 'EEEE' }]);
});

test('all mailboxes of a connection end with it', () => {
  inviter = new Client(NAMES_MAILBOXES);
  mailboxes.claim(joiner.side(), open(inviter, undefined, 1));
  open(inviter, 'ab'.repeat(16), 2);
  mailboxes.disconnected(inviter.connection);
  expect([mailboxes.size, inviter.got.length]).toEqual([0, 1]);
  expect(joiner.got).toEqual([{ type: 'mailbox-closed', reason: 'other-side' }]);
});

test('there are only so many mailboxes', () => {
  mailboxes = make({ mailboxes: 1 });
  open(inviter);
  expect(mailboxes.open(joiner.side(), DEPOSIT)).toBe('full');
});
