import { afterEach, describe, expect, it } from 'vitest';
import { toHex } from '#shared/bytes/index.ts';
import { errorCode } from '#shared/errors.ts';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer, RelayRoute, type ProxyVariables } from '#node/sockets/index.ts';
import type { RelayOptions, RunningRelay } from '#relay/index.ts';
import { codeOf, pairDevices, TestDevice, type DeviceDisk } from '#test/support/hostile/device.ts';
import { makeAuthority, startTinyproxy, TestProxy, TINYPROXY } from '#test/support/proxy/index.ts';
import { runRelay } from '#test/support/relay-clients.ts';

/** Nobody but the proxy knows it. */
const NAME = 'relay.clawreach.test';

const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function relay(options: Partial<RelayOptions> = {}): Promise<RunningRelay> {
  const running = await runRelay({ tls: { mode: 'own' }, publicUrls: [`wss://${NAME}:7474`], ...options });
  cleanUps.push(() => running.dispose());
  return running.relay;
}

async function testProxy(...[options]: Parameters<typeof TestProxy.start>): Promise<TestProxy> {
  const proxy = await TestProxy.start(options);
  cleanUps.push(() => proxy.close());
  return proxy;
}

async function device(name: string, variables: ProxyVariables = {}, disk?: DeviceDisk): Promise<TestDevice> {
  const route = new RelayRoute({ variables });
  const dialer = createRelayDialer({ clock: systemClock, route });
  const created = await TestDevice.create({ name, dialer, route, ...(disk === undefined ? {} : { disk }) });
  cleanUps.push(() => created.close());
  return created;
}

async function join(device: TestDevice, pin?: Uint8Array): Promise<string> {
  const url = `wss://${NAME}:7474`;
  const configured = await codeOf(
    device.api.call('relay.configure', { url, ...(pin === undefined ? {} : { pin: toHex(pin) }) }),
  );
  if (configured !== 'no error') return configured;
  return codeOf(device.api.call('relay.ready', { timeout: 20_000 }));
}

/** The relay hears of the new member by another connection than the one that asks for it. */
async function linked(device: TestDevice): Promise<void> {
  const path = (): Promise<string> =>
    device.api.call('peers.ping', { peer: 'office' }).then((ping) => ping.path, errorCode);
  await expect.poll(path, { timeout: 20_000 }).toBe('relay');
}

describe.skipIf(TINYPROXY === undefined)(
  'through a real proxy (tinyproxy), where nothing else leads to the relay',
  () => {
    it('two devices pair and link, with user and password and with variables [S-NET-3]', async () => {
      const { port, tlsPin } = await relay();
      const beyond = await testProxy({ port });
      const login = { user: 'ada', password: 'pass-word' };
      const [open, closed] = [
        await startTinyproxy({ upstream: beyond.port }),
        await startTinyproxy({ upstream: beyond.port, login }),
      ];
      cleanUps.push(open.stop, closed.stop);
      const office = await device('office', { HTTPS_PROXY: `http://127.0.0.1:${open.port}` });
      const laptop = await device('laptop');
      expect(await join(laptop, tlsPin)).toBe('relay.dns');
      const address = `http://127.0.0.1:${closed.port}`;
      await laptop.api.call('network.proxy.set', { mode: 'manual', address });
      expect(await codeOf(laptop.api.call('relay.ready', { timeout: 20_000 }))).toBe('relay.proxy-auth');
      // A person has to do something: nobody's account is locked by tries.
      expect((await laptop.api.call('status.get', {})).relay).toMatchObject({ state: 'failed', retryAt: null });
      await laptop.api.call('network.proxy.set', { user: 'ada', password: 'wrong' });
      // This proxy says 401 of a wrong password, and 407 of none.
      expect(await codeOf(laptop.api.call('relay.ready', { timeout: 20_000 }))).toBe('relay.proxy-auth');
      expect((await laptop.api.call('status.get', {})).relay).toMatchObject({ state: 'failed', retryAt: null });
      const view = await laptop.api.call('network.proxy.set', login);
      expect(view).toMatchObject({ address, user: 'ada', password: true, inUse: { address, source: 'manual' } });
      expect(await codeOf(laptop.api.call('relay.ready', { timeout: 20_000 }))).toBe('no error');
      expect(await join(office, tlsPin)).toBe('no error');
      await pairDevices(office, laptop);
      await linked(laptop);
      expect(beyond.asked.every((place) => place === `${NAME}:7474`)).toBe(true);
      expect((await office.api.call('network.proxy.get', {})).inUse?.source).toBe('environment');
      // The password is nowhere in what is kept, told or logged.
      const told = JSON.stringify([view, await laptop.audit(), laptop.log, laptop.agent.settings.value]);
      expect(told).toContain(address);
      expect(told).not.toContain(login.password);
    });
  },
);

