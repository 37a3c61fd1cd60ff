import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { parsePeerId, type PeerId } from '#shared/identity/index.ts';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { ask, bundle } from '#test/support/browser/page-scripts.ts';
import { RelayOfPages } from '#test/support/browser/relay-of-pages.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { freePort } from '#test/support/free-port.ts';
import { deviceAt, newIdentity, online, type TestDevice } from '#test/support/relay-clients.ts';
import { startTestRelay } from '#test/support/relay-project.ts';
import type { PageDevice } from '../../unit/browser/relay/chromium-page.ts';

const ENTRY = new URL('../../unit/browser/relay/chromium-page.ts', import.meta.url).pathname;

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
  let browser: ChromiumShare;
  let script: string;
  let base: RelayOfPages;
  let office: TestDevice;
  const stops: (() => unknown)[] = [];

  beforeAll(async () => {
    script = await bundle(ENTRY);
    base = await RelayOfPages.start();
    const ticket = base.rows.ticket(base.project, base.owner);
    const identity = newIdentity();
    office = deviceAt(
      { url: base.relay.url, enrolTicket: () => ticket },
      { identity, onStream: (stream) => void echo(stream).catch(() => undefined) },
    );
    office.client.start();
    await online(office.client);
    browser = await shareChromium();
    stops.push(
      () => base.close(),
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
  const home = (): string => base.relay.url.replace(/^ws/, 'http') + RELAY_PATHS.health;

  /** The page as a member of the project, which office knows. */
  async function admit(page: Page): Promise<PageDevice> {
    const device = await ask<PageDevice>(page, 'create', base.admission());
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
    expect(await ask(page, 'start')).toBe('online');
    await expect.poll(() => isPresent(device.peerId)).toBe(true);
    // More than every buffer on the way.
    const total = 24 * 1024 * 1024 + 7;
    expect(await ask(page, 'echo', pinned(), total)).toEqual({ bytes: total, wrong: 0 });
    await ask(page, 'stop');
    await expect.poll(() => isPresent(device.peerId)).toBe(false);
    await page.close();
  }, 60_000);

  it('is offline when its tab is closed', async () => {
    const page = await open(home());
    const device = await admit(page);
    expect(await ask(page, 'start')).toBe('online');
    await expect.poll(() => isPresent(device.peerId)).toBe(true);
    await page.close();
    await expect.poll(() => isPresent(device.peerId)).toBe(false);
  });

  it('is refused by the relay if it was loaded from elsewhere [S-RELAY-12]', async () => {
    const other = await startTestRelay();
    stops.push(other.stop);
    const page = await open(other.relay.url.replace(/^ws/, 'http') + RELAY_PATHS.health);
    await admit(page);
    expect(await ask(page, 'start')).toBe('relay.relay-mismatch');
    await page.close();
  });

  it('dials with no pin, which it could not check, and says what it can of a failure', async () => {
    const page = await open(home());
    const closed = `ws://127.0.0.1:${await freePort()}`;
    expect(await ask(page, 'refusals', base.relay.url, closed)).toEqual([
      'relay.tls',
      'relay.aborted',
      'relay.unreachable',
      'relay.data-connection',
      'relay.aborted',
    ]);
    expect(await ask(page, 'post', base.relay.url, '/nothing/here')).toEqual({ status: 405 });
    expect(await ask(page, 'post', closed, '/nothing/here')).toBe('relay.unreachable');
    await page.close();
  });
});
