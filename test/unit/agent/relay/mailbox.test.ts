import { describe, expect, it } from 'vitest';
import { toBase64Url } from '#shared/bytes/index.ts';
import { NAMES_MAILBOXES, RELAY_LIMITS } from '#shared/relay-api/index.ts';
import type { OpenedMailbox } from '#agent/relay/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { bench, onlineBench, type Bench } from './setup.ts';

const DEPOSIT = new Uint8Array(16).fill(2);

async function opened(): Promise<{ made: Bench; box: OpenedMailbox }> {
  const made = await onlineBench();
  const opening = made.client.openMailbox({ deposit: DEPOSIT });
  const { request, deposit } = made.relay.last.lastOf('mailbox-open');
  expect(deposit).toBe(toBase64Url(DEPOSIT));
  made.relay.last.say({ type: 'mailbox-opened', request, nameplate: 'ABCD', expiresIn: 600_000 });
  return { made, box: await opening };
}

describe('a mailbox', () => {
  it('carries messages both ways, in order', async () => {
    const { made, box } = await opened();
    expect([box.nameplate, box.expiresIn]).toEqual(['ABCD', 600_000]);
    made.relay.last.say({ type: 'mailbox-joined' });
    await box.joined;
    const waiting = box.mailbox.receive();
    for (const value of [1, 2])
      made.relay.last.say({ type: 'mailbox-message', body: toBase64Url(Uint8Array.of(value)) });
    expect([await waiting, await box.mailbox.receive()]).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
    box.mailbox.send(Uint8Array.of(3));
    expect(made.relay.last.lastOf('mailbox-send')).toEqual({
      type: 'mailbox-send',
      body: toBase64Url(Uint8Array.of(3)),
    });
    box.mailbox.close();
    box.mailbox.send(Uint8Array.of(4));
    expect([made.relay.last.count('mailbox-close'), made.relay.last.count('mailbox-send')]).toEqual([1, 1]);
  });

  it('can be claimed by a member, and its first message may come with the answer', async () => {
    const made = await onlineBench();
    const claiming = made.client.claimMailbox({ mailbox: 'a'.repeat(32) });
    const { request } = made.relay.last.lastOf('mailbox-claim');
    made.relay.last.say({ type: 'mailbox-claimed', request, deposit: toBase64Url(DEPOSIT) });
    made.relay.last.say({ type: 'mailbox-message', body: 'AA' });
    made.relay.last.say({ type: 'mailbox-closed', reason: 'other-side' });
    const { mailbox, deposit } = await claiming;
    expect(deposit).toEqual(DEPOSIT);
    expect(await mailbox.receive()).toEqual(Uint8Array.of(0));
    expect(await codeOf(() => mailbox.receive())).toBe('pairing.interrupted');
  });

  it.each([
    ['other-side', 'pairing.interrupted'],
    ['limit', 'pairing.interrupted'],
    ['expired', 'pairing.expired'],
  ] as const)('ends with the reason: %s', async (reason, code) => {
    const { made, box } = await opened();
    const waiting = box.mailbox.receive();
    made.relay.last.say({ type: 'mailbox-closed', reason });
    expect(await codeOf(() => waiting)).toBe(code);
    expect(await codeOf(() => box.joined)).toBe(code);
  });

  it('ends with its time and with the connection to the relay', async () => {
    const late = await opened();
    const waiting = codeOf(() => late.box.mailbox.receive());
    for (let round = 0; round < 60; round += 1) {
      await late.made.clock.advance(10_000);
      late.made.relay.last.pong();
    }
    expect(await waiting).toBe('pairing.expired');
    expect(await codeOf(() => late.box.joined)).toBe('pairing.expired');
    const lost = await opened();
    const other = lost.box.mailbox.receive();
    lost.made.relay.last.drop();
    expect(await codeOf(() => other)).toBe('pairing.interrupted');
  });

  it('lets a reader give up without losing what comes later', async () => {
    const { made, box } = await opened();
    const abort = new AbortController();
    const waiting = box.mailbox.receive(abort.signal);
    abort.abort();
    expect(await codeOf(() => waiting)).toBe('pairing.interrupted');
    made.relay.last.say({ type: 'mailbox-message', body: 'AQ' });
    expect(await box.mailbox.receive()).toEqual(Uint8Array.of(1));
  });

  it('is one at a time, and refused by the relay with its own word', async () => {
    const { made, box } = await opened();
    expect(await codeOf(() => made.client.claimMailbox({ nameplate: 'ABCD' }))).toBe('relay.mailbox');
    box.mailbox.close();
    const claiming = made.client.claimMailbox({ nameplate: 'ABCD' });
    const { request } = made.relay.last.lastOf('mailbox-claim');
    made.relay.last.say({ type: 'error', code: 'nameplate', message: '', fatal: false, request });
    expect(await codeOf(() => claiming)).toBe('relay.nameplate');
    expect(made.client.status.state).toBe('online');
  });

  it('waits for the one before it at a relay of an earlier version, which holds one', async () => {
    const made = await atVersion(NAMES_MAILBOXES - 1);
    expect(made.client.holdsTwoMailboxes).toBe(false);
    await openAt(made, 'ABCD');
    expect(await codeOf(() => made.client.openMailbox({ deposit: DEPOSIT, mailbox: 'a'.repeat(32) }))).toBe(
      'relay.mailbox',
    );
    expect(made.relay.last.count('mailbox-open')).toBe(1);
  });

  it('takes no more messages than a pairing needs', async () => {
    const { made } = await opened();
    for (let count = 0; count <= RELAY_LIMITS.mailboxMessages; count += 1) {
      expect(made.client.status.state).toBe('online');
      made.relay.last.say({ type: 'mailbox-message', body: 'AQ' });
    }
    expect(made.client.status.problem).toBe('relay.protocol');
  });

  it('is given up when the relay does not answer, and a late answer is forgiven', async () => {
    const made = await onlineBench();
    const opening = codeOf(() => made.client.openMailbox({ deposit: DEPOSIT }));
    const { request } = made.relay.last.lastOf('mailbox-open');
    await made.clock.advance(15_000);
    expect(await opening).toBe('relay.timeout');
    made.relay.last.say({ type: 'mailbox-opened', request, nameplate: 'ABCD', expiresIn: 600_000 });
    expect(made.client.status.state).toBe('online');
  });

  it.each(['enrol', 'remove'] as const)('stands beside the request to %s', async (call) => {
    const made = await onlineBench();
    const asking = made.client[call](Uint8Array.of(1, 2));
    const { request } = made.relay.last.lastOf(call);
    made.relay.last.say({ type: 'ok', request });
    await asking;
    const refused = made.client[call](Uint8Array.of(1, 2));
    made.relay.last.say({ type: 'error', code: 'not-allowed', message: '', fatal: false, request: request + 1 });
    expect(await codeOf(() => refused)).toBe('relay.not-allowed');
  });
});