describe('a proxy that opens what is encrypted', () => {
  it('is refused; is let in where its authority was added and the relay has no TLS of its own; never at a pinned one [S-NET-2]', async () => {
    const authority = await makeAuthority(NAME);
    const { port } = await relay({ tls: { mode: 'off' } });
    const proxy = await testProxy({ port, inspects: { ...authority.server, tls: false } });
    const laptop = await device('laptop', { ALL_PROXY: proxy.url });
    expect(await join(laptop)).toBe('relay.untrusted');
    const bad = laptop.api.call('network.proxy.set', { addAuthorities: authority.server.cert });
    expect(await codeOf(bad)).toBe('relay.proxy-authority');
    const view = await laptop.api.call('network.proxy.set', { addAuthorities: `text\n${authority.certificate}\n` });
    expect(view.authorities).toMatchObject([{ subject: 'Example Inspection CA' }]);
    // An untrusted relay wasn't stored.
    expect(await join(laptop)).toBe('no error');
    expect(await join(laptop, new Uint8Array(32).fill(7))).toBe('relay.other-pin');
    const [{ id } = { id: '' }] = view.authorities;
    const after = await laptop.api.call('network.proxy.set', { removeAuthorities: [id] });
    expect(after.authorities).toEqual([]);
    const again = await device('tablet', { ALL_PROXY: proxy.url });
    expect(await join(again)).toBe('relay.untrusted');
  });

  it('is found by a relay with TLS of its own, even where its authority is trusted [S-NET-2]', async () => {
    const authority = await makeAuthority(NAME);
    const { port } = await relay();
    const proxy = await testProxy({ port, inspects: { ...authority.server, tls: true } });
    const laptop = await device('laptop', { ALL_PROXY: proxy.url });
    await laptop.api.call('network.proxy.set', { addAuthorities: authority.certificate });
    expect(await join(laptop)).toBe('relay.relay-mismatch');
  });

  it('cannot pose as another name, though its authority is trusted [S-NET-2]', async () => {
    const authority = await makeAuthority('elsewhere.test');
    const { port } = await relay({ tls: { mode: 'off' } });
    const proxy = await testProxy({ port, inspects: { ...authority.server, tls: false } });
    const laptop = await device('laptop', { ALL_PROXY: proxy.url });
    await laptop.api.call('network.proxy.set', { addAuthorities: authority.certificate });
    expect(await join(laptop)).toBe('relay.tls-certificate');
  });
});

it('without TLS, links run through the tunnel as well', async () => {
  const { port } = await relay({ tls: { mode: 'off' }, publicUrls: [`ws://${NAME}:7474`] });
  const proxy = await testProxy({ port });
  const devices = [await device('office', { ALL_PROXY: proxy.url }), await device('laptop', { ALL_PROXY: proxy.url })];
  for (const each of devices) {
    await each.api.call('relay.configure', { url: `ws://${NAME}:7474`, insecure: true });
    expect(await codeOf(each.api.call('relay.ready', { timeout: 20_000 }))).toBe('no error');
  }
  const [office, laptop] = devices as [TestDevice, TestDevice];
  await pairDevices(office, laptop);
  await linked(laptop);
});

it('a kept password goes to the address and the user it was given for, and to no other [S-NET-3]', async () => {
  const laptop = await device('laptop');
  const set = (input: Parameters<typeof laptop.api.call<'network.proxy.set'>>[1]) =>
    laptop.api.call('network.proxy.set', input);
  const kept = await set({ mode: 'manual', address: 'http://proxy.test:3128', user: 'ada', password: 'secret' });
  expect(kept).toMatchObject({ user: 'ada', password: true, inUse: null });
  expect(await set({ mode: 'none' })).toMatchObject({ mode: 'none', password: true });
  expect(await set({ user: 'eve' })).toMatchObject({ user: 'eve', password: false });
  expect(await set({ user: 'ada' })).toMatchObject({ user: 'ada', password: false });
  expect(await set({ password: 'secret' })).toMatchObject({ user: 'ada', password: true });
  expect(await set({ address: 'http://evil.test:3128' })).toMatchObject({ user: 'ada', password: false });
  expect(await codeOf(set({ mode: 'manual', address: null }))).toBe('relay.proxy-missing');
  expect(await codeOf(set({ address: 'socks5://a.test:1' }))).toBe('relay.proxy-address');
  expect(await codeOf(set({ user: 'a:b' }))).toBe('relay.proxy-address');
  expect(await codeOf(set({ addAuthorities: 'nothing' }))).toBe('relay.proxy-authority');
});
