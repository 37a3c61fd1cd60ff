import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, pairDevices, type TestDevice } from '#test/support/hostile/device.ts';
import { eventually } from '#test/support/hostile/attempts.ts';
import { answerTo, LawlessDevice, readToEnd } from '#test/support/hostile/lawless-device.ts';
import { Scene } from '#test/support/hostile/scene.ts';
import { TerminalView } from '#test/support/hostile/terminal-view.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { newIdentity } from '#test/support/relay-clients.ts';

const OPEN = { action: 'open', cols: 80, rows: 24, term: 'xterm' } as const;
const LIST = { action: 'list' } as const;

describe('a device whose own checks are gone, at a relay that lets everything through', () => {
  let scene: Scene;
  let target: TestDevice;
  let viewer: TestDevice;
  const lawless: LawlessDevice[] = [];

  beforeEach(async () => {
    scene = new Scene();
    ({ target, viewer } = await scene.pair());
  });

  afterEach(async () => {
    for (const device of lawless.splice(0)) await device.close();
    await scene.close();
  });

  async function withIdentity(identity = newIdentity(), name = 'lawless'): Promise<LawlessDevice> {
    const device = new LawlessDevice(identity, scene.relay.dialer(name), scene.relay.url);
    lawless.push(device);
    await device.start();
    return device;
  }

  /** The viewer's own keys in another program. */
  async function modifiedViewer(): Promise<LawlessDevice> {
    await viewer.close();
    return withIdentity(viewer.identity, 'viewer');
  }

  it('is refused without the right, whatever it asks for [S-RIGHT-1]', async () => {
    await target.allow(viewer, 'deny');
    const device = await modifiedViewer();
    for (const params of [OPEN, LIST, { action: 'attach', terminal: 'a'.repeat(32), cols: 80, rows: 24 }]) {
      expect(await device.ask(target.identity, 'pty', params)).toBe('rights.denied');
    }
    expect(target.shell.run).toEqual([]);
  });

  it('runs no command without the right, and has no pipe of another peer’s [S-TERM-4]', async () => {
    await target.allow(viewer, 'deny');
    const device = await modifiedViewer();
    const mark = join(tmpdir(), `clawreach-never-${viewer.peerId}`);
    const start = { action: 'start', command: ['touch', mark] };
    expect(await device.ask(target.identity, 'exec', start)).toBe('rights.denied');
    for (const params of [null, { ...start, approved: true }, { ...start, environment: { PATH: '/tmp' } }, OPEN])
      expect(await device.ask(target.identity, 'exec', params)).toBe('terminal.params');
    for (const pipe of ['stdin', 'stdout', 'stderr'])
      expect(await device.ask(target.identity, 'exec', { action: 'pipe', exec: 'a'.repeat(32), pipe })).toBe(
        'terminal.unknown',
      );
    await target.allow(viewer, 'ask');
    const session = await device.session(target.identity);
    const asking = session.open('exec', start);
    await eventually(async () => (await target.api.call('approvals.list', {})).length === 1, 'the request');
    const [pending] = await target.api.call('approvals.list', {});
    expect(pending?.detail).toContain(`run: touch ${mark}`);
    await target.allow(viewer, 'deny');
    expect(await answerTo(asking)).toBe('rights.denied');
    expect(existsSync(mark)).toBe(false);
  });

  it('causes two notices by saying again and again that it has removed the target [S-PAIR-22]', async () => {
    const device = await modifiedViewer();
    const news: string[] = [];
    target.api.on('peers.forgot', ({ name }) => news.push(name));
    const isForgotten = async () =>
      (await target.api.call('peers.get', { peer: viewer.peerId })).forgottenAt !== undefined;
    for (let round = 0; round < 4; round += 1) {
      const session = await device.session(target.identity);
      await session.ping();
      await eventually(async () => !(await isForgotten()), 'the link');
      await session.close('link.forgotten', 'removed');
      await eventually(isForgotten, 'the removal');
    }
    expect(news).toEqual(['viewer', 'viewer']);
  });

  it('says that the words differ of no one but itself, and any other reason is none [S-PAIR-22]', async () => {
    const device = await modifiedViewer();
    const seen = async () => await target.api.call('peers.get', { peer: viewer.peerId });
    const isForgotten = async () => (await seen()).forgottenAt !== undefined;
    const reasons = [
      ['words-differ ', undefined],
      ['words', undefined],
      ['words-differ', 'words'],
    ] as const;
    for (const [reason, because] of reasons) {
      const session = await device.session(target.identity);
      await session.ping();
      await eventually(async () => !(await isForgotten()), 'the link');
      await session.close('link.forgotten', reason);
      await eventually(isForgotten, 'the removal');
      expect((await seen()).forgottenBecause).toBe(because);
    }
    // Another code says nothing of a removal, whatever its reason.
    const session = await device.session(target.identity);
    await session.ping();
    await eventually(async () => !(await isForgotten()), 'the link');
    await session.close('link.closed', 'words-differ');
    await eventually(async () => (await seen()).link === null, 'the end of the link');
    expect(await seen()).not.toHaveProperty('forgottenBecause');
    const others = (await target.api.call('peers.list', {})).filter(({ peerId }) => peerId !== viewer.peerId);
    expect(others.filter(({ forgottenAt }) => forgottenAt !== undefined)).toEqual([]);
  });

  it.each(['file', 'message'] as const)(
    'is refused a stream of kind %s even with every right there is [S-RIGHT-1]',
    async (kind) => {
      const device = await modifiedViewer();
      expect(await device.ask(target.identity, kind, { host: '127.0.0.1', port: 22 })).toBe('link.kind');
    },
  );

  it('is refused remote control that is none, and without the right what there is', async () => {
    const device = await modifiedViewer();
    expect(await device.ask(target.identity, 'rpc', { host: '127.0.0.1', port: 22 })).toBe('remote.version');
    await target.api.call('rights.set', { peer: viewer.peerId, right: 'prompt', decision: 'deny', expiresAt: null });
    expect(await device.ask(target.identity, 'rpc', { service: 'remote', version: 1 })).toBe('rights.denied');
  });

  it('is refused every connection without the right to forward, and those that nobody may have with it [S-TARGET-1]', async () => {
    const device = await modifiedViewer();
    const server = createServer((socket) => void socket.on('error', () => undefined).write('secret'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const forward = async (decision: 'allow' | 'ask' | 'deny'): Promise<unknown> =>
      target.api.call('rights.set', { peer: viewer.peerId, right: 'forward', decision, expiresAt: null });
    const to = (host: string, wanted = port): Promise<string> =>
      device.ask(target.identity, 'tcp', { to: { host, port: wanted } });
    await forward('deny');
    expect(await to('127.0.0.1')).toBe('forward.denied');
    expect(await device.ask(target.identity, 'tcp', { listen: { host: '127.0.0.1', port: 0 } })).toBe('forward.denied');
    // Nothing there was asked for by this device.
    for (const listener of [0, 1, 2, 3, 4, 5])
      expect(await device.ask(target.identity, 'tcp', { from: { listener, address: '127.0.0.1:1' } })).toBe(
        'forward.denied',
      );
    expect(await device.ask(target.identity, 'tcp', { to: { host: '127.0.0.1', port }, approved: true })).toBe(
      'forward.params',
    );
    // The one pattern there is, and what it does not say.
    await forward('ask');
    const only = { kind: 'connect', host: 'localhost', ports: String(port), expiresAt: null } as const;
    await target.api.call('targets.set', { peer: viewer.peerId, targets: [only] });
    expect(await target.api.call('targets.list', { peer: viewer.peerId })).toEqual([only]);
    expect(await to('0x7f.1')).toBe('opened');
    await forward('allow');
    for (const host of ['169.254.169.254', '0xa9fea9fe', '::ffff:169.254.169.254', 'fe80::1', '255.255.255.255'])
      expect([host, await to(host)]).toEqual([host, 'forward.protected']);
    expect((await target.api.call('forwards.connections', {})).map((one) => one.direction)).toEqual(['in']);
    // Taken back in the middle.
    const stream = (await device.session(target.identity)).open('tcp', { to: { host: 'localhost', port } });
    expect(await answerTo(stream)).toBe('opened');
    await target.api.call('targets.set', { peer: viewer.peerId, targets: [] });
    await forward('deny');
    await readToEnd(stream);
    expect(await stream.closed).not.toBe('finished');
    await eventually(async () => (await target.api.call('forwards.connections', {})).length === 0);
    server.close();
  });

  it('is refused a way through without the right to pass, and params that name none [S-RIGHT-1]', async () => {
    const device = await modifiedViewer();
    await target.api.call('rights.set', { peer: viewer.peerId, right: 'relay', decision: 'deny', expiresAt: null });
    expect(await device.ask(target.identity, 'relay', { to: viewer.peerId })).toBe('rights.denied');
    expect(await device.ask(target.identity, 'relay', { host: '127.0.0.1', port: 22 })).toBe('via.params');
  });

  it.each([
    ['no params', null],
    ['an unknown action', { action: 'sudo' }],
    ['more than is known', { ...OPEN, approved: true }],
    ['a size beyond reason', { ...OPEN, cols: 100_000 }],
    ['a command of ten thousand words', { ...OPEN, command: Array(1000).fill('x') }],
  ])('is refused a terminal with %s', async (_what, params) => {
    const device = await modifiedViewer();
    expect(await device.ask(target.identity, 'pty', params)).toBe('terminal.params');
    expect(target.shell.run).toEqual([]);
  });

  it('cannot see or take up the terminal of another peer [S-TERM-1]', async () => {
    const third = await scene.device('third');
    await pairDevices(target, third);
    const view = await TerminalView.open(third, target);
    await view.say('mine');
    const device = await modifiedViewer();
    const attach = { action: 'attach', terminal: view.terminal, cols: 80, rows: 24 };
    expect(await device.ask(target.identity, 'pty', attach)).toBe('terminal.unknown');
    const stream = (await device.session(target.identity)).open('pty', LIST);
    expect(await answerTo(stream)).toBe('opened');
    expect(Buffer.from((await stream.read()) ?? []).toString()).not.toContain(view.terminal);
  });

  it('is refused when it was never paired, though its certificate is valid and it is in the project [S-LINK-1]', async () => {
    const device = await withIdentity();
    expect(await codeOf(device.session(target.identity))).toBe('relay.refused.refused');
    expect(target.refusals).toEqual(['link.unknown-peer']);
  });

  it('is refused when it was never paired and the relay lends it the name of a peer [S-RIGHT-4]', async () => {
    const device = await withIdentity();
    scene.relay.toAgent = (name, message) =>
      name === 'target' && message.type === 'incoming' ? [{ ...message, from: viewer.peerId }] : [message];
    expect(await codeOf(device.session(target.identity))).toBe('relay.refused.refused');
    expect(target.refusals).toEqual(['handshake.unknown-peer']);
  });

  it('is refused once it was forgotten, and its link and terminal are over [S-RIGHT-4]', async () => {
    const view = await TerminalView.open(viewer, target);
    await view.say('running');
    await target.api.call('peers.forget', { peer: viewer.peerId });
    expect(await view.ended).toMatchObject({
      exitCode: null,
      code: expect.stringMatching(/^(terminal\.revoked|link\.closed)$/),
    });
    expect(target.shell.running).toBe(0);
    const device = await modifiedViewer();
    expect(await codeOf(device.session(target.identity))).toBe('relay.refused.refused');
    expect(target.refusals.at(-1)).toBe('link.unknown-peer');
  });

  it('loses what runs, at once, when the right is taken back, and gets nothing new over the link it has [S-RIGHT-2]', async () => {
    const device = await modifiedViewer();
    const session = await device.session(target.identity);
    const running = session.open('pty', OPEN);
    expect(await answerTo(running)).toBe('opened');
    await target.allow(viewer, 'deny');
    await readToEnd(running);
    expect(target.shell.running).toBe(0);
    expect(await answerTo(session.open('pty', OPEN))).toBe('rights.denied');
    await target.allow(viewer, 'ask');
    const asking = session.open('pty', OPEN);
    await eventually(async () => (await target.api.call('approvals.list', {})).length === 1, 'the request');
    await target.allow(viewer, 'deny');
    const [pending] = await target.api.call('approvals.list', {});
    // Too late for a yes: the right says no.
    if (pending !== undefined) await target.api.call('approvals.decide', { id: pending.id, decision: 'approve' });
    expect(await answerTo(asking)).toBe('rights.denied');
    expect(target.shell.run).toHaveLength(1);
  });

  it('loses what runs when the right is taken back at any moment between the yes and the start [S-RIGHT-2]', async () => {
    await target.allow(viewer, 'ask');
    const device = await modifiedViewer();
    const session = await device.session(target.identity);
    for (let turns = 0; turns < 24; turns += 1) {
      await target.allow(viewer, 'ask');
      const asking = session.open('pty', OPEN);
      await eventually(async () => (await target.api.call('approvals.list', {})).length === 1, 'the request');
      const [pending] = await target.api.call('approvals.list', {});
      const approved = target.api.call('approvals.decide', { id: pending?.id ?? 0, decision: 'approve' });
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      const denied = target.allow(viewer, 'deny');
      await Promise.all([approved, denied]);
      await answerTo(asking);
      await settle(5);
      expect([turns, target.shell.running]).toEqual([turns, 0]);
    }
  });

  it('loses a command as well when the right is taken back at any moment between the yes and the start', async () => {
    const device = await modifiedViewer();
    const session = await device.session(target.identity);
    const serving = async (): Promise<number> => (await target.api.call('status.get', {})).terminals.serving;
    for (const turns of [0, 1, 2, 3, 4, 6, 9, 14, 20]) {
      await target.allow(viewer, 'ask');
      const asking = session.open('exec', { action: 'start', command: ['sleep', '600'] });
      await eventually(async () => (await target.api.call('approvals.list', {})).length === 1, 'the request');
      const [pending] = await target.api.call('approvals.list', {});
      const approved = target.api.call('approvals.decide', { id: pending?.id ?? 0, decision: 'approve' });
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      const denied = target.allow(viewer, 'deny');
      await Promise.all([approved, denied]);
      if ((await answerTo(asking)) === 'opened') await readToEnd(asking);
      await eventually(async () => (await serving()) === 0, `the command to end, ${turns} turns after the yes`);
      expect(await answerTo(session.open('exec', { action: 'start', command: ['true'] }))).toBe('rights.denied');
    }
  });
});

describe('a person who is asked', () => {
  const clock = new FakeClock(Date.now());
  let scene: Scene;
  let target: TestDevice;
  let viewer: TestDevice;

  beforeEach(async () => {
    scene = new Scene();
    ({ target, viewer } = await scene.pair());
    await target.allow(viewer, 'ask');
  });

  afterEach(() => scene.close());

  const waiting = () => target.api.call('approvals.list', {});

  async function asked(count: number): Promise<number> {
    await eventually(async () => (await waiting()).length === count, 'the request');
    return (await waiting())[0]?.id ?? 0;
  }

  it('lets in exactly the one that was asked for: the next one is asked anew [S-ASK-1]', async () => {
    const first = TerminalView.open(viewer, target, { command: ['one'] });
    const id = await asked(1);
    await target.api.call('approvals.decide', { id, decision: 'approve' });
    await (await first).say('in');
    const second = codeOf(TerminalView.open(viewer, target, { command: ['one'] }));
    const next = await asked(1);
    expect(next).not.toBe(id);
    expect(await codeOf(target.api.call('approvals.decide', { id, decision: 'approve' }))).toBe('approval.gone');
    expect(target.shell.run).toHaveLength(1);
    await target.api.call('approvals.decide', { id: next, decision: 'not-now' });
    expect(await second).toBe('rights.denied');
  });

  it('lets in one of two that ask for different things at the same time, and not the other', async () => {
    const harmless = TerminalView.open(viewer, target, { command: ['date'] });
    await asked(1);
    const harmful = codeOf(TerminalView.open(viewer, target, { command: ['rm', '-rf', '/'] }));
    await asked(2);
    const request = (await waiting()).find(({ detail }) => detail === 'run: date');
    await target.api.call('approvals.decide', { id: request?.id ?? 0, decision: 'approve' });
    await (await harmless).say('in');
    expect(target.shell.run.map((shell) => shell.request.file)).toEqual(['date']);
    await target.api.call('approvals.decide', { id: await asked(1), decision: 'not-now' });
    expect(await harmful).toBe('rights.denied');
  });

  it('lets in one of two that ask for the same thing at the same time: one yes starts one program [S-ASK-1]', async () => {
    const outcomes: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      void codeOf(TerminalView.open(viewer, target, { command: ['same'] })).then((code) => outcomes.push(code));
    }
    await eventually(() => scene.relay.bridge.seen.length > 4, 'the requests');
    const id = await asked(1);
    await settle(10);
    await target.api.call('approvals.decide', { id, decision: 'approve' });
    await eventually(() => outcomes.length > 0, 'the first outcome');
    await settle(10);
    expect(target.shell.run).toHaveLength(1);
    // The others still wait, as one question more.
    const next = await asked(1);
    expect(next).not.toBe(id);
    await target.api.call('approvals.decide', { id: next, decision: 'ignore' });
    await eventually(() => outcomes.length === 3, 'the others');
    expect(outcomes.toSorted()).toEqual(['no error', 'rights.denied', 'rights.denied']);
  });

  it('cannot approve what was withdrawn [S-ASK-1]', async () => {
    const controller = new AbortController();
    const opening = codeOf(TerminalView.open(viewer, target, { signal: controller.signal }));
    const id = await asked(1);
    controller.abort();
    expect(await opening).toBe('control.cancelled');
    await eventually(async () => (await waiting()).length === 0, 'the withdrawal');
    expect(await codeOf(target.api.call('approvals.decide', { id, decision: 'approve' }))).toBe('approval.gone');
    expect(target.shell.run).toEqual([]);
  });

  it('still waits for the person when the relay cuts the link: the session goes on, and the yes counts once [S-LINK-8]', async () => {
    const opening = TerminalView.open(viewer, target);
    const id = await asked(1);
    scene.relay.bridge.end();
    await target.api.call('approvals.decide', { id, decision: 'approve' });
    const view = await opening;
    await view.say('after the cut');
    expect(target.shell.run).toHaveLength(1);
  });

  it('cannot approve what was withdrawn when the viewer has gone', async () => {
    const opening = codeOf(TerminalView.open(viewer, target));
    const id = await asked(1);
    await viewer.close();
    expect(await opening).not.toBe('no error');
    await eventually(async () => (await waiting()).length === 0, 'the withdrawal');
    expect(await codeOf(target.api.call('approvals.decide', { id, decision: 'approve' }))).toBe('approval.gone');
    expect(target.shell.run).toEqual([]);
  });

  it('is not asked again when the device that left a terminal reopens it, and is about a new one [S-RIGHT-1]', async () => {
    const opening = TerminalView.open(viewer, target);
    await target.api.call('approvals.decide', { id: await asked(1), decision: 'approve' });
    const view = await opening;
    await view.say('running');
    await viewer.api.call('terminal.close', { channel: view.channel, detach: true });
    const again = await TerminalView.open(viewer, target, { terminal: view.terminal });
    await again.say('reopened');
    expect(await waiting()).toEqual([]);
    expect(target.shell.run).toHaveLength(1);
    const other = codeOf(TerminalView.open(viewer, target));
    await target.api.call('approvals.decide', { id: await asked(1), decision: 'not-now' });
    expect(await other).toBe('rights.denied');
  });

  it('is never answered for by time, and a grant that runs out ends what runs [S-RIGHT-2]', async () => {
    const timed = new Scene(clock);
    const owner = await timed.device('owner');
    const guest = await timed.device('guest');
    await pairDevices(owner, guest);
    await eventually(async () => (await owner.peer(guest))?.linked === true, 'the link');
    await owner.allow(guest, 'ask');
    const opening = codeOf(TerminalView.open(guest, owner));
    await eventually(async () => (await owner.api.call('approvals.list', {})).length === 1, 'the request');
    await clock.advance(121_000);
    expect(await opening).toBe('rights.unanswered');
    expect(owner.shell.run).toEqual([]);

    await owner.allow(guest, 'allow', clock.now() + 60_000);
    const view = await TerminalView.open(guest, owner);
    await view.say('while it lasts');
    await clock.advance(59_000);
    expect(owner.shell.running).toBe(1);
    await clock.advance(2000);
    expect(await view.ended).toMatchObject({ code: 'terminal.revoked' });
    expect(owner.shell.running).toBe(0);
    await timed.close();
  });
});
