import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { findChromium, shareChromium } from '#test/support/chromium/launch.ts';

const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: hosts of forwards in a browser are left out.\n');

/** A page behind a forward: sets a cookie for as far as it can, and answers with the cookies that it got. */
async function page(name: string): Promise<Readonly<{ server: Server; port: number }>> {
  const server = createServer((request, response) => {
    response.setHeader('set-cookie', [`${name}=secret`, `${name}-wide=secret; Domain=localhost`]);
    response.end(`cookies: ${request.headers.cookie ?? 'none'}`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

describe.skipIf(!hasChromium)('pages of two machines in one browser', () => {
  test('are reached by their hosts, and get no cookie of each other [S-FWD-10]', { timeout: 60_000 }, async () => {
    const [one, two] = [await page('one'), await page('two')];
    const browser = await shareChromium();
    try {
      // As `pageAddressOf` names them.
      const first = `http://grafana-office.localhost:${one.port}/`;
      const second = `http://grafana-attic.localhost:${two.port}/`;
      const tab = await (await browser.newContext()).newPage();
      const read = async (url: string): Promise<string> => {
        await tab.goto(url);
        return (await tab.textContent('body')) ?? '';
      };
      expect(await read(first)).toBe('cookies: none');
      expect(await read(second)).toBe('cookies: none');
      expect(await read(first)).toBe('cookies: one=secret');
      // By port alone they would share them.
      expect(await read(`http://localhost:${one.port}/`)).not.toContain('two');
      expect(await read(`http://localhost:${two.port}/`)).toContain('one=secret');
    } finally {
      await browser.close();
      for (const { server } of [one, two]) server.close();
    }
  });
});
