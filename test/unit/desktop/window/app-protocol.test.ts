import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAppHandler } from '../../../../src-main/desktop/window/app-protocol.ts';
import { CONTENT_SECURITY_POLICY } from '../../../../src-main/desktop/window/content-policy.ts';

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'clawreach-files-'));
  mkdirSync(join(directory, 'renderer', 'assets'), { recursive: true });
  writeFileSync(join(directory, 'renderer', 'index.html'), '<p>page</p>');
  writeFileSync(join(directory, 'renderer', 'assets', 'index-Dk_2.js'), 'run()');
  writeFileSync(join(directory, 'renderer', '.hidden.js'), 'secret');
  writeFileSync(join(directory, 'renderer', 'program.exe'), 'secret');
  writeFileSync(join(directory, 'secret.js'), 'secret');
});

afterAll(() => rmSync(directory, { recursive: true }));

function get(url: string, method = 'GET'): Promise<Response> {
  return createAppHandler(join(directory, 'renderer'))({ url, method });
}

describe('the files behind app://clawreach', () => {
  it.each([
    ['app://clawreach/', 'text/html; charset=utf-8', '<p>page</p>'],
    ['app://clawreach/index.html?x#y', 'text/html; charset=utf-8', '<p>page</p>'],
    ['app://clawreach/assets/index-Dk_2.js', 'text/javascript; charset=utf-8', 'run()'],
  ])('%s is answered with its kind', async (url, type, content) => {
    const response = await get(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.text()).toBe(content);
  });

  it.each([
    'app://clawreach/../secret.js',
    'app://clawreach/assets/../../secret.js',
    'app://clawreach/%2e%2e/secret.js',
    'app://clawreach/..%2fsecret.js',
    'app://clawreach/..%5csecret.js',
    'app://clawreach/..\\secret.js',
    'app://clawreach//secret.js',
    'app://clawreach/assets/%00.js',
    'app://clawreach/.hidden.js',
    'app://clawreach/program.exe',
    'app://clawreach/assets',
    'app://clawreach/missing.js',
    'app://clawreach',
    'app://clawreach.evil/index.html',
    'app://evil/index.html',
    'app://clawreach:80/index.html',
    'app://me@clawreach/index.html',
    'file:///etc/passwd',
    `app://clawreach/${'a'.repeat(300)}.js`,
  ])('%s is not there [S-APP-2]', async (url) => {
    const response = await get(url);
    expect([response.status, await response.text()]).toEqual([404, '']);
  });

  it('are only read', async () => {
    expect((await get('app://clawreach/index.html', 'POST')).status).toBe(405);
  });

  it('come with a policy that gives the page no network, and every answer with it [S-APP-2]', async () => {
    expect(CONTENT_SECURITY_POLICY).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; " +
        "font-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    for (const url of ['app://clawreach/', 'app://clawreach/missing.js']) {
      const { headers } = await get(url);
      expect(headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });
});
