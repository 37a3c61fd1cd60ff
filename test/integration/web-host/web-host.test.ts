import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import {
  APP_WIRE_LIMITS,
  createTransportPair,
  DEFAULT_WINDOW_SETTINGS,
  SHELL_CALLS,
  type AppCall,
} from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { WEB_HOST_LIMITS } from '../../../src-main/web-host/index.ts';
import { codeOf } from '#test/support/hostile/device.ts';
import {
  ask,
  mustOpen,
  openWindow,
  PAGE,
  startHostScene,
  tokenOf,
  withSession,
  withToken,
  type HostScene,
} from '#test/support/web-host.ts';

const scenes: HostScene[] = [];

afterEach(async () => {
  for (const scene of scenes.splice(0)) await scene.close();
});

async function scene(...given: Parameters<typeof startHostScene>): Promise<HostScene> {
  const started = await startHostScene(...given);
  scenes.push(started);
  return started;
}

describe('the files of the window', () => {
  it('come with their types, and with headers that let the page do nothing else [S-WEB-5]', async () => {
    const { port } = await scene();
    const page = await ask(port, '/');
    expect(page).toMatchObject({ status: 200, body: PAGE });
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    const policy = String(page.headers['content-security-policy']).split('; ');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${port}`);
    expect(page.headers['permissions-policy']).toContain('camera=(self)');
    expect((await ask(port, '/assets/window-1a2b.js')).headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect((await ask(port, '/assets/window-1a2b.css')).headers['content-type']).toBe('text/css; charset=utf-8');
    expect((await ask(port, '/assets/brand.svg?v=2')).headers['content-type']).toBe('image/svg+xml');
  });

  it.each([
    '/../secret.js',
    '/%2e%2e/secret.js',
    '/assets/../../secret.js',
    '/assets/..%2f..%2fsecret.js',
    '/..\\secret.js',
    '/%5c..%5csecret.js',
    '/index.html%00.js',
    '//etc/passwd',
    '/etc/passwd',
    'http://127.0.0.1/index.html',
    '/stories.html',
    '/assets/window-1a2b.js.map',
    '/assets',
    '/constructor',
    '/__proto__',
    '*',
  ])('are all there is: %s leads nowhere [S-WEB-5]', async (target) => {
    const { port } = await scene();
    expect(await ask(port, target)).toMatchObject({ status: 404, body: 'There is nothing here.\n' });
  });

  it('are given whole whatever range is asked for, without a body to HEAD, and to no other method', async () => {
    const { port } = await scene();
    expect(await ask(port, '/', { headers: { Range: 'bytes=0-3' } })).toMatchObject({ status: 200, body: PAGE });
    const head = await ask(port, '/index.html', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe(String(PAGE.length));
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const answer = await ask(port, '/', { method });
      expect(answer.status).toBe(405);
      expect(answer.headers['allow']).toBe('GET, HEAD');
    }
  });

  it('are told to be missing when they are', async () => {
    const missing = startHostScene({ rendererDirectory: '/nowhere/renderer' });
    await expect(missing).rejects.toMatchObject({
      code: 'web-host.files-missing',
      details: { directory: '/nowhere/renderer' },
    });
  });
});

describe('a request from elsewhere', () => {
  it('is refused when it was sent to another name, as after DNS rebinding [S-WEB-1]', async () => {
    const { port } = await scene();
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
      `127.1:${port}`,
    ]) {
      expect((await ask(port, '/', { headers: { Host: host } })).status).toBe(403);
    }
    expect((await ask(port, '/', { headers: { Host: `localhost:${port}` } })).status).toBe(200);
    const socket = connect(port, '127.0.0.1');
    socket.end(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 40[03] /);
    socket.destroy();
  });

  it('is refused when another page sends it [S-WEB-1]', async () => {
    const { port } = await scene();
    const status = async (headers: Record<string, string>) => (await ask(port, '/', { headers })).status;
    expect(await status({ Origin: 'https://evil.example' })).toBe(403);
    expect(await status({ Origin: 'null' })).toBe(403);
    expect(await status({ Origin: `http://127.0.0.1:${port + 1}` })).toBe(403);
    expect(await status({ Origin: `http://127.0.0.1:${port}` })).toBe(200);
    expect(await status({ 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
    // Another port of this machine.
    expect(await status({ 'Sec-Fetch-Site': 'same-site' })).toBe(403);
    expect(await status({ 'Sec-Fetch-Site': 'none' })).toBe(200);
    expect(await status({ 'Sec-Fetch-Site': 'same-origin' })).toBe(200);
  });

  it('does not get a WebSocket, even with a good token, and the token stays good [S-WEB-1]', async () => {
    const { host, port } = await scene();
    const protocols = withToken(host.newLink());
    const tries = [
      { Origin: 'https://evil.example' },
      { Origin: `http://localhost:${port}` },
      { Origin: '' },
      { Host: `evil.example:${port}`, Origin: `http://evil.example:${port}` },
      { 'Sec-Fetch-Site': 'cross-site' },
    ];
    for (const headers of tries) {
      expect(await openWindow(port, protocols, headers)).toEqual({ kind: 'refused', status: 403 });
    }
    expect(await openWindow(port, protocols, {}, '/api/')).toEqual({ kind: 'refused', status: 404 });
    const { api } = await mustOpen(port, protocols);
    expect((await api.call('status.get', {})).device.name).toBe('office');
  });

  it('is refused when the program at its other end belongs to somebody else [S-WEB-4]', async () => {
    const { host, port } = await scene({ isSameUser: () => false });
    expect((await ask(port, '/')).status).toBe(403);
    expect(await openWindow(port, withToken(host.newLink()))).toEqual({ kind: 'refused', status: 403 });
  });

  it('gives its place back when it was refused, though its other end never closes [S-WEB-4]', async () => {
    let own = false;
    const { port } = await scene({ isSameUser: () => own });
    const stubborn = await Promise.all(
      Array.from({ length: WEB_HOST_LIMITS.connections }, async () => {
        const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
        socket.write(
          `GET /api HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
        );
        socket.resume();
        await once(socket, 'end');
        return socket;
      }),
    );
    own = true;
    expect((await ask(port, '/')).status).toBe(200);
    for (const socket of stubborn) socket.destroy();
  });
});

describe('a link', () => {
  it('has 256 random bits in its fragment, which is sent to nobody [S-WEB-2]', async () => {
    const { host, port } = await scene();
    const links = [host.newLink(), host.newLink()];
    for (const link of links) expect(link).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/#[A-Za-z0-9_-]{43}$`));
    expect(links[0]).not.toBe(links[1]);
  });

  it('opens the window once; the session it was exchanged for opens it again [S-WEB-2]', async () => {
    const { host, port } = await scene();
    const protocols = withToken(host.newLink());
    const first = await mustOpen(port, protocols);
    expect((await first.api.call('status.get', {})).device.name).toBe('office');
    expect(await openWindow(port, protocols)).toEqual({ kind: 'closed', code: 4401 });
    const reloaded = await mustOpen(port, withSession(first.session));
    expect(reloaded.session).toBe(first.session);
    expect((await reloaded.api.call('status.get', {})).device.name).toBe('office');
  });

  it('for a second browser is another one, with a session of its own', async () => {
    const { host, port } = await scene();
    const one = await mustOpen(port, withToken(host.newLink()));
    const other = await mustOpen(port, withToken(host.newLink()));
    expect(other.session).not.toBe(one.session);
    const told = new Promise((resolve) => other.api.on('status.changed', ({ device }) => resolve(device.name)));
    await one.api.call('device.rename', { name: 'study' });
    expect(await told).toBe('study');
  });

  it('does not open by anything but its token', async () => {
    const { host, port } = await scene();
    const token = tokenOf(host.newLink());
    const wrong = [
      withSession(token),
      ['clawreach.1', 'token.'],
      ['clawreach.1', `token.${token}A`],
      ['clawreach.1', `token.${token.toLowerCase()}`],
      ['clawreach.1', token],
    ];
    for (const protocols of wrong) expect(await openWindow(port, protocols)).toEqual({ kind: 'closed', code: 4401 });
    for (const protocols of [['clawreach.1'], [`token.${token}`], ['clawreach.2', `token.${token}`], []]) {
      expect(await openWindow(port, protocols)).toEqual({ kind: 'refused', status: 400 });
    }
    await mustOpen(port, ['clawreach.1', `token.${token}`]);
  });

  it('is not looked at after twenty wrong ones within a minute, while an open window comes back [S-WEB-3]', async () => {
    const { host, port } = await scene();
    const { session } = await mustOpen(port, withToken(host.newLink()));
    const guess = () => ['clawreach.1', `token.${randomBytes(32).toString('base64url')}`];
    for (let tries = 0; tries < 20; tries += 1) {
      expect(await openWindow(port, guess())).toEqual({ kind: 'closed', code: 4401 });
    }
    expect(await openWindow(port, guess())).toEqual({ kind: 'closed', code: 4429 });
    expect(await openWindow(port, withToken(host.newLink()))).toEqual({ kind: 'closed', code: 4429 });
    await mustOpen(port, withSession(session));
  });

  it('does not open a ninth window, and does when one has closed [S-WEB-3]', async () => {
    const { host, port } = await scene();
    const { session, transport } = await mustOpen(port, withToken(host.newLink()));
    for (let windows = 1; windows < 8; windows += 1) await mustOpen(port, withSession(session));
    const link = host.newLink();
    expect(await openWindow(port, withToken(link))).toEqual({ kind: 'closed', code: 4503 });
    transport.close();
    await transport.closeCode;
    await mustOpen(port, withToken(link));
  });
});

describe('what a window sends', () => {
  it('is refused call by call when it is garbage, by the shell and by the agent [S-WEB-3]', async () => {
    const { host, port } = await scene();
    const { api } = await mustOpen(port, withToken(host.newLink()));
    const garbage = [null, 7, 'x', [], { unknown: true }, { url: 7 }, { theme: 'pink' }];
    const calls: readonly AppCall[] = [
      ...(Object.keys(SHELL_CALLS) as AppCall[]),
      'status.get',
      'relay.configure',
      'terminal.open',
    ];
    for (const call of calls) {
      for (const input of garbage) {
        expect(await codeOf(api.call(call, input as never)), `${call} ${JSON.stringify(input)}`).toBe(
          'control.invalid',
        );
      }
    }
    expect((await api.call('status.get', {})).device.name).toBe('office');
  });

  it('may be one whole message of the limit, and ends the window beyond it [S-WEB-3]', async () => {
    const { host, port } = await scene();
    const { api, transport, session } = await mustOpen(port, withToken(host.newLink()));
    const large = 'x'.repeat(APP_WIRE_LIMITS.message - 200);
    expect(await codeOf(api.call('device.rename', { name: large }))).toBe('control.invalid');
    transport.send(new Uint8Array(APP_WIRE_LIMITS.message + 1));
    expect(await transport.closeCode).toBe(1009);
    await mustOpen(port, withSession(session));
  });

  it('ends the window when it is text, or no message of the wire', async () => {
    const { host, port } = await scene();
    const one = await mustOpen(port, withToken(host.newLink()));
    one.transport.socket.send('{"type":"call"}');
    expect(await one.transport.closeCode).toBe(1003);
    const other = await mustOpen(port, withSession(one.session));
    other.transport.send(new Uint8Array([9, 9, 9]));
    expect(await other.transport.closeCode).toBe(1000);
  });
});

describe('the shell of a browser', () => {
  it('tells what a browser is, and leaves links to it', async () => {
    const { host, port } = await scene();
    const { api } = await mustOpen(port, withToken(host.newLink()));
    expect(await api.call('shell.facts', {})).toEqual({
      kind: 'browser',
      platform: 'linux',
      version: '1.2.3',
      electron: null,
      tray: false,
      canHostRelay: false,
      defaultRelay: null,
      ownsAgent: false,
      secretStore: { protection: 'encrypted', backend: 'memory', problem: null },
    });
    expect(await codeOf(api.call('shell.openLink', { url: 'https://example.net/' }))).toBe('shell.browser-links');
    expect(await codeOf(api.call('shell.relay.start', {}))).toBe('shell.no-hosted-relay');
    for (const place of ['file', 'key-store'] as const) {
      expect(await codeOf(api.call('shell.secret.keep', { place }))).toBe('shell.secret-elsewhere');
    }
    expect((await api.call('shell.relay.get', {})).state).toBe('off');
  });

  it('keeps settings for all windows', async () => {
    const { host, port } = await scene();
    const one = await mustOpen(port, withToken(host.newLink()));
    const other = await mustOpen(port, withToken(host.newLink()));
    const dark = { ...DEFAULT_WINDOW_SETTINGS, theme: 'dark' as const };
    const told = new Promise((resolve) => other.api.on('shell.settings.changed', resolve));
    expect(await one.api.call('shell.settings.set', dark)).toEqual(dark);
    expect(await told).toEqual(dark);
    expect(await other.api.call('shell.settings.get', {})).toEqual(dark);
  });
});

describe('an end', () => {
  it('of the agent reaches the window at once, and the next try says so', async () => {
    const { host, port, agentListener } = await scene();
    const { api, session } = await mustOpen(port, withToken(host.newLink()));
    await api.call('status.get', {});
    await agentListener.close();
    expect(await api.closed).toBeInstanceOf(ClawReachError);
    expect(await openWindow(port, withSession(session))).toEqual({ kind: 'closed', code: 4502 });
  });

  it('of the host says goodbye to every window and leaves nothing that listens', async () => {
    const started = await startHostScene();
    const { host, port } = started;
    const { transport } = await mustOpen(port, withToken(host.newLink()));
    await started.close();
    expect(await transport.closeCode).toBe(1001);
    await expect(ask(port, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('of a window is the end of its connection to the agent', async () => {
    const [agent, ours] = createTransportPair();
    const ended = new Promise<void>((resolve) => {
      ours.setHandlers({ message: () => undefined, drain: () => undefined, closed: () => resolve() });
    });
    const { host, port } = await scene({ connectAgent: () => Promise.resolve(agent) });
    const { transport } = await mustOpen(port, withToken(host.newLink()));
    transport.socket.terminate();
    await expect(ended).resolves.toBeUndefined();
  });

  it('of a window that does not read what it asks for comes before the host runs out of memory [S-WEB-3]', async () => {
    const [agent, ours] = createTransportPair();
    let taken = 0;
    ours.setHandlers({ message: () => undefined, drain: () => undefined, closed: () => undefined });
    const { host, port } = await scene({ connectAgent: () => Promise.resolve(agent) });
    const { transport } = await mustOpen(port, withToken(host.newLink()));
    transport.socket.pause();
    // What the network takes by itself on loopback is a few megabytes.
    for (; taken < 1024 && ours.bufferedBytes < 1024 * 1024; taken += 1) {
      ours.send(new Uint8Array(64 * 1024));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(taken).toBeLessThan(512);
    expect(ours.bufferedBytes).toBeGreaterThanOrEqual(1024 * 1024);
    transport.socket.terminate();
  });
});
