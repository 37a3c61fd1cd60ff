import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '#test/support/hostile/attempts.ts';
import { codeOf, TestDevice } from '#test/support/hostile/device.ts';
import { LawlessDevice } from '#test/support/hostile/lawless-device.ts';
import { Scene } from '#test/support/hostile/scene.ts';
import { TerminalView } from '#test/support/hostile/terminal-view.ts';
import { newIdentity } from '#test/support/relay-clients.ts';

const AT = 1_800_000_000_000;
const OPEN = { action: 'open', cols: 80, rows: 24, term: 'xterm' } as const;

describe('a relay that says that a peer was removed', () => {
  let scene: Scene;
  let target: TestDevice;
  let viewer: TestDevice;

  beforeEach(async () => {
    scene = new Scene();
    scene.relay.versions = [1, 2, 3];
    ({ target, viewer } = await scene.pair());
  });

  afterEach(() => scene.close());

  const left = (at = AT, peer: string = viewer.peerId) => scene.relay.tell('target', { type: 'left', peer, at });
  const suspended = async (): Promise<boolean> => (await target.peer(viewer))?.suspendedSince !== undefined;
  /** Once this is answered, everything that the relay said before has been read. */
  const settled = () => target.api.call('peers.list', {});

  it('ends its terminal and its link, and tells the person what happened [S-RIGHT-7]', async () => {
    const news: string[] = [];
    target.api.on('peers.suspended', ({ name }) => news.push(name));
    const view = await TerminalView.open(viewer, target);
    await view.say('typed before');
    left();
    expect((await view.ended).code).toMatch(/^(terminal\.revoked|link\.)/);
    await eventually(() => target.shell.last.hungUp, 'the end of the program');
    await eventually(async () => (await target.api.call('status.get', {})).peers.linked === 0, 'the end of the link');
    expect((await target.api.call('status.get', {})).peers).toMatchObject({ known: 1, online: 0, suspended: 1 });
    expect(await target.peer(viewer)).toMatchObject({ online: false, suspendedSince: expect.any(Number) as number });
    expect(news).toEqual(['viewer']);
    expect(await target.audit('peer.suspended')).toHaveLength(1);
    // One entry says it all: no right was set by anyone.
    expect((await target.audit('right.changed')).filter(({ fields }) => fields['decision'] === 'deny')).toEqual([]);
  });

  it('keeps it out whatever it tries, until a person says yes; then all is as before [S-RIGHT-7]', async () => {
    const before = { ...(await target.peer(viewer)), rtt: 0, link: null, lastSeenAt: 0 };
    left();
    await eventually(suspended, 'the suspension');
    expect(await codeOf(TerminalView.open(viewer, target))).toMatch(/^relay\.refused\.refused$/);
    expect(await codeOf(TerminalView.open(target, viewer))).toBe('peer.suspended');
    for (const call of ['peers.ping', 'peers.reconnect'] as const)
      await codeOf(target.api.call(call, { peer: viewer.peerId }));
    expect(target.refusals.at(-1)).toBe('link.unknown-peer');
    // Another device that uses the same key, without any of its own checks.
    await viewer.close();
    const modified = new LawlessDevice(viewer.identity, scene.relay.dialer('viewer'), scene.relay.url);
    await modified.start();
    expect(await codeOf(modified.ask(target.identity, 'pty', OPEN))).toBe('relay.refused.refused');
    await modified.close();
    // The relay can't take its word back.
    scene.relay.tell('target', { type: 'presence', peer: viewer.peerId, online: true });
    await settled();
    expect([await suspended(), (await target.peer(viewer))?.online]).toEqual([true, false]);

    await target.api.call('peers.readmit', { peer: 'viewer' });
    const after = { ...(await target.peer(viewer)), rtt: 0, link: null, lastSeenAt: 0 };
    expect(after).toEqual({ ...before, online: after.online, path: after.path, address: after.address });
    expect(await target.audit('peer.readmitted')).toHaveLength(1);
    const back = await TestDevice.create({ name: 'viewer', dialer: scene.relay.dialer('viewer'), disk: viewer.disk });
    scene.adopt(back);
    await back.start();
    const view = await TerminalView.open(back, target);
    await view.say('typed after');
    expect(target.shell.last.heardText).toBe('typed after');
  });

  it('is believed once for each time that it names: a person has the last word [S-RIGHT-8]', async () => {
    left();
    await eventually(suspended, 'the suspension');
    await target.api.call('peers.readmit', { peer: 'viewer' });
    for (let count = 0; count < 100; count += 1) left();
    await settled();
    expect(await suspended()).toBe(false);
    expect(await codeOf(TerminalView.open(viewer, target))).toBe('no error');
  });

  it('grants nothing and loses nothing else by it, about whomever it lies [S-RIGHT-8]', async () => {
    const stored = (): unknown => JSON.parse(target.disk.peers.text ?? '');
    await target.api.call('rights.set', { peer: 'viewer', right: 'view', decision: 'deny', expiresAt: null });
    const before = JSON.stringify(stored());
    for (const peer of [newIdentity().peerId, target.peerId]) for (const at of [0, AT, 2 ** 53 - 1]) left(at, peer);
    await settled();
    expect(JSON.stringify(stored())).toBe(before);
    expect(await target.api.call('peers.list', {})).toHaveLength(1);
    expect(target.agent.status().relay.state).toBe('online');

    for (let at = 0; at < 500; at += 1) left(at);
    await eventually(suspended, 'the suspension');
    const [peer] = await target.api.call('peers.list', {});
    expect(new Set(Object.values(peer?.rights ?? {}).map(({ decision }) => decision))).toEqual(new Set(['deny']));
    expect(await target.audit('peer.suspended')).toHaveLength(1);
    const { writes } = target.disk.peers;
    await target.api.call('peers.readmit', { peer: 'viewer' });
    expect(target.disk.peers.writes).toBe(writes + 1);
    const document = JSON.stringify(stored(), (name, value: unknown) => (name === 'departure' ? null : value));
    const was = JSON.stringify(JSON.parse(before), (name, value: unknown) => (name === 'departure' ? null : value));
    const withoutTimes = (text: string): string => text.replaceAll(/"lastSeenAt":(?:\d+|null)/g, '');
    expect(withoutTimes(document)).toBe(withoutTimes(was));
  });

  it('in a version without that message, or about no peer ID, is left', async () => {
    const failures = () => target.log.filter(({ message }) => message === 'no connection to the relay').length;
    left(AT, 'viewer');
    await eventually(() => failures() === 1, 'the end of the connection');
    scene.relay.versions = [1, 2];
    scene.relay.hangUpOn('target');
    expect(await target.configure(scene.relay.url)).toBeNull();
    const before = failures();
    left();
    await eventually(() => failures() > before, 'the end of the connection');
    expect(await suspended()).toBe(false);
  });
});
