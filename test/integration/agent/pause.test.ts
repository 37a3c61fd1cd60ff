import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { freePort } from '#test/support/free-port.ts';
import { codeOf, DeviceDisk, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { LOOPBACK_ONLY, loopbackDirect } from '#test/support/loopback-transports.ts';
import { runRelay } from '#test/support/relay-clients.ts';
import { until } from '#test/support/e2e/until.ts';

function dialer() {
  return createRelayDialer({ clock: systemClock });
}

describe('a device that a person has paused', () => {
  let relay: Awaited<ReturnType<typeof runRelay>>;
  let office: TestDevice;
  let laptop: TestDevice;
  const laptopDisk = new DeviceDisk();

  beforeAll(async () => {
    relay = await runRelay();
    office = await TestDevice.create({ name: 'office', dialer: dialer(), direct: loopbackDirect(() => LOOPBACK_ONLY) });
    laptop = await TestDevice.create({
      name: 'laptop',
      dialer: dialer(),
      direct: loopbackDirect(() => LOOPBACK_ONLY),
      disk: laptopDisk,
    });
    for (const device of [office, laptop]) {
      await device.api.call('network.set', { port: await freePort() });
      await device.configure(relay.relay.url);
      device.agent.start();
    }
    await pairDevices(office, laptop);
  });
  afterAll(async () => {
    await laptop.close();
    await office.close();
    await relay.dispose();
  });

  const status = async () => await laptop.api.call('status.get', {});
  const officeSees = async (online: boolean) =>
    await until(`office to see laptop ${online ? 'online' : 'offline'}`, async () =>
      (await office.peer(laptop))?.online === online ? true : undefined,
    );
  const untilBack = async () =>
    await until('the relay again', async () => ((await status()).relay.state === 'online' ? true : undefined));

  it('has no connection and makes none, says so, and a terminal in use waits for the end of the pause [S-RIGHT-5]', async () => {
    const opened = await laptop.api.call('terminal.open', { peer: 'office', cols: 80, rows: 24, term: 'xterm' });
    const channel = laptop.api.channel(opened.channel);
    const heard: string[] = [];
    const listen = async (): Promise<void> => {
      for (;;) {
        const bytes = await channel.read();
        heard.push(bytes === null ? 'ended' : Buffer.from(bytes).toString());
        if (bytes === null) return;
      }
    };
    void listen();
    await channel.write(Buffer.from('before\n'));
    await until('the echo', async () => (heard.join('').includes('before') ? true : undefined));

    const paused = await laptop.api.call('agent.pause', { until: null });
    expect(paused.paused).toMatchObject({ until: null });
    expect(paused.relay).toMatchObject({ state: 'stopped', problem: 'agent.paused', url: relay.relay.url });
    await officeSees(false);
    expect((await laptop.api.call('network.get', {})).listening).toBeNull();
    // Nothing that needs a connection is done meanwhile, and each says why.
    const peer = 'office';
    const codes = await Promise.all([
      codeOf(laptop.api.call('peers.ping', { peer })),
      codeOf(laptop.api.call('peers.reconnect', { peer })),
      codeOf(laptop.api.call('terminal.open', { peer, cols: 80, rows: 24, term: 'xterm' })),
      codeOf(laptop.api.call('terminal.list', { peer })),
      codeOf(laptop.api.call('relay.ready', { timeout: 1000 })),
      codeOf(laptop.api.call('pairing.invite', { allow: [] })),
      codeOf(laptop.api.call('pairing.join', { codeOrLink: 'ABCD-1234', allow: [] })),
    ]);
    expect(new Set(codes)).toEqual(new Set(['agent.paused']));
    expect(await codeOf(office.api.call('peers.ping', { peer: 'laptop' }))).not.toBe('no error');
    await channel.write(Buffer.from('meanwhile\n'));

    expect((await laptop.api.call('agent.resume', {})).paused).toBeUndefined();
    await until('what was typed meanwhile', async () => (heard.join('').includes('meanwhile') ? true : undefined));
    expect(heard).not.toContain('ended');
    await channel.write(Buffer.from('after\n'));
    await until('the echo', async () => (heard.join('').includes('after') ? true : undefined));
    await laptop.api.call('terminal.close', { channel: opened.channel, detach: false });
    await officeSees(true);
  });

  it('stops its forwards, which say why and are back with it [S-RIGHT-5]', async () => {
    const listen = { host: '127.0.0.1', port: await freePort() };
    const rule = { kind: 'socks5', name: 'browser', enabled: true, peer: office.peerId, listen, user: null } as const;
    const { id } = await laptop.api.call('forwards.add', { rule });
    expect(await isOpen(listen.port)).toBe(true);
    await laptop.api.call('agent.pause', { until: null });
    const [paused] = await until('the rule to wait', async () => {
      const views = await laptop.api.call('forwards.list', {});
      return views[0]?.state === 'waiting' ? views : undefined;
    });
    expect(paused).toMatchObject({ problem: { code: 'agent.paused' } });
    expect(await isOpen(listen.port)).toBe(false);
    expect(await codeOf(laptop.api.call('forwards.restart', { id }))).toBe('agent.paused');
    await laptop.api.call('agent.resume', {});
    await until('the rule', async () => ((await isOpen(listen.port)) ? true : undefined));
    await laptop.api.call('forwards.remove', { id });
    await untilBack();
  });

  it('is still paused after a restart, until the time that was said [S-RIGHT-5]', async () => {
    const until_ = Date.now() + 3_600_000;
    await laptop.api.call('agent.pause', { until: until_ });
    await laptop.close();
    laptop = await TestDevice.create({
      name: 'laptop',
      dialer: dialer(),
      direct: loopbackDirect(() => LOOPBACK_ONLY),
      disk: laptopDisk,
    });
    laptop.agent.start();
    expect(await status()).toMatchObject({ paused: { until: until_ }, relay: { state: 'stopped' } });
    await officeSees(false);
    expect(await codeOf(laptop.api.call('peers.ping', { peer: 'office' }))).toBe('agent.paused');
    // Another end, which comes by itself.
    await laptop.api.call('agent.pause', { until: Date.now() + 200 });
    await untilBack();
    expect((await status()).paused).toBeUndefined();
    expect((await laptop.audit('agent.resumed')).length).toBeGreaterThan(0);
  });

  it('ends no later than in thirty days, and not in the past', async () => {
    for (const end of [Date.now() - 1, Date.now() + 31 * 86_400_000]) {
      expect(await codeOf(laptop.api.call('agent.pause', { until: end }))).toBe('agent.pause-until');
    }
    expect((await status()).paused).toBeUndefined();
  });

  it('is paused although the disk is full, and says that a restart would end it [S-RIGHT-5]', async () => {
    laptopDisk.settings.failure.write = 'ENOSPC';
    const paused = await laptop.api.call('agent.pause', { until: null });
    expect(paused).toMatchObject({ paused: { until: null }, problems: [{ code: 'agent.pause-unsaved' }] });
    delete laptopDisk.settings.failure.write;
    const resumed = await laptop.api.call('agent.resume', {});
    expect(resumed.problems).toBeUndefined();
    await untilBack();
  });
});

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
