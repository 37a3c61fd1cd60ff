import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import { AppApiError, type ForeignInstanceView, type MessageView } from '#shared/app-api/index.ts';
import { createFakeHost, PEER_ID } from '#test/support/cli-host.ts';

const NOW = 1_800_000_000_000;
const ID = 'a'.repeat(32);

const program: ForeignInstanceView = {
  peerId: PEER_ID,
  name: 'office-bot',
  address: 'program:office-bot',
  relay: 'relay.example:7474',
  isOnline: true,
  agents: ['reader'],
  message: 'ask',
  told: [],
};
const sent: MessageView = {
  id: ID,
  direction: 'out',
  peerId: PEER_ID,
  peerName: 'program:office-bot',
  agent: 'me',
  other: 'reader',
  thread: ID,
  replyTo: null,
  media: 'text/plain',
  body: 'hello',
  files: [],
  isCut: false,
  time: NOW,
  expires: NOW + 60_000,
  auto: false,
  verified: 'relay',
  state: 'stored',
  since: NOW,
  code: null,
  waitsFor: null,
};

describe('`message send` to a program at the relay', () => {
  it('says that the relay can read it, and how to send it all the same', async () => {
    const host = createFakeHost({
      'messages.send': async ({ relayCanRead }) => {
        if (relayCanRead === true) return sent;
        throw new AppApiError('message.relay-reads', 'read', {
          details: { name: 'program:office-bot', relay: 'relay.example:7474' },
        });
      },
      'messages.get': async () => sent,
    });
    const words = ['message', 'send', 'program:office-bot/reader', 'hello'];
    expect(await runCommandLine(words, host)).toBe(2);
    expect(host.stderr.text).toContain('The relay can read messages to program:office-bot.');
    expect(host.stderr.text).toContain('--relay-can-read');
    expect(await runCommandLine([...words, '--relay-can-read'], host)).toBe(0);
    expect(host.stdout.text).toContain('verified by the relay only');
  });
});

describe('`message programs`', () => {
  it('lists programs, decides about one, and asks for exactly one action', async () => {
    const host = createFakeHost({
      'instances.list': async () => [program],
      'instances.setRight': async ({ message }) => ({ ...program, message }),
      'instances.forget': async () => ({}),
    });
    expect(await runCommandLine(['message', 'programs'], host)).toBe(0);
    expect(host.stdout.text).toMatch(/office-bot\s+yes\s+you are asked\s+reader\s+relay\.example:7474/);
    expect(await runCommandLine(['message', 'programs', 'office-bot', '--allow'], host)).toBe(0);
    expect(await runCommandLine(['message', 'programs', 'office-bot', '--forget'], host)).toBe(0);
    const calls = host.calls.map(({ call }) => call);
    expect(calls).toEqual(['instances.list', 'instances.setRight', 'instances.forget']);
    for (const wrong of [['office-bot'], ['--deny'], ['office-bot', '--deny', '--allow']])
      expect(await runCommandLine(['message', 'programs', ...wrong], host)).toBe(2);
    expect(host.calls).toHaveLength(3);
  });
});
