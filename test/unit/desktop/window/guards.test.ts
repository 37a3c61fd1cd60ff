import { EventEmitter } from 'node:events';
import type { Session } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { silentLogger } from '#shared/logger.ts';
import { guardContents, type GuardedContents } from '../../../../src-main/desktop/window/guard-contents.ts';
import { hardenSession } from '../../../../src-main/desktop/window/harden-session.ts';
import { isAllowedPermission, isOwnRequest } from '../../../../src-main/desktop/window/requests.ts';

type OpenHandler = Parameters<GuardedContents['setWindowOpenHandler']>[0];

class FakeContents extends EventEmitter {
  open: OpenHandler | undefined;
  policy = '';
  setWindowOpenHandler(handler: OpenHandler): void {
    this.open = handler;
  }
  setWebRTCIPHandlingPolicy(policy: string): void {
    this.policy = policy;
  }
}

function guarded(): FakeContents {
  const contents = new FakeContents();
  guardContents(contents as unknown as GuardedContents, silentLogger);
  return contents;
}

describe('a page', () => {
  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
    'gets no %s [S-APP-2]',
    (name) => {
      const preventDefault = vi.fn();
      guarded().emit(name, { preventDefault, url: 'https://evil.example/' });
      expect(preventDefault).toHaveBeenCalledOnce();
    },
  );

  it('opens no second window [S-APP-2]', () => {
    const details = { url: 'app://clawreach/index.html' } as Parameters<OpenHandler>[0];
    expect(guarded().open?.(details)).toEqual({ action: 'deny' });
  });

  it('sends no datagrams past the system [S-APP-2]', () => {
    expect(guarded().policy).toBe('disable_non_proxied_udp');
  });
});

describe('requests', () => {
  it('are those for our own files [S-APP-2]', () => {
    expect(isOwnRequest('app://clawreach/index.html', false)).toBe(true);
    for (const url of [
      'https://clawreach/',
      'wss://relay.example/',
      'http://127.0.0.1:1/',
      'file:///etc/passwd',
      'app://clawreach.evil/',
      'app://evil/',
      'devtools://devtools/bundled/inspector.html',
      'data:text/html,x',
    ]) {
      expect(isOwnRequest(url, false)).toBe(false);
    }
  });

  it('include the developer tools only where the program is not packaged', () => {
    expect(isOwnRequest('devtools://devtools/bundled/inspector.html', true)).toBe(true);
    expect(isOwnRequest('https://devtools/', true)).toBe(false);
  });
});

class FakeSession extends EventEmitter {
  readonly handlers: Record<string, (...values: unknown[]) => unknown> = {};
  readonly protocol = { handle: vi.fn() };
  readonly webRequest = { onBeforeRequest: (handler: () => void) => this.#keep('request', handler) };
  setPermissionRequestHandler = (handler: () => void): void => this.#keep('permission', handler);
  setPermissionCheckHandler = (handler: () => void): void => this.#keep('check', handler);
  setDevicePermissionHandler = (handler: () => void): void => this.#keep('device', handler);
  setCertificateVerifyProc = (handler: () => void): void => this.#keep('certificate', handler);
  setSpellCheckerEnabled = vi.fn();
  setProxy = vi.fn(() => Promise.resolve());
  #keep(name: string, handler: (...values: unknown[]) => unknown): void {
    this.handlers[name] = handler;
  }
}

async function hardened(cameraIsOpen = false): Promise<FakeSession> {
  const session = new FakeSession();
  await hardenSession(session as unknown as Session, {
    files: '/nowhere',
    developer: false,
    logger: silentLogger,
    camera: { isOpen: cameraIsOpen },
  });
  return session;
}

const PAGE = { isMainFrame: true, requestingUrl: 'app://clawreach/index.html' };

