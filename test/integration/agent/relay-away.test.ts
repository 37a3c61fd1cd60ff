import { encode } from 'dns-packet';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '#test/support/e2e/until.ts';
import { freePort } from '#test/support/free-port.ts';
import { codeOf, type TestDevice } from '#test/support/hostile/device.ts';
import { LanMachines } from '#test/support/lan/paired-machines.ts';
import { runRelay } from '#test/support/relay-clients.ts';

type Relay = Awaited<ReturnType<typeof runRelay>>['relay'];

let machines: LanMachines;
let office: TestDevice;
let laptop: TestDevice;
let data: string;
let port: number;
let relay: Relay | undefined;

const url = (): string => `ws://127.0.0.1:${port}`;

/** Runs the relay, also again with its key and database. */
async function startRelay(): Promise<void> {
  ({ relay } = await runRelay({ dataDirectory: data, listen: { host: '127.0.0.1', port } }));
}

async function stopRelay(): Promise<void> {
  await relay?.close({ drain: 0 });
  relay = undefined;
}

const stateOf = async (one: TestDevice): Promise<string> => (await one.api.call('status.get', {})).relay.state;
const away = (one: TestDevice) =>
  until('the loss', async () => ((await stateOf(one)) === 'waiting' ? true : undefined));
const online = (one: TestDevice) => one.api.call('relay.ready', { timeout: 20_000 });

async function invite(link = false) {
  const invitation = await office.api.call('pairing.invite', { allow: [], ...(link ? { link } : {}) });
  const result = office.api.call('pairing.result', { pairing: invitation.pairing });
  result.catch(() => undefined);
  return { ...invitation, result, text: invitation.code ?? invitation.link ?? '' };
}

const joinAt = (codeOrLink: string, at?: string) =>
  laptop.api.call('pairing.join', { codeOrLink, allow: [], ...(at === undefined ? {} : { at }) });

beforeEach(async () => {
  machines = new LanMachines();
  office = await machines.start('office');
  laptop = await machines.start('laptop');
  data = await mkdtemp(join(tmpdir(), 'clawreach-relay-away-'));
  port = await freePort();
});
afterEach(async () => {
  await machines.close();
  await stopRelay();
  await rm(data, { recursive: true, force: true });
});

it('a relay holds a code and a link beside each other: the code pairs one machine, the link another', async () => {
  await startRelay();
  const nas = await machines.start('nas');
  for (const one of [office, laptop, nas]) {
    await one.api.call('discovery.set', { enabled: false });
    await one.configure(url());
  }
  const code = await invite();
  const link = await invite(true);
  expect([code.relay, link.relay, code.alone, link.alone]).toEqual([url(), url(), undefined, undefined]);
  await expect(invite()).rejects.toMatchObject({ code: 'relay.mailbox' });
  const byLink = await nas.api.call('pairing.join', { codeOrLink: link.text, allow: [] });
  expect((await link.result).words).toEqual(byLink.words);
  const byCode = await joinAt(code.text);
  expect((await code.result).words).toEqual(byCode.words);
});

