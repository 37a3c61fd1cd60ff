import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, ApprovalView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { formatPin } from '#shared/relay-dialer/index.ts';
import { createFakeHost, createPeer, createStatus, PEER_ID } from '#test/support/cli-host.ts';

async function run(words: readonly string[], handlers: Partial<AppHandlers> = {}) {
  const host = createFakeHost({
    'status.get': async () => createStatus(),
    'peers.get': async () => createPeer(),
    ...handlers,
  });
  const exit = await runCommandLine(words, host);
  return { host, exit, stdout: host.stdout.text, stderr: host.stderr.text };
}

const OFFER: ApprovalView = {
  id: 7,
  kind: 'right',
  peerId: PEER_ID,
  peerName: 'office',
  right: 'use-relay',
  detail: 'use its relay wss://relay.example:7474',
  facts: [
    { fact: 'pin', value: 'ab'.repeat(32) },
    { fact: 'instead', value: 'wss://old.example:7474' },
  ],
  requestedAt: 1_799_000_000_000,
  expiresAt: 1_799_000_120_000,
  state: 'pending',
  decidedAt: null,
};

describe('config relay --offer', () => {
  it('says that the other user is asked, and that the relay is used', async () => {
    const { exit, stdout, stderr, host } = await run(['config', 'relay', '--offer', 'office'], {
      'relayOffers.send': async (_input, { progress }) => {
        progress('connecting');
        progress('approval');
        return { peerId: PEER_ID, name: 'office', online: true };
      },
    });
    expect(exit).toBe(0);
    expect(host.calls).toContainEqual(expect.objectContaining({ call: 'relayOffers.send', input: { peer: PEER_ID } }));
    expect(stderr).toContain('Waiting for approval on office…');
    expect(stdout).toContain('office uses the relay of this machine now.');
  });

  it.each([
    [createPeer(), 'If the relay wants a token: `clawreach config relay wss://relay.example'],
    [
      createPeer({ pairing: { words: ['a', 'b', 'c', 'd'], compared: false, pending: {} } }),
      'Compare its four words on both machines, which lets it in there: `clawreach confirm office`',
    ],
  ])(
    'fails with what is needed where the relay lets the other machine in only with a token: %#',
    async (peer, next) => {
      const { exit, stdout, stderr } = await run(['config', 'relay', '--offer', 'office'], {
        'peers.get': async () => peer,
        'relayOffers.send': async () => ({ peerId: PEER_ID, name: 'office', online: false }),
      });
      expect([exit, stdout]).toEqual([1, '']);
      expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
        "office uses the relay of this machine, but isn't connected to it.",
      );
      expect(stderr.replaceAll(/\s+/g, ' ')).toContain(next);
    },
  );

  it('says what to do after a refusal', async () => {
    const { exit, stderr } = await run(['config', 'relay', '--offer', 'office'], {
      'relayOffers.send': () => Promise.reject(new ClawReachError('relay-offer.declined', 'no')),
    });
    expect(exit).not.toBe(0);
    expect(stderr).toContain("The other machine's user declined your relay.");
  });

  it.each([
    [['--offer', 'office', 'wss://relay.example']],
    [['--offer', 'office', '--back']],
    [['--offer', 'office', '--pin', 'ab'.repeat(32)]],
  ])('takes nothing beside it: %j', async (words) => {
    const { exit, host } = await run(['config', 'relay', ...words]);
    expect(exit).toBe(2);
    expect(host.calls.map(({ call }) => call)).not.toContain('relayOffers.send');
  });
});

it('a waiting offer is listed with its key and the relay that it replaces [S-ASK-8]', async () => {
  const { stdout } = await run(['approvals'], { 'approvals.list': async () => [OFFER] });
  expect(stdout).toContain('use its relay wss://relay.example:7474');
  expect(stdout).toContain(`pin: ${formatPin('ab'.repeat(32))}`);
  expect(stdout).toContain('in place of: wss://old.example:7474');
});
