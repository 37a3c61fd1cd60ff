import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import type { ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { OutgoingStream } from '#shared/link/index.ts';
import { patternBytes } from '#test/support/forwards/bytes.ts';
import { linkSides, portOf, udpRule, wireGuardRule, type LinkedSides } from '#test/support/forwards/rule-side.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';
import { UdpProgram } from '#test/support/forwards/udp.ts';
import { UdpFaultProxy } from '#test/support/faults/index.ts';
import { heldBuffers } from '#test/support/garbage.ts';

let target: TargetSide;
let laptop: PeerId;
let sides: LinkedSides;
const programs: UdpProgram[] = [];
const proxies: UdpFaultProxy[] = [];

beforeEach(() => {
  target = new TargetSide({ clock: systemClock });
  laptop = target.addPeer('laptop');
  target.rights.set(laptop, 'forward', 'allow');
  sides = linkSides(systemClock, target, laptop);
  void sides.rules.manager.start();
});

afterEach(async () => {
  await sides.close();
  target.close();
  await Promise.all(programs.splice(0).map((program) => program.close()));
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

async function program(opening: Promise<UdpProgram> = UdpProgram.open()): Promise<UdpProgram> {
  const opened = await opening;
  programs.push(opened);
  return opened;
}

async function add(rule: ForwardRule): Promise<ForwardView> {
  const view = await sides.rules.manager.add({ rule });
  return sides.rules.manager.view(view.id);
}

describe('a rule of kind udp', () => {
  it('carries datagrams of 1 to 65 000 bytes there and back, each as one', async () => {
    const echo = await program(UdpProgram.echo());
    const port = portOf(await add(udpRule(echo.port)));
    const client = await program();
    for (const size of [1, 2, 511, 1200, 1420, 1500, 9000, 32_768, 65_000]) {
      const bytes = patternBytes(size);
      const answer = await client.ask(bytes, port);
      expect(answer.bytes.equals(bytes)).toBe(true);
      expect(answer.from.port).toBe(port);
    }
  });

  it('carries an empty datagram', async () => {
    const echo = await program(UdpProgram.echo());
    const port = portOf(await add(udpRule(echo.port)));
    expect((await (await program()).ask('', port)).bytes).toHaveLength(0);
  });

  it('gives each program an association of its own, and each its own answers', async () => {
    const echo = await program(UdpProgram.echo());
    const view = await add(udpRule(echo.port));
    const port = portOf(view);
    const clients = await Promise.all(Array.from({ length: 40 }, () => program()));
    const answers = await Promise.all(clients.map((client) => client.ask(`from ${client.port}`, port)));
    expect(answers.map(({ bytes }) => bytes.toString())).toEqual(clients.map((client) => `from ${client.port}`));
    const seen = new Set<number>();
    for (let count = echo.unread; count > 0; count -= 1) seen.add((await echo.next()).from.port);
    expect(seen.size).toBe(40);
    expect(sides.rules.manager.view(view.id)).toMatchObject({ state: 'ready', connections: 40 });
    expect(target.associations.count).toBe(40);
  });

  it('serves no more than 64 programs at a time', async () => {
    const echo = await program(UdpProgram.echo());
    const view = await add(udpRule(echo.port));
    const clients = await Promise.all(Array.from({ length: 66 }, () => program()));
    for (const client of clients) client.send('x', portOf(view));
    await vi.waitFor(() => expect(sides.rules.manager.view(view.id)).toMatchObject({ connections: 64 }), 30_000);
    await vi.waitFor(() => expect(target.associations.count).toBe(64), 30_000);
  });

  it('keeps its port when the session is lost, and the far end sees the same sender afterwards', async () => {
    const echo = await program(UdpProgram.echo());
    const view = await add(udpRule(echo.port));
    const client = await program();
    await client.ask('before', portOf(view));
    const before = (await echo.next()).from.port;
    await sides.loseSession();
    expect((await client.ask('after', portOf(view))).bytes.toString()).toBe('after');
    expect(portOf(sides.rules.manager.view(view.id))).toBe(portOf(view));
    expect((await echo.next()).from.port).toBe(before);
  });

  it('shows why nothing comes through when the peer does not allow the target', async () => {
    target.rights.set(laptop, 'forward', 'deny');
    const echo = await program(UdpProgram.echo());
    const view = await add(udpRule(echo.port));
    (await program()).send('x', portOf(view));
    await vi.waitFor(() => expect(sides.rules.manager.view(view.id).problem?.code).toBe('forward.denied'), 30_000);
    expect(echo.unread).toBe(0);
  });

  it('asks once, however much is sent, when the answer is no', async () => {
    target.rights.set(laptop, 'forward', 'ask');
    const echo = await program(UdpProgram.echo());
    const view = await add(wireGuardRule(echo.port));
    const client = await program();
    client.send('x', portOf(view));
    await vi.waitFor(() => expect(target.approvals.pendingCount).toBe(1), 30_000);
    const [request] = target.approvals.list();
    expect(request?.detail).toContain(`send datagrams to 127.0.0.1:${echo.port}`);
    target.approvals.decide(request?.id ?? 0, 'not-now');
    await vi.waitFor(() => expect(sides.rules.manager.view(view.id).problem?.code).toBe('forward.denied'), 30_000);
    for (let count = 0; count < 30; count += 1) {
      client.send('x', portOf(view));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect([target.approvals.pendingCount, target.associations.count, echo.unread]).toEqual([0, 0, 0]);
  });

  it('ends what runs when the right is taken away [S-TARGET-7]', async () => {
    const echo = await program(UdpProgram.echo());
    const view = await add(udpRule(echo.port));
    const client = await program();
    await client.ask('x', portOf(view));
    target.rights.set(laptop, 'forward', 'deny');
    await vi.waitFor(() => expect(target.associations.count).toBe(0), 30_000);
    client.send('y', portOf(view));
    await vi.waitFor(() => expect(sides.rules.manager.view(view.id).problem?.code).toBe('forward.denied'), 30_000);
    expect(echo.unread).toBe(1);
  });

  it('says which port is free when its own is taken', async () => {
    const other = await program();
    const { state, problem } = await add(udpRule(9, { listen: { host: '127.0.0.1', port: other.port } }));
    expect([state, problem?.code]).toEqual(['failed', 'forward.port-in-use']);
    expect(Number(problem?.details['free'])).toBeGreaterThan(0);
  });

  it('frees everything when it is switched off', async () => {
    const echo = await program(UdpProgram.echo());
    const view = await add(udpRule(echo.port));
    await (await program()).ask('x', portOf(view));
    expect(sides.rules.claimed.size).toBe(1);
    await sides.rules.manager.enable(view.id, false);
    await vi.waitFor(() => expect(target.associations.count).toBe(0), 30_000);
    expect([sides.rules.claimed.size, target.connections.size, sides.rules.manager.connections.size]).toEqual([
      0, 0, 0,
    ]);
    const again = await program(UdpProgram.open('127.0.0.1', portOf(view)));
    expect(again.port).toBe(portOf(view));
  });

  it('goes on where datagrams are lost, doubled and out of order at the far side', async () => {
    const echo = await program(UdpProgram.echo());
    const faults = { loss: 0.2, duplication: 0.1, reordering: 0.3, reorderedBy: 10 };
    const proxy = await UdpFaultProxy.start({ target: { host: '127.0.0.1', port: echo.port }, seed: 7, faults });
    proxies.push(proxy);
    const port = portOf(await add(udpRule(proxy.port)));
    const client = await program();
    await client.ask('first', port);
    const seen = new Set<string>();
    client.socket.on('message', (bytes) => seen.add(bytes.toString()));
    for (let index = 0; index < 500; index += 1) {
      client.send(`datagram ${index}`, port);
      if (index % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // Two crossings at a loss of 20 %: about 64 % come back.
    await vi.waitFor(() => expect(seen.size).toBeGreaterThan(250), 30_000);
    const { up } = proxy.statistics;
    expect(up.lost + up.carried).toBeGreaterThan(450);
    expect([...seen].every((text) => /^(?:datagram \d+|first)$/.test(text))).toBe(true);
  });

  it('goes to the next address of a name when nobody listens at the first', async () => {
    const echo = await program(UdpProgram.echo('::1'));
    const port = portOf(await add(udpRule({ host: 'localhost', port: echo.port })));
    expect((await (await program()).ask('x', port)).bytes.toString()).toBe('x');
  });
});

describe('a rule of kind wg-proxy', () => {
  const initiation = new Uint8Array(148);
  initiation[0] = 1;
  const response = new Uint8Array(92);
  response[0] = 2;

  it('opens its association again by itself, with the same port, before its own end sends anything', async () => {
    const far = await program();
    const view = await add(wireGuardRule(far.port));
    const near = await program();
    near.send(initiation, portOf(view));
    const { from } = await far.next();
    await sides.loseSession();
    await vi.waitFor(() => expect(target.associations.count).toBe(1), 30_000);
    await vi.waitFor(() => {
      far.send(response, from.port);
      expect(near.unread).toBeGreaterThan(0);
    }, 30_000);
    expect((await near.next()).bytes).toHaveLength(92);
  });
});

describe('what a stranger at the local port or a peer may try', () => {
  it('an answer of anybody but the target is not heard [S-TARGET-7]', async () => {
    const far = await program();
    const port = portOf(await add(udpRule(far.port)));
    const client = await program();
    client.send('x', port);
    const { from } = await far.next();
    const stranger = await program();
    for (let count = 0; count < 20; count += 1) stranger.send('spoofed', from.port);
    far.send('real', from.port);
    expect((await client.next()).bytes.toString()).toBe('real');
    expect(client.unread).toBe(0);
  });

  it('datagrams for flows without an association are dropped [S-TARGET-7]', async () => {
    const far = await program();
    const view = await add(udpRule(far.port));
    const client = await program();
    client.send('x', portOf(view));
    await far.next();
    for (const flow of [0, 2, 4, 3, 5, 999, 2 ** 31]) sides.mine().sendDatagram(flow, new Uint8Array(10));
    client.send('y', portOf(view));
    expect((await far.next()).bytes.toString()).toBe('y');
    expect(far.unread).toBe(0);
  });

  it.each([
    ['a flow that is not its to choose', { flow: 2 }],
    ['no flow', {}],
    ['a target that is none', { flow: 101, to: { host: 'a b', port: 1 } }],
    ['port 0', { flow: 101, to: { host: '127.0.0.1', port: 0 } }],
    ['a token that is none', { flow: 101, token: '../x' }],
    ['a wait of a day', { flow: 101, idle: 86_400 }],
  ])('an association with %s is refused [S-TARGET-7]', async (_, params) => {
    const stream = sides.mine().open('udp', params);
    await expect(stream.opened).rejects.toMatchObject({ details: { code: 'forward.params' } });
    expect(target.associations.count).toBe(0);
  });

  it('a flow that is in use is refused [S-TARGET-7]', async () => {
    const first = sides.mine().open('udp', { flow: 1001 });
    await first.opened;
    await expect(sides.mine().open('udp', { flow: 1001 }).opened).rejects.toMatchObject({
      details: { code: 'forward.params' },
    });
  });

  it('the 65th association of a peer is refused, and one that has ended makes room [S-TARGET-8]', async () => {
    const streams: OutgoingStream[] = [];
    while (streams.length < 64) {
      const stream = sides.mine().open('udp', { flow: 2001 + streams.length * 2 });
      await stream.opened;
      streams.push(stream);
    }
    await expect(sides.mine().open('udp', { flow: 1 }).opened).rejects.toMatchObject({
      details: { code: 'forward.too-many' },
    });
    streams[0]?.reset(0);
    await vi.waitFor(() => expect(target.associations.count).toBe(63), 30_000);
    await sides.mine().open('udp', { flow: 1 }).opened;
  });

  it('bytes on the stream of an association end it', async () => {
    const stream = sides.mine().open('udp', { flow: 3001 });
    await stream.opened;
    await stream.write(new Uint8Array(10));
    await stream.closed;
    await vi.waitFor(() => expect(target.associations.count).toBe(0), 30_000);
  });

  it.each([
    ['metadata', { host: '169.254.169.254', port: 53 }],
    ['metadata as IPv6', { host: '::ffff:169.254.169.254', port: 53 }],
    ['multicast', { host: '224.0.0.251', port: 5353 }],
    ['broadcast', { host: '255.255.255.255', port: 67 }],
  ])('%s is never reached [S-TARGET-7]', async (_, to) => {
    await expect(sides.mine().open('udp', { flow: 4001, to }).opened).rejects.toMatchObject({
      details: { code: 'forward.protected' },
    });
  });

  it('ports of our own are never reached [S-TARGET-7]', async () => {
    const far = await program();
    target.ownPorts.claim(far.port);
    const to = { host: '127.0.0.1', port: far.port };
    await expect(sides.mine().open('udp', { flow: 4003, to }).opened).rejects.toMatchObject({
      details: { code: 'forward.protected' },
    });
  });

  it('a flood keeps within its bounds, and a quiet program is served beside it [S-TARGET-8]', async () => {
    const sink = await program();
    const echo = await program(UdpProgram.echo());
    const flooded = portOf(await add(udpRule(sink.port, { name: 'flood' })));
    const quiet = portOf(await add(udpRule(echo.port, { name: 'quiet' })));
    const noisy = await program();
    const client = await program();
    await client.ask('ready', quiet);
    noisy.send('x', flooded);
    await sink.next();
    const before = heldBuffers();
    for (let round = 0; round < 40; round += 1) {
      for (let count = 0; count < 100; count += 1) noisy.send(new Uint8Array(8000), flooded);
      client.send(`round ${round}`, quiet);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(heldBuffers() - before).toBeLessThan(64 * 1024 * 1024);
    await vi.waitFor(() => expect(client.unread).toBeGreaterThan(25), 30_000);
    expect(heldBuffers() - before).toBeLessThan(64 * 1024 * 1024);
  });
});
