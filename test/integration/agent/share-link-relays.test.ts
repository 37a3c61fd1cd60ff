import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { RelayOptions, RunningRelay } from '#relay/index.ts';
import { AppApiClient } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { parseShareSecret } from '#shared/share-link/index.ts';
import { createTransportPair } from '#test/support/app-transport.ts';
import { createFakeHost } from '#test/support/cli-host.ts';
import { pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { VERSION, writeFixturePage } from '#test/support/relay-page/fixture-page.ts';
import { startTestRelay } from '#test/support/relay-project.ts';
import { createReleaseKey } from '#test/support/releases.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** Patience for a device to come back to its relay. */
const BACK = { timeout: 20_000 };
const SCREEN = { cols: 80, rows: 24, term: 'xterm' };

/** Runs `clawreach` against the agent of a device. */
async function clawreach(device: TestDevice, line: string) {
  const host = {
    ...createFakeHost(),
    connect: async () => {
      const [here, there] = createTransportPair();
      device.agent.serve(there);
      return await Promise.resolve(new AppApiClient(here));
    },
  };
  const code = await runCommandLine(line.split(' '), host);
  return { code, stdout: host.stdout.text, stderr: host.stderr.text };
}

/** Relay with these options, and a terminal at office that laptop has open. */
function scene(options: Partial<RelayOptions>) {
  return shareAmongTests(async (defer) => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
    defer(() => rm(dataDirectory, { recursive: true, force: true }));
    let running = await startTestRelay({ dataDirectory, ...options });
    defer(() => running.stop());
    const { relay } = running;
    const create = async (name: string): Promise<TestDevice> => {
      const device = await TestDevice.create({ name, dialer: createRelayDialer({ clock: systemClock }) });
      defer(() => device.close());
      device.agent.start();
      await configure(device, relay);
      return device;
    };
    const [office, laptop] = [await create('office'), await create('laptop')];
    await pairDevices(office, laptop, { allow: ['terminal'] });
    const { terminal } = await laptop.api.call('terminal.open', { peer: office.peerId, ...SCREEN });
    /** Starts the relay again, with other options, and waits until office is back. */
    const restart = async (others: Partial<RelayOptions>): Promise<void> => {
      await running.stop();
      running = await startTestRelay({ dataDirectory, listen: { host: '127.0.0.1', port: relay.port }, ...others });
      await expect.poll(async () => (await office.api.call('status.get', {})).relay.state, BACK).toBe('online');
    };
    return { office, laptop, terminal, restart };
  });
}

async function configure(device: TestDevice, relay: RunningRelay): Promise<void> {
  const pin = relay.tlsPin === undefined ? {} : { pin: toHex(relay.tlsPin) };
  const url = relay.tlsPin === undefined ? relay.url : `wss://127.0.0.1:${relay.port}`;
  await device.api.call('relay.configure', { url, admission: relay.admissionToken, insecure: true, ...pin });
  await device.api.call('relay.ready', { timeout: 10_000 });
}

/** Runs the command that creates a link. @returns what it printed, and how many links there are and were */
async function create(device: TestDevice, line: string) {
  const printed = await clawreach(device, `share ${line} --link`);
  const links = await device.api.call('shareLink.list', {});
  return { ...printed, links: links.length, opened: (await device.audit('share.opened')).length };
}

/** What is so where no link was created: the error has all these words. */
function noLink(...words: readonly string[]) {
  const stderr = expect.toSatisfy((text: string) => words.every((word) => text.includes(word)), words.join(' … '));
  return { code: 1, stdout: '', stderr: stderr as string, links: 0, opened: 0 };
}

describe('a link for guests at a relay without its page', () => {
  const get = scene({});

  it('is not created, here or through another machine: the command says so, and what the operator does', async () => {
    const { office, laptop, terminal } = get();
    const none = noLink('serves no page, which guests need', '--page on', '[share.no-page]');
    expect(await create(office, `--here ${terminal}`)).toEqual(none);
    expect(await create(laptop, `office ${terminal} --type`)).toEqual(none);
  });

  it('is created once the operator has switched the page on', async () => {
    const { office, terminal, restart } = get();
    const key = createReleaseKey();
    const page = await writeFixturePage({ key, version: VERSION });
    await restart({ page: { folder: page.folder, keys: [key.public], version: VERSION } });
    const { code, stdout } = await clawreach(office, `share --here ${terminal} --link`);
    const [link = ''] = stdout.split('\n');
    expect(code).toBe(0);
    expect(parseShareSecret(new URL(link).hash)).toBeDefined();
    // The address is served.
    expect((await fetch(link)).status).toBe(200);
    await page.remove();
  }, 60_000);
});

describe('a link for guests at a relay with a certificate of its own', () => {
  const get = scene({ tls: { mode: 'own' }, page: {} });

  it('is not created, since browsers would not open it: the command says what the relay needs', async () => {
    const { office, terminal } = get();
    expect(await create(office, `--here ${terminal}`)).toEqual(
      noLink(
        "certificate of its own, which browsers don't trust",
        'clawreach-relay --tls files',
        '[share.own-certificate]',
      ),
    );
  });
});

describe('a link for guests at a relay without TLS', () => {
  const get = scene({ page: {} });

  it('is not created for other machines, whose browsers would give its page no keys', async () => {
    const { office, terminal } = get();
    await office.api.call('relay.advertise', { url: 'ws://relay.lan:7474' });
    expect(await create(office, `--here ${terminal}`)).toEqual(
      noLink('ws://relay.lan:7474 has no TLS', 'clawreach-relay --tls files', '[share.insecure]'),
    );
  });
});

describe('a link for guests of a machine that uses no relay', () => {
  const get = scene({});

  it('is not created, and the command names the one that sets a relay', async () => {
    const { office, terminal } = get();
    await office.api.call('relay.leave', {});
    expect(await create(office, `--here ${terminal}`)).toEqual(noLink('clawreach config relay', '[share.no-relay]'));
  });
});
