import { describe, expect, it } from 'vitest';
import { toBase64Url } from '#shared/bytes/index.ts';
import { RELAY_LIMITS } from '#shared/relay-api/index.ts';
import type { OpenedMailbox } from '#agent/relay/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { onlineBench, type Bench } from './setup.ts';

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