describe('two mailboxes', () => {
  it('stay apart: each message goes to the one that it names', async () => {
    const made = await atVersion(NAMES_MAILBOXES);
    expect(made.client.holdsTwoMailboxes).toBe(true);
    const code = await openAt(made, 'ABCD');
    const link = await openAt(made);
    const { last } = made.relay;
    last.say({ type: 'mailbox-joined', box: link.number });
    last.say({ type: 'mailbox-message', box: link.number, body: 'AQ' });
    last.say({ type: 'mailbox-joined', box: code.number });
    last.say({ type: 'mailbox-message', box: code.number, body: 'Ag' });
    await Promise.all([code.joined, link.joined]);
    expect(await code.mailbox.receive()).toEqual(Uint8Array.of(2));
    expect(await link.mailbox.receive()).toEqual(Uint8Array.of(1));
    link.mailbox.send(Uint8Array.of(3));
    expect(last.lastOf('mailbox-send')).toEqual({ type: 'mailbox-send', box: link.number, body: 'Aw' });
    code.mailbox.close();
    expect(last.lastOf('mailbox-close')).toEqual({ type: 'mailbox-close', box: code.number });
    // What the relay said before it knew is dropped, and the other one goes on.
    last.say({ type: 'mailbox-message', box: code.number, body: 'BA' });
    last.say({ type: 'mailbox-message', box: link.number, body: 'BQ' });
    expect(await link.mailbox.receive()).toEqual(Uint8Array.of(5));
    expect(made.client.status.state).toBe('online');
  });

  it('are as many as there are, opened or claimed', async () => {
    const made = await atVersion(NAMES_MAILBOXES);
    const code = await openAt(made, 'ABCD');
    await openAt(made);
    for (const third of [
      () => made.client.openMailbox({ deposit: DEPOSIT }),
      () => made.client.claimMailbox({ nameplate: 'WXYZ' }),
    ])
      expect(await codeOf(third)).toBe('relay.mailbox');
    expect([made.relay.last.count('mailbox-open'), made.relay.last.count('mailbox-claim')]).toEqual([2, 0]);
    code.mailbox.close();
    await openAt(made, 'WXYZ');
  });

  it('end together with the connection to the relay', async () => {
    const made = await atVersion(NAMES_MAILBOXES);
    const boxes = [await openAt(made, 'ABCD'), await openAt(made)];
    const waiting = boxes.map(({ mailbox }) => codeOf(() => mailbox.receive()));
    made.relay.last.drop();
    expect(await Promise.all(waiting)).toEqual(['pairing.interrupted', 'pairing.interrupted']);
  });

  it.each([
    ['names none', {}],
    ['names one that was never there', { box: 999 }],
  ])('end with the connection when a message %s', async (_name, named) => {
    const made = await atVersion(NAMES_MAILBOXES);
    await openAt(made, 'ABCD');
    made.relay.last.say({ type: 'mailbox-message', body: 'AQ', ...named });
    expect(made.client.status.problem).toBe('relay.protocol');
  });
});

/** A client that is online at a relay that speaks one version. */
async function atVersion(version: number): Promise<Bench> {
  const made = bench();
  made.client.start();
  await made.relay.last.open({}, [version]);
  return made;
}

/** Opens a mailbox: with a nameplate, or without one as for a link. `number`: by which the relay names it. */
async function openAt(made: Bench, nameplate?: string): Promise<OpenedMailbox & { number: number }> {
  const opening = made.client.openMailbox({
    deposit: DEPOSIT,
    ...(nameplate === undefined ? { mailbox: 'b'.repeat(32) } : {}),
  });
  const { request: number } = made.relay.last.lastOf('mailbox-open');
  made.relay.last.say({
    type: 'mailbox-opened',
    request: number,
    ...(nameplate === undefined ? {} : { nameplate }),
    expiresIn: 600_000,
  });
  return { ...(await opening), number };
}
