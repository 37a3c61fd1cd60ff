import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { bridgeRule, linkSides, portOf, Servers, type LinkedSides } from '#test/support/forwards/rule-side.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';

let target: TargetSide;
let laptop: PeerId;
let sides: LinkedSides;
let servers: Servers;
const clients: Socket[] = [];

beforeEach(() => {
  target = new TargetSide({ clock: systemClock });
  laptop = target.addPeer('laptop');
  target.allow(laptop, '127.0.0.1:*', 'listen 127.0.0.1:*');
  sides = linkSides(systemClock, target, laptop);
  servers = new Servers();
  void sides.rules.manager.start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await sides.close();
  target.close();
  await servers.close();
});

async function until(probe: () => boolean): Promise<void> {
  await vi.waitUntil(probe, { timeout: 30_000, interval: 10 });
}

function dial(port: number): Socket {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  socket.on('error', () => undefined);
  clients.push(socket);
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

/** Answers when the other side has ended. */
function answerAtEnd(socket: Socket): void {
  let said = '';
  socket.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  socket.on('end', () => socket.end(`you said ${said}`));
}

describe('a bridge to the peer', () => {
  it('gives the answer to a client that has ended its side', async () => {
    const view = await sides.rules.manager.add({ rule: bridgeRule(await servers.listen(answerAtEnd)) });
    expect(view).toMatchObject({ state: 'ready', open: false, url: null });
    const client = dial(portOf(view));
    client.end('hello');
    expect(await readAll(client)).toBe('you said hello');
    await until(() => sides.rules.manager.view(view.id).connections === 0);
    expect(sides.rules.manager.view(view.id)).toMatchObject({ total: 1, bytesOut: 5, bytesIn: 14, problem: null });
    expect(sides.mine().statistics().streamsOpen).toBe(0);
  });

  it('passes the reset of a client on to the target, and one of the target to the client', async () => {
    const accepted: Socket[] = [];
    const rule = bridgeRule(await servers.listen((socket) => void accepted.push(socket.resume())));
    const port = portOf(await sides.rules.manager.add({ rule }));
    for (const who of ['client', 'target']) {
      const client = dial(port).resume();
      client.write('x');
      await until(() => accepted[0]?.bytesRead === 1);
      const [there] = accepted.splice(0);
      if (there === undefined) throw new Error('no connection');
      const [resetting, other] = who === 'client' ? [client, there] : [there, client];
      const error = once(other, 'error');
      resetting.resetAndDestroy();
      expect(await error).toMatchObject([{ code: 'ECONNRESET' }]);
    }
  });

  it('resets the client when the target refuses, and says why on the rule alone [S-FWD-8]', async () => {
    const closed = await servers.listen(() => undefined);
    await servers.close();
    const view = await sides.rules.manager.add({ rule: bridgeRule(closed) });
    const client = dial(portOf(view));
    expect(await once(client, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(client.bytesRead).toBe(0);
    await until(() => sides.rules.manager.view(view.id).problem !== null);
    expect(sides.rules.manager.view(view.id)).toMatchObject({
      state: 'ready',
      problem: { code: 'forward.refused', details: { target: `127.0.0.1:${closed}` } },
    });
  });

  it('says on the rule what its peer does not allow', async () => {
    const port = await servers.listen(answerAtEnd);
    target.allow(laptop, '10.0.0.0/8:*');
    target.rights.set(laptop, 'forward', 'deny');
    const view = await sides.rules.manager.add({ rule: bridgeRule(port) });
    await once(dial(portOf(view)), 'error');
    await until(() => sides.rules.manager.view(view.id).problem !== null);
    expect(sides.rules.manager.view(view.id).problem).toMatchObject({
      code: 'forward.denied',
      details: { peer: 'office' },
    });
  });

  it('shows that the owner of the peer is asked, and goes on with the answer', async () => {
    const port = await servers.listen(answerAtEnd);
    target.allow(laptop);
    const view = await sides.rules.manager.add({ rule: bridgeRule(port) });
    const client = dial(portOf(view));
    client.end('please');
    await until(() => sides.rules.manager.view(view.id).state === 'waiting');
    expect(sides.rules.manager.view(view.id).problem).toMatchObject({ code: 'forward.asking' });
    const [asked] = target.approvals.list();
    target.approvals.decide(asked?.id ?? 0, 'approve');
    expect(await readAll(client)).toBe('you said please');
    expect(sides.rules.manager.view(view.id)).toMatchObject({ state: 'ready', problem: null });
  });

  it('is shown among the connections, and ended from there', async () => {
    const rule = bridgeRule(await servers.listen((socket) => socket.resume()), { name: 'database' });
    const client = dial(portOf(await sides.rules.manager.add({ rule }))).resume();
    client.write('12345');
    await until(() => sides.rules.manager.listConnections()[0]?.bytesOut === 5);
    const [shown] = sides.rules.manager.listConnections();
    expect(shown).toMatchObject({
      forwardName: 'database',
      direction: 'out',
      peerName: 'office',
      target: `127.0.0.1:${rule.kind === 'tcp-bridge' ? rule.to.port : 0}`,
      source: `127.0.0.1:${client.localPort}`,
    });
    const error = once(client, 'error');
    sides.rules.manager.connections.disconnect(shown?.id ?? 0);
    expect(await error).toMatchObject([{ code: 'ECONNRESET' }]);
    await until(() => sides.rules.manager.listConnections().length === 0);
  });

  it('keeps its port when it is restarted, and ends what it carries', async () => {
    const rule = bridgeRule(await servers.listen((socket) => socket.resume()));
    const view = await sides.rules.manager.add({ rule });
    const client = dial(portOf(view)).resume();
    client.write('x');
    await until(() => servers.open === 1);
    const cut = once(client, 'error');
    const again = await sides.rules.manager.restart(view.id);
    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(again).toMatchObject({ state: 'ready', address: view.address });
    expect(sides.rules.claimed).toEqual(new Set([portOf(view)]));
  });

  it('tells of a port in use which other one is free, and takes it when it is free again', async () => {
    const taken = await servers.listen(() => undefined);
    const rule = bridgeRule(9, { listen: { host: '127.0.0.1', port: taken } });
    const view = await sides.rules.manager.add({ rule });
    expect(view).toMatchObject({ state: 'failed', address: null, problem: { code: 'forward.port-in-use' } });
    const free = Number(view.problem?.details['free']);
    const moved = await sides.rules.manager.update(
      view.id,
      bridgeRule(9, { listen: { host: '127.0.0.1', port: free } }),
      undefined,
    );
    expect(moved).toMatchObject({ state: 'ready', address: `127.0.0.1:${free}` });
    await servers.close();
    const back = await sides.rules.manager.update(view.id, rule, undefined);
    expect(back).toMatchObject({ state: 'ready', address: `127.0.0.1:${taken}` });
  });
});

describe('a peer that allows little at a time', () => {
  it('is given 48 connections to make at a time, and the others wait for their turn', async () => {
    const port = await servers.listen((socket) => socket.end('here'));
    const view = await sides.rules.manager.add({ rule: bridgeRule(port) });
    const texts = await Promise.all(Array.from({ length: 400 }, () => readAll(dial(portOf(view)))));
    expect(new Set(texts)).toEqual(new Set(['here']));
    expect(sides.rules.manager.view(view.id)).toMatchObject({ problem: null, total: 400 });
  });
});

describe('a bridge from the peer', () => {
  async function remote(to: number): Promise<string> {
    const { id } = await sides.rules.manager.add({ rule: bridgeRule(to, { direction: 'remote' }) });
    await until(() => sides.rules.manager.view(id).state === 'ready');
    return id;
  }

  it('listens there and leaves here, with the end of each direction', async () => {
    const id = await remote(await servers.listen(answerAtEnd));
    const client = dial(portOf(sides.rules.manager.view(id)));
    client.end('hi');
    expect(await readAll(client)).toBe('you said hi');
    await until(() => sides.rules.manager.view(id).connections === 0);
    expect(sides.rules.manager.view(id)).toMatchObject({ total: 1, bytesIn: 2, bytesOut: 11 });
  });

  it('comes back by itself when the session is lost', async () => {
    const id = await remote(await servers.listen(answerAtEnd));
    await sides.loseSession();
    await until(() => sides.rules.manager.view(id).state === 'waiting');
    await until(() => sides.rules.manager.view(id).state === 'ready');
    const client = dial(portOf(sides.rules.manager.view(id)));
    client.end('again');
    expect(await readAll(client)).toBe('you said again');
  });

  it('closes the port there when it is switched off', async () => {
    const id = await remote(await servers.listen(answerAtEnd));
    const port = portOf(sides.rules.manager.view(id));
    expect(await sides.rules.manager.enable(id, false)).toMatchObject({ state: 'off', address: null });
    await until(() => target.server.listenerCount === 0);
    expect(await once(dial(port), 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
  });

  it('resets the connection there when nothing listens here', async () => {
    const closed = await servers.listen(() => undefined);
    await servers.close();
    const id = await remote(closed);
    const client = dial(portOf(sides.rules.manager.view(id)));
    expect(await once(client, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
    await until(() => sides.rules.manager.view(id).problem !== null);
    expect(sides.rules.manager.view(id).problem).toMatchObject({ code: 'forward.refused' });
  });
});