describe('the session of the window', () => {
  it('lets no request out [S-APP-2]', async () => {
    const answer = vi.fn();
    const { handlers } = await hardened();
    handlers['request']?.({ url: 'https://evil.example/?secret', resourceType: 'xhr' }, answer);
    handlers['request']?.({ url: 'app://clawreach/index.html', resourceType: 'mainFrame' }, answer);
    expect(answer.mock.calls).toEqual([[{ cancel: true }], [{ cancel: false }]]);
  });

  it('grants the writing of plain text to the clipboard, asked and unasked, and nothing else [S-APP-2]', async () => {
    const { handlers } = await hardened();
    const ask = (permission: string, details: object): unknown => {
      const answer = vi.fn();
      handlers['permission']?.({}, permission, answer, details);
      return answer.mock.calls[0]?.[0];
    };
    const check = (permission: string, origin: string, details: object): unknown =>
      handlers['check']?.({}, permission, origin, details);
    expect(ask('clipboard-sanitized-write', PAGE)).toBe(true);
    expect(check('clipboard-sanitized-write', 'app://clawreach/', PAGE)).toBe(true);
    for (const permission of [
      'clipboard-read',
      'media',
      'geolocation',
      'notifications',
      'openExternal',
      'hid',
      'usb',
    ]) {
      expect(ask(permission, PAGE)).toBe(false);
      expect(check(permission, 'app://clawreach/', PAGE)).toBe(false);
    }
    const elsewhere = { isMainFrame: true, requestingUrl: 'app://clawreach.evil/' };
    expect(ask('clipboard-sanitized-write', elsewhere)).toBe(false);
    expect(ask('clipboard-sanitized-write', { ...PAGE, isMainFrame: false })).toBe(false);
    expect(check('clipboard-sanitized-write', 'https://evil.example/', PAGE)).toBe(false);
    expect(isAllowedPermission('clipboard-sanitized-write', undefined)).toBe(false);
  });

  it('grants the camera, without sound, to our own page, while the person scans [S-PAIR-15]', async () => {
    const own = 'app://clawreach/';
    const { handlers } = await hardened(true);
    const ask = (details: object): unknown => {
      const answer = vi.fn();
      handlers['permission']?.({}, 'media', answer, details);
      return answer.mock.calls[0]?.[0];
    };
    const check = (origin: string, details: object): unknown => handlers['check']?.({}, 'media', origin, details);
    expect(ask({ ...PAGE, mediaTypes: ['video'] })).toBe(true);
    expect(check(own, { ...PAGE, mediaType: 'video' })).toBe(true);
    for (const mediaTypes of [[], ['audio'], ['video', 'audio'], undefined])
      expect(ask({ ...PAGE, mediaTypes })).toBe(false);
    for (const mediaType of ['audio', 'unknown', undefined]) expect(check(own, { ...PAGE, mediaType })).toBe(false);
    expect(ask({ ...PAGE, isMainFrame: false, mediaTypes: ['video'] })).toBe(false);
    expect(ask({ ...PAGE, requestingUrl: 'app://clawreach.evil/', mediaTypes: ['video'] })).toBe(false);
    expect(check('https://evil.example/', { ...PAGE, mediaType: 'video' })).toBe(false);
    const closed = await hardened();
    const answer = vi.fn();
    closed.handlers['permission']?.({}, 'media', answer, { ...PAGE, mediaTypes: ['video'] });
    expect(answer).toHaveBeenCalledWith(false);
    expect(closed.handlers['check']?.({}, 'media', own, { ...PAGE, mediaType: 'video' })).toBe(false);
  });

  it('gives no device, no download, and trusts no certificate [S-APP-2]', async () => {
    const session = await hardened();
    expect(session.handlers['device']?.({ deviceType: 'usb' })).toBe(false);
    const answer = vi.fn();
    session.handlers['certificate']?.({}, answer);
    expect(answer).toHaveBeenCalledWith(-2);
    const preventDefault = vi.fn();
    session.emit('will-download', { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
  });
});
