import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { eventually } from '#test/support/hostile/attempts.ts';
import { codeOf, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { TerminalView } from '#test/support/hostile/terminal-view.ts';
import { WireTap, type ControlText } from '#test/support/hostile/wire-tap.ts';
import { openRawLink, rawReady } from '#test/support/relay-agent.ts';
import { runRelay } from '#test/support/relay-clients.ts';

describe('somebody between the devices and an honest relay', () => {
  let relay: RunningRelay;
  let dispose: () => Promise<void>;
  let tap: WireTap;
  let target: TestDevice;
  let viewer: TestDevice;

  beforeEach(async () => {
    ({ relay, dispose } = await runRelay());
    tap = await WireTap.open(relay);
    const dialer = createRelayDialer({ clock: systemClock });
    target = await TestDevice.create({ name: 'target', dialer });
    viewer = await TestDevice.create({ name: 'viewer', dialer });
  });

  afterEach(async () => {
    await target.close();
    await viewer.close();
    await tap.close();
    await dispose();
  });

  const strange = toBase64Url(nativeBackend.ed25519PublicKey(nativeBackend.randomBytes(32)));
  const nonce = toBase64Url(nativeBackend.randomBytes(32));

  it.each<[string, boolean, ControlText['type'], Readonly<Record<string, unknown>>, string]>([
    ['the relay’s nonce', true, 'challenge', { nonce }, 'relay.signature'],
    ['the relay’s key', true, 'challenge', { relayKey: strange }, 'relay.relay-mismatch'],
    ['the versions offered', true, 'challenge', { versions: [1, 2, 3, 4, 5, 6] }, 'relay.signature'],
    ['the versions offered, to the oldest', true, 'challenge', { versions: [1] }, 'relay.signature'],
    ['the device’s nonce', false, 'hello', { nonce }, 'relay.signature'],
    ['the relay that was dialed', false, 'hello', { authority: 'other.example:7474' }, 'relay.relay-mismatch'],
    ['the role', false, 'hello', { role: 'joiner' }, 'relay.signature'],
    [
      'the welcome’s signature',
      true,
      'welcome',
      { signature: toBase64Url(new Uint8Array(64)) },
      'relay.welcome-signature',
    ],
  ])('who changes %s is found out', async (_what, toAgent, type, changes, problem) => {
    tap.change = (message, direction) =>
      direction === toAgent && message.type === type ? [{ ...message, ...changes }] : [message];
    expect(await target.configure(tap.url)).toBe(problem);
    tap.change = (message) => [message];
    expect(await target.configure(tap.url)).toBeNull();
  });

  it('who takes the ticket of a side gets its place and nothing of it; a used ticket opens nothing [S-RELAY-10]', async () => {
    for (const device of [target, viewer]) await device.configure(tap.url);
    await pairDevices(target, viewer);
    const view = await TerminalView.open(viewer, target);
    await view.say('honest');
    await target.api.call('peers.list', {});
    const tickets: string[] = [];
    tap.change = (message) => {
      const { ticket } = message;
      if (typeof ticket === 'string') tickets.push(ticket);
      // The victim gets another one: the thief was first.
      return [message.type === 'accepted' ? { ...message, ticket: nonce } : message];
    };
    await target.api.call('peers.forget', { peer: viewer.peerId });
    await view.ended;
    await viewer.api.call('peers.forget', { peer: target.peerId });
    await pairDevices(target, viewer);
    const opening = codeOf(
      TerminalView.open(viewer, target).then((next) =>
        next.ended.then(({ code }) => Promise.reject(Object.assign(new Error('over'), { code }))),
      ),
    );
    await eventually(() => tickets.length >= 2, 'the tickets');
    const thief = await openRawLink(relay, tickets[0]);
    const ready = rawReady(thief).then(
      () => 'ready',
      () => 'closed',
    );
    thief.write(nativeBackend.randomBytes(400));
    expect(await opening).toMatch(/^(link|relay)\./);
    expect(await ready).toMatch(/^(ready|closed)$/);
    const again = await openRawLink(relay, tickets[0]);
    await expect(rawReady(again)).rejects.toThrow('closed');
    expect(target.shell.run.map((shell) => shell.heardText)).toEqual([
      'honest',
      ...target.shell.run.slice(1).map(() => ''),
    ]);
    thief.destroy();
    again.destroy();
  });
});
