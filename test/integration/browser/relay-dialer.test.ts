import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningRelay } from '#relay/index.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { parsePeerId, type PeerId } from '#shared/identity/index.ts';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { findChromium, launchChromium } from '#test/support/chromium/launch.ts';
import { freePort } from '#test/support/free-port.ts';
import { PlatformRows } from '#test/support/platform-rows.ts';
import { deviceAt, newIdentity, online, type TestDevice } from '#test/support/relay-clients.ts';
import { startTestRelay } from '#test/support/relay-project.ts';
import type { PageDevice } from '../../unit/browser/relay/chromium-page.ts';

const ENTRY = new URL('../../unit/browser/relay/chromium-page.ts', import.meta.url).pathname;

/** Calls a function of the page with JSON arguments. */
async function call<Result>(page: Page, name: string, ...given: readonly unknown[]): Promise<Result> {
  return await page.evaluate<Result>(`page.${name}(...${JSON.stringify(given)})`);
}

async function bundle(): Promise<string> {
  const build = await rolldown({ input: ENTRY, platform: 'browser', logLevel: 'silent' });
  const { output } = await build.generate({ format: 'iife' });
  await build.close();
  return output[0].code;
}

/** Sends back what comes. */
async function echo(stream: IncomingStream): Promise<void> {
  const accepted = stream.accept({});
  for (;;) {
    const bytes = await accepted.read();
    if (bytes === null) break;
    await accepted.write(bytes);
  }
  await accepted.end();
}

describe.skipIf(findChromium() === undefined)('a page in Chromium', () => {
  let browser: Browser;
  let script: string;
  let relay: RunningRelay;
  let rows: PlatformRows;
  let office: TestDevice;
  let project: string;
  let owner: string;
  const stops: (() => unknown)[] = [];

  beforeAll(async () => {
    script = await bundle();
    const dataDirectory = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
    const started = await startTestRelay({ dataDirectory, accounts: {} });
    ({ relay } = started);
    rows = new PlatformRows(dataDirectory);
    owner = rows.account();
    project = rows.project(owner);
    const ticket = rows.ticket(project, owner);
    const identity = newIdentity();
    office = deviceAt(
      { url: relay.url, enrolTicket: () => ticket },
      { identity, onStream: (stream) => void echo(stream).catch(() => undefined) },
    );
    office.client.start();
    await online(office.client);
    browser = await launchChromium();
    stops.push(
      () => rm(dataDirectory, { recursive: true, force: true }),
      started.stop,
      () => rows.close(),
      () => office.client.stop(),
      () => browser.close(),
    );
  });
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  /** A page that was loaded from there, with the script. What the relay answers there is no page, and allows no connections by itself. */
  async function open(address: string): Promise<Page> {
    const page = await browser.newPage({ bypassCSP: true });
    await page.goto(address);
    await page.addScriptTag({ content: script });
    return page;
  }
  const home = (): string => relay.url.replace(/^ws/, 'http') + RELAY_PATHS.health;

  /** The page as a member of the project, which office knows. */
  async function admit(page: Page): Promise<PageDevice> {
    const { id, secret } = rows.ticket(project, owner);
    const ticket = { id: toBase64Url(id), secret: toBase64Url(secret) };
    const device = await call<PageDevice>(page, 'create', { url: relay.url, ticket });
    const peerId = parsePeerId(device.peerId);
    office.pins.set(peerId, {
      peerId,
      signingKey: fromBase64Url(device.signingKey),
      staticKey: fromBase64Url(device.staticKey),
      generation: 1,
    });
    return device;
  }
  const pinned = (): PageDevice => ({
    peerId: office.identity.peerId,
    signingKey: toBase64Url(office.identity.signingKey),
    staticKey: toBase64Url(office.identity.staticKey.publicKey),
  });
  const isPresent = (peerId: string): boolean => office.client.isOnline(peerId as PeerId);

  it('needs nothing of Node for links and the relay', () => {
    expect(script).not.toMatch(/["']node:|\brequire\(/);
    expect(script).toContain('WebSocket');
  });

  it('is online at its relay as a browser, and links to a machine of its project byte by byte', async () => {
    const page = await open(home());
    const device = await admit(page);
    expect(await call(page, 'start')).toBe('online');
    await expect.poll(() => isPresent(device.peerId)).toBe(true);
    // More than every buffer on the way.
    const total = 24 * 1024 * 1024 + 7;
    expect(await call(page, 'echo', pinned(), total)).toEqual({ bytes: total, wrong: 0 });
    await call(page, 'stop');
    await expect.poll(() => isPresent(device.peerId)).toBe(false);
    await page.close();
  }, 60_000);

  it('is offline when its tab is closed', async () => {
    const page = await open(home());
    const device = await admit(page);
    expect(await call(page, 'start')).toBe('online');
    await expect.poll(() => isPresent(device.peerId)).toBe(true);
    await page.close();
    await expect.poll(() => isPresent(device.peerId)).toBe(false);
  });

  it('is refused by the relay if it was loaded from elsewhere [S-RELAY-12]', async () => {
    const other = await startTestRelay();
    stops.push(other.stop);
    const page = await open(other.relay.url.replace(/^ws/, 'http') + RELAY_PATHS.health);
    await admit(page);
    expect(await call(page, 'start')).toBe('relay.relay-mismatch');
    await page.close();
  });

  it('dials with no pin, which it could not check, and says what it can of a failure', async () => {
    const page = await open(home());
    const closed = `ws://127.0.0.1:${await freePort()}`;
    expect(await call(page, 'refusals', relay.url, closed)).toEqual([
      'relay.tls',
      'relay.aborted',
      'relay.unreachable',
      'relay.data-connection',
      'relay.aborted',
    ]);
    expect(await call(page, 'post', relay.url, '/nothing/here')).toEqual({ status: 405 });
    expect(await call(page, 'post', closed, '/nothing/here')).toBe('relay.unreachable');
    await page.close();
  });
});
