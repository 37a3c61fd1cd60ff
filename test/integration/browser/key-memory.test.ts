import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { fromHex } from '#shared/bytes/index.ts';
import { peerIdOf } from '#shared/identity/index.ts';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { PageScene } from '#test/support/browser/page-scene.ts';
import { ask, pageScript } from '#test/support/browser/page-scripts.ts';
import { findChromium, launchChromium } from '#test/support/chromium/launch.ts';
import { FORMS, newSecret, PageThread } from '#test/support/chromium/thread-memory.ts';

/** PKCS 8 before the 32 bytes of a private key. */
const PKCS8 = {
  Ed25519: '302e020100300506032b657004220420',
  X25519: '302e020100300506032b656e04220420',
} as const;
type Algorithm = keyof typeof PKCS8;

/** Secret scalar of a signing key (RFC 8032, section 5.1.5). */
function scalarOf(seed: Uint8Array): Uint8Array {
  const bytes = createHash('sha512').update(seed).digest().subarray(0, 32);
  bytes[0] = (bytes[0] ?? 0) & 248;
  bytes[31] = ((bytes[31] ?? 0) & 127) | 64;
  return bytes;
}

const secrets = { Ed25519: newSecret(), X25519: newSecret() };
const pkcs8 = (algorithm: Algorithm): Uint8Array => Buffer.concat([fromHex(PKCS8[algorithm]), secrets[algorithm]]);
const publicKey = (algorithm: Algorithm): Uint8Array =>
  createPublicKey(createPrivateKey({ key: Buffer.from(pkcs8(algorithm)), format: 'der', type: 'pkcs8' }))
    .export({ format: 'der', type: 'spki' })
    .subarray(-32);
/** Stores both key pairs, each once as scripts may read it and once as they may not. Runs in a worker that ends then, whose memory goes with it. */
const PLANT = `async (keys) => {
  const stored = [];
  for (const { algorithm, pkcs8, raw, uses } of keys)
    for (const extractable of [true, false]) {
      const privateKey = await crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithm, extractable, uses);
      const publicUses = algorithm === 'Ed25519' ? ['verify'] : [];
      const publicKey = await crypto.subtle.importKey('raw', new Uint8Array(raw), algorithm, true, publicUses);
      stored.push([algorithm + extractable, { privateKey, publicKey }]);
    }
  await new Promise((resolve, reject) => {
    const opening = indexedDB.open('planted', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('keys', 'readwrite');
      for (const [name, pair] of stored) transaction.objectStore('keys').put(pair, name);
      transaction.oncomplete = () => { opening.result.close(); resolve(); };
      transaction.onabort = () => reject(transaction.error);
    };
  });
}`;

/** Has new keys be the planted ones, extractable if the agent wants such. */
const GENERATE = `SubtleCrypto.prototype.generateKey = async (algorithm, extractable) =>
  await new Promise((resolve, reject) => {
    const opening = indexedDB.open('planted', 1);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const pair = opening.result.transaction('keys').objectStore('keys').get((algorithm.name ?? algorithm) + extractable);
      pair.onsuccess = () => { opening.result.close(); resolve(pair.result); };
      pair.onerror = () => reject(pair.error);
    };
  });`;

describe.skipIf(findChromium() === undefined)('the memory of a page that is a machine', () => {
  let browser: Browser;
  let scene: PageScene;
  let script: string;
  beforeAll(async () => {
    [scene, script] = await Promise.all([PageScene.start(), pageScript()]);
    browser = await launchChromium({ args: ['--allow-loopback-in-peer-connection'] });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await scene.close();
  });

  it('holds no secret of its keys in its worker or page, in any form, where others are found [S-BROWSER-1]', async () => {
    const context = await browser.newContext({ bypassCSP: true });
    const page = await context.newPage();
    await page.goto(scene.relay.url.replace(/^ws/, 'http') + RELAY_PATHS.health);
    const [planter] = await Promise.all([
      page.waitForEvent('worker'),
      page.evaluate(`void new Worker(URL.createObjectURL(new Blob([''])))`),
    ]);
    const keys = (['Ed25519', 'X25519'] as const).map((algorithm) => ({
      algorithm,
      pkcs8: [...pkcs8(algorithm)],
      raw: [...publicKey(algorithm)],
      uses: algorithm === 'Ed25519' ? ['sign'] : ['deriveBits'],
    }));
    await planter.evaluate(`(${PLANT})(${JSON.stringify(keys)})`);
    const ended = planter.waitForEvent('close');
    await planter.evaluate('self.close()').catch(() => undefined);
    await ended;

    await page.addScriptTag({ content: script });
    await page.evaluate(`workerScript = ${JSON.stringify(GENERATE)} + workerScript; void 0`);
    const peerId = await ask<string>(page, 'create', scene.admission());
    // The agent made its keys, and they are the planted ones.
    expect(peerId).toBe(peerIdOf(nativeBackend, publicKey('Ed25519')));
    await scene.online(page);
    await scene.pair(page);
    await ask(page, 'open', { peer: scene.office.peerId });
    await ask(page, 'type', 'echo $((6*7))-ready\n');
    await expect.poll(() => ask<string>(page, 'output'), { timeout: 30_000 }).toContain('42-ready');

    const threads = await PageThread.all(page);
    expect(threads.map(({ name }) => name)).toEqual(['page', 'worker']);
    for (const thread of threads) {
      const kept: Record<string, Uint8Array> = {};
      for (const form of FORMS) kept[form] = await thread.keep(form);
      const found = await thread.find({ ...secrets, scalar: scalarOf(secrets.Ed25519), ...kept });
      // The search finds what does lie there, in its form.
      const own = Object.fromEntries(FORMS.map((form) => [form, [form]]));
      expect([thread.name, found]).toEqual([thread.name, { Ed25519: [], X25519: [], scalar: [], ...own }]);
    }
    await context.close();
  }, 120_000);
});
