import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { fromBase64Url, toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import { HandshakeResponder } from '#shared/handshake/index.ts';
import { createIdentity, verifyCertificate } from '#shared/identity/index.ts';
import { ask, bundle } from '#test/support/browser/page-scripts.ts';
import { findChromium, launchChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';

const ENTRY = new URL('../../unit/browser/keys/chromium-page.ts', import.meta.url).pathname;
const seconds = (): number => Math.floor(Date.now() / 1000);

describe.skipIf(findChromium() === undefined)('the keys of a page in Chromium', () => {
  let browser: ChromiumShare;
  let server: Server;
  let port: number;
  beforeAll(async () => {
    const script = await bundle(ENTRY);
    server = createServer((request, response) => {
      const isScript = request.url === '/page.js';
      response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? script : '<!doctype html><script src="/page.js"></script>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    ({ port } = server.address() as AddressInfo);
    browser = await shareChromium();
  });
  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('need nothing of Node', async () => {
    const script = await bundle(ENTRY);
    // A module that the bundler left outside would be asked for by its name.
    expect(script).not.toMatch(/["']node:|\brequire\(/);
    expect(script).toContain('generateKey');
  });

  it('sign again after a reload as the same device, and are given to no script [S-BROWSER-1]', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    expect(await ask(page, 'create')).toBe('ok');
    const before = await ask<{ peerId: string; certificate: string }>(page, 'identity', seconds());

    await page.reload();
    const after = await ask<{ peerId: string; certificate: string }>(page, 'identity', seconds());
    expect(after.peerId).toBe(before.peerId);
    const certificate = verifyCertificate(crypto, fromBase64Url(after.certificate), seconds());
    expect(certificate.peerId).toBe(before.peerId);
    const message = toUtf8('signed after the reload');
    const signature = fromBase64Url(await ask(page, 'sign', toBase64Url(message)));
    expect(crypto.ed25519Verify(certificate.signingKey, message, signature)).toBe(true);

    const outcomes = await ask<readonly string[]>(page, 'attack');
    expect(outcomes).toHaveLength(14);
    expect(outcomes.filter((outcome) => outcome === 'none')).toEqual([]);
    expect(outcomes.filter((outcome) => outcome === 'InvalidAccessError').length).toBeGreaterThanOrEqual(8);
    expect(outcomes.filter((outcome) => outcome.startsWith('{'))).toEqual(['{}', '{}']);
    await page.close();
  });

  it('link the page with a device of Node', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    await ask(page, 'create');
    const shown = await ask<{ certificate: string }>(page, 'identity', seconds());
    const pin = verifyCertificate(crypto, fromBase64Url(shown.certificate), seconds());
    const device = createIdentity(crypto, crypto.randomBytes(32), { generation: 1, now: seconds() });
    const responder = new HandshakeResponder({ crypto, identity: device, clock: systemClock, lookup: () => pin });
    const peer = {
      peerId: device.peerId,
      signingKey: toBase64Url(device.signingKey),
      staticKey: toBase64Url(device.staticKey.publicKey),
    };
    const incoming = await responder.receive(fromBase64Url(await ask(page, 'begin', peer, seconds())));
    expect(incoming.peer.peerId).toBe(pin.peerId);
    const { message2, established } = await incoming.respond();
    const secret = await ask<string>(page, 'finish', toBase64Url(message2));
    expect(secret).toBe(toBase64Url(established.exportSecret('test')));
    await page.close();
  });

  it('are not made where the page is not secure, and the error names it', async () => {
    // Addresses of loopback count as secure, another name that leads there doesn't.
    const strict = await launchChromium({ args: ['--host-resolver-rules=MAP page.example 127.0.0.1'] });
    const page = await strict.newPage();
    await page.goto(`http://page.example:${port}/`);
    expect(await page.evaluate('isSecureContext')).toBe(false);
    expect(await ask(page, 'create')).toBe('keys.unsupported');
    await strict.close();
  });
});
