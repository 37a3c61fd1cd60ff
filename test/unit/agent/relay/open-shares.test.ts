import { describe, expect, it } from 'vitest';
import { settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';
import type { ScriptedControl } from '#test/support/scripted-relay.ts';
import { bench, type Bench } from './setup.ts';

const SHARE = 'ab'.repeat(16);
const RETRY_PAUSE = 10_000;

async function welcome({ relay }: Bench, versions: readonly number[] = [1, 2, 3, 4]): Promise<ScriptedControl> {
  await settle();
  await relay.last.challenge({ versions: [...versions] });
  relay.last.welcome({}, relay.last.facts([...versions]));
  await settle();
  return relay.last;
}

async function online(): Promise<Bench> {
  const made = bench();
  made.client.start();
  await welcome(made);
  return made;
}

async function answer(control: ScriptedControl, code?: string): Promise<void> {
  const { request } = control.lastOf('share-open');
  control.say(
    code === undefined ? { type: 'ok', request } : { type: 'error', request, code, message: code, fatal: false },
  );
  await settle();
}

async function openShare({ client, relay }: Bench): Promise<void> {
  const opening = client.openShare(SHARE);
  await answer(relay.last);
  await opening;
}

describe('a share that this device has opened', () => {
  it('is opened again at the next connection, and every ten seconds while the relay refuses it', async () => {
    const made = await online();
    await openShare(made);
    made.relay.last.drop();
    await made.clock.advance(2000);
    const control = await welcome(made);
    expect(control.count('share-open')).toBe(1);
    await answer(control, 'limit');
    await made.clock.advance(RETRY_PAUSE - 1);
    expect(control.count('share-open')).toBe(1);
    await made.clock.advance(1);
    expect(control.count('share-open')).toBe(2);
    await answer(control, 'rate');
    await made.clock.advance(RETRY_PAUSE);
    expect(control.count('share-open')).toBe(3);
    await answer(control);
    await made.clock.advance(5 * RETRY_PAUSE);
    expect(control.count('share-open')).toBe(3);
    await made.client.stop();
  });

  it('is not opened again once it was closed, nor by a connection that is lost', async () => {
    const made = await online();
    await openShare(made);
    made.relay.last.drop();
    await made.clock.advance(2000);
    const control = await welcome(made);
    await answer(control, 'limit');
    made.client.closeShare(SHARE);
    expect(control.lastOf('share-close').share).toBe(SHARE);
    await made.clock.advance(5 * RETRY_PAUSE);
    expect(control.count('share-open')).toBe(1);
    await openShare(made);
    control.drop();
    await made.clock.advance(2000);
    const next = await welcome(made);
    await answer(next, 'limit');
    await made.client.stop();
    expect(made.clock.pending).toBe(0);
    await made.clock.advance(5 * RETRY_PAUSE);
    expect(next.count('share-open')).toBe(1);
  });

  it('is closed at the relay also where its opening was refused or never answered', async () => {
    const made = await online();
    const refused = codeOf(() => made.client.openShare(SHARE));
    await answer(made.relay.last, 'limit');
    expect(await refused).toBe('relay.limit');
    made.client.closeShare(SHARE);
    expect(made.relay.last.count('share-close')).toBe(1);
    await made.client.stop();
  });

  it('needs a relay of version 4', async () => {
    const made = bench();
    made.client.start();
    const control = await welcome(made, [1, 2, 3]);
    expect(await codeOf(() => made.client.openShare(SHARE))).toBe('relay.no-shares');
    made.client.closeShare(SHARE);
    expect([control.count('share-open'), control.count('share-close')]).toEqual([0, 0]);
    await made.client.stop();
  });
});
