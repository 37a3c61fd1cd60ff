import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { launchHost, PtyHostBackend } from '#agent/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { encodeBase32, toUtf8 } from '#shared/bytes/index.ts';
import { peerIdBytes } from '#shared/identity/index.ts';
import { parsePairingLink } from '#shared/pairing/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { eventually } from '#test/support/hostile/attempts.ts';
import { pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { found, WatchedCrypto } from '#test/support/hostile/secrets.ts';
import { TerminalView } from '#test/support/hostile/terminal-view.ts';
import { WireTap } from '#test/support/hostile/wire-tap.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const word = (): string => encodeBase32(nativeBackend.randomBytes(20));

describe.each(['code', 'link'] as const)(
  'a relay that records everything, of a pairing by %s and a terminal',
  (form) => {
    let relay: RunningRelay;
    let dispose: () => Promise<void>;
    let tap: WireTap;
    let target: TestDevice;
    let viewer: TestDevice;
    const names = { target: `target ${word()}`, viewer: `viewer ${word()}` };
    const marks = { typed: word(), printed: word(), command: word() };
    const watched = new WatchedCrypto();
    const secrets = new Map<string, Uint8Array>();

    beforeAll(async () => {
      ({ relay, dispose } = await runRelay());
      tap = await WireTap.open(relay);
      const make = (name: string, crypto: string): Promise<TestDevice> =>
        TestDevice.create({
          name,
          dialer: createRelayDialer({ clock: systemClock }),
          crypto: watched.backend(crypto),
          environment: { PATH: process.env['PATH'] },
          backend: new PtyHostBackend({
            clock: systemClock,
            logger: silentLogger,
            launch: () =>
              launchHost({
                executable: process.execPath,
                args: [
                  new URL('../../../src-main/agent/terminals/pty-host/pty-host-main.ts', import.meta.url).pathname,
                ],
                environment: process.env,
                onStderr: () => undefined,
              }),
          }),
        });
      target = await make(names.target, 'target');
      viewer = await make(names.viewer, 'viewer');
      await target.configure(tap.url);
      await viewer.configure(tap.url);

      const { code } = await pairDevices(target, viewer, { form });
      secrets.set('target’s name', toUtf8(names.target));
      secrets.set('viewer’s name', toUtf8(names.viewer));
      secrets.set(
        'the code, or the secret of the link',
        form === 'code' ? toUtf8(code ?? '') : parsePairingLink(code ?? '').secret,
      );
      secrets.set('typed', toUtf8(marks.typed));
      secrets.set('printed', toUtf8(marks.printed));
      secrets.set('command line', toUtf8(`echo ${marks.command}`));
      const command = ['/bin/sh', '-c', `echo ${marks.command}; printf '%s' '${marks.printed}'; exec cat`];
      const view = await TerminalView.open(viewer, target, { command });
      await view.until(marks.printed);
      await view.say(marks.typed);
      // Key by key, each in records of its own, and more than goes over control at the beginning.
      for (const key of marks.typed) view.type(key);
      await view.say(`${marks.typed} `.repeat(100));
      await eventually(() => tap.count('link') === 4, 'data connections in both directions');
      for (const device of [target, viewer]) watched.publish(peerIdBytes(device.peerId));
      for (const [name, secret] of watched.secrets) secrets.set(name, secret);
    });

    afterAll(async () => {
      await target.close();
      await viewer.close();
      await tap.close();
      await dispose();
    });

    it('has enough to look through: control, early data and data of both devices', () => {
      expect(tap.count('control')).toBeGreaterThanOrEqual(4);
      expect(tap.bytes).toBeGreaterThan(20_000);
      expect(secrets.size).toBeGreaterThan(40);
    });

    it('finds no eight bytes of the terminal, the command, the names, the pairing secret or any key, in any form [S-PAIR-2] [S-LINK-6]', () => {
      expect(found(secrets, tap.recorded)).toEqual([]);
    });

    it('finds what it may know: who talks to whom [S-LINK-6]', () => {
      const known = new Map([
        ['target’s id', toUtf8(target.peerId)],
        ['viewer’s id', toUtf8(viewer.peerId)],
      ]);
      expect(found(known, tap.recorded).toSorted()).toEqual(['target’s id', 'viewer’s id']);
    });

    it('would find each of them, were it sent in the clear in any form, in pieces or not [S-PAIR-2]', () => {
      for (const [name, secret] of secrets) {
        const only = new Map([[name, secret]]);
        const bytes = Buffer.from(secret);
        for (const form of [
          bytes,
          ...(['hex', 'base64', 'base64url'] as const).map((encoding) => Buffer.from(bytes.toString(encoding))),
        ]) {
          if (form.length < 10) continue;
          expect(found(only, [Buffer.concat([(tap.recorded[0] ?? bytes).subarray(0, 500), form])])).toEqual([name]);
        }
      }
    });
  },
);

it('a recorder finds a mark that goes through it in the clear', async () => {
  const { relay, dispose } = await runRelay();
  const tap = await WireTap.open(relay);
  const mark = word();
  const device = await TestDevice.create({ name: 'target', dialer: createRelayDialer({ clock: systemClock }) });
  // The relay answers with an error that it makes of nothing the device sent; the mark is in what the device sends.
  tap.change = (message, toAgent) =>
    !toAgent && message.type === 'hello' ? [{ ...message, software: mark }] : [message];
  const secrets = new Map([['mark', toUtf8(mark)]]);
  expect(await device.configure(tap.url)).toBeNull();
  expect(found(secrets, tap.recorded)).toEqual([]);
  tap.change = (message) => [message];
  await device.api.call('device.rename', { name: mark.slice(0, 32) });
  const sent = new WebSocket(`${tap.url}/v1/agent`);
  await new Promise((resolve) => sent.addEventListener('open', resolve, { once: true }));
  sent.send(JSON.stringify({ type: 'clear', mark }));
  await eventually(() => found(secrets, tap.recorded).length === 1, 'the find');
  sent.close();
  await device.close();
  await tap.close();
  await dispose();
});