describe('a relay that is away', () => {
  it('leaves the network: a code pairs there, and names the relay to the joiner', { timeout: 60_000 }, async () => {
    await startRelay();
    await office.configure(url());
    await stopRelay();
    await away(office);
    const shown = await invite();
    expect(shown).toMatchObject({ relay: null, away: { url: url(), returns: true } });
    const joined = await joinAt(shown.text);
    expect((await shown.result).words).toEqual(joined.words);
    // The inviter has signed an enrolment, with which the joiner gets in once the relay is back.
    await startRelay();
    expect((await online(laptop)).url).toBe(url());
  });

  it('takes the same code once it is back', { timeout: 60_000 }, async () => {
    await startRelay();
    for (const one of [office, laptop]) await one.configure(url());
    await stopRelay();
    for (const one of [office, laptop]) await away(one);
    const shown = await invite();
    await startRelay();
    for (const one of [office, laptop]) await online(one);
    // The laptop has left the network.
    await laptop.api.call('discovery.set', { enabled: false });
    const joined = await until('the mailbox', async () => await joinAt(shown.text).catch(() => undefined));
    expect((await shown.result).words).toEqual(joined.words);
  });

  it('allows one guess at network and relay together [S-PAIR-17]', { timeout: 60_000 }, async () => {
    await startRelay();
    for (const one of [office, laptop]) await one.configure(url());
    await stopRelay();
    await away(office);
    const shown = await invite();
    const wrong = `${shown.text.slice(0, -1)}${shown.text.endsWith('0') ? '1' : '0'}`;
    expect(await codeOf(joinAt(wrong, shown.addresses[0]))).toBe('pairing.wrong-code');
    expect(await codeOf(shown.result)).toBe('pairing.wrong-code');
    await startRelay();
    for (const one of [office, laptop]) await online(one);
    await laptop.api.call('discovery.set', { enabled: false });
    expect(await codeOf(joinAt(shown.text))).toBe('relay.nameplate');
    expect(await codeOf(joinAt(shown.text, shown.addresses[0]))).toBe('pairing.not-there');
  });

  it('may go and come while a code is shown', { timeout: 60_000 }, async () => {
    await startRelay();
    for (const one of [office, laptop]) await one.configure(url());
    const shown = await invite();
    expect(shown.relay).toBe(url());
    await stopRelay();
    for (const one of [office, laptop]) await away(one);
    await startRelay();
    for (const one of [office, laptop]) await online(one);
    await laptop.api.call('discovery.set', { enabled: false });
    const joined = await until('the mailbox', async () => await joinAt(shown.text).catch(() => undefined));
    expect((await shown.result).words).toEqual(joined.words);
  });

  it('is left out of a code and a link if it was never reached', { timeout: 60_000 }, async () => {
    await office.api.call('relay.configure', { url: url(), force: true });
    await away(office);
    const code = await invite();
    expect(code).toMatchObject({ relay: null, away: { url: url(), returns: false } });
    await office.api.call('pairing.cancel', { pairing: code.pairing });
    const link = await invite(true);
    expect(link).toMatchObject({ relay: null, away: { returns: false } });
    expect((await joinAt(link.text)).peer.peerId).toBe(office.peerId);
  });

  it('that refuses this machine is left out of a code and a link, which say why', { timeout: 60_000 }, async () => {
    ({ relay } = await runRelay({ dataDirectory: data, listen: { host: '127.0.0.1', port }, admission: 'token' }));
    await office.api.call('relay.configure', { url: url(), force: true });
    await until('the refusal', async () => ((await stateOf(office)) === 'failed' ? true : undefined));
    const refused = { relay: null, away: { url: url(), returns: false, problem: 'relay.admission-needed' } };
    const link = await invite(true);
    expect(link).toMatchObject(refused);
    await office.api.call('pairing.cancel', { pairing: link.pairing });
    const code = await invite();
    expect(code).toMatchObject(refused);
    const joined = await joinAt(code.text);
    expect((await code.result).words).toEqual(joined.words);
    // Nothing of the relay reaches the other machine, which couldn't use it either.
    expect((await laptop.api.call('status.get', {})).relay.state).toBe('none');
  });

  it('is named where the port is closed, too', { timeout: 60_000 }, async () => {
    await office.api.call('relay.configure', { url: url(), force: true });
    await office.api.call('network.set', { listen: 'outbound-only' });
    await away(office);
    expect(await codeOf(office.api.call('pairing.invite', { allow: [] }))).toBe('relay.connection-refused');
  });
});

describe('the name of the inviter', () => {
  it('is looked up by the system', { timeout: 60_000 }, async () => {
    const shown = await invite();
    await laptop.api.call('discovery.set', { enabled: false });
    const direct = shown.addresses[0]?.split(':').at(-1) ?? '';
    expect(await codeOf(joinAt(shown.text, `no-such-machine.invalid:${direct}`))).toBe('pairing.name');
    expect(await codeOf(joinAt(shown.text, 'not an address'))).toBe('pairing.address');
    expect(await codeOf(joinAt(shown.text, `169.254.169.254:${direct}`))).toBe('pairing.address');
    expect((await joinAt(shown.text, `LocalHost:${direct}`)).peer.peerId).toBe(office.peerId);
  });

  it('below .local is asked for in the network', { timeout: 60_000 }, async () => {
    const shown = await invite();
    const direct = shown.addresses[0]?.split(':').at(-1) ?? '';
    const joining = joinAt(shown.text, `office-1.local:${direct}`);
    await until('the question', () =>
      machines.lan.packets.some(({ packet }) => Buffer.from(packet).includes('office-1')) ? true : undefined,
    );
    const answer = (name: string, data: string) =>
      encode({ type: 'response', id: 0, flags: 1 << 10, answers: [{ name, type: 'A', ttl: 60, data }] });
    machines.lan.deliver(answer('other.local', '192.168.4.4'), '127.0.0.77');
    machines.lan.deliver(answer('Office-1.local', '127.0.0.1'), '127.0.0.77');
    expect((await joining).peer.peerId).toBe(office.peerId);
  });
});

it('adding by ID names the relay that it needs', async () => {
  expect(await codeOf(office.api.call('adding.wait', {}))).toBe('adding.no-relay');
  expect(await codeOf(office.api.call('adding.ask', { peerId: laptop.peerId }))).toBe('adding.no-relay');
});
