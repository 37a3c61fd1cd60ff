import { describe, expect, it } from 'vitest';
import type { ForwardRule } from '#shared/app-api/index.ts';
import { proxySettingsOf } from '../../../../src-renderer/features/forwards/list/proxy-settings.ts';
import { forwardView } from './view.ts';

const COMMON = { name: 'Browse', enabled: true, peer: 'P'.repeat(52), user: null };
const listen = { host: '127.0.0.1', port: 1080 };
const AUTO: ForwardRule = { kind: 'auto', ...COMMON, listen, server: null };
const SOCKS: ForwardRule = { kind: 'socks5', ...COMMON, listen };
const HTTP: ForwardRule = { kind: 'http-proxy', ...COMMON, listen };

describe('a browser for a proxy', () => {
  const of = (rule: ForwardRule, address: string | null = '127.0.0.1:1080', platform = 'linux') =>
    proxySettingsOf(forwardView({ address }, rule), platform);

  it('takes SOCKS in Firefox where the proxy speaks it, and HTTP elsewhere', () => {
    expect(of(AUTO)).toMatchObject({ host: '127.0.0.1', port: 1080, protocol: 'socks' });
    expect(of(SOCKS)?.protocol).toBe('socks');
    expect(of(HTTP)?.protocol).toBe('http');
  });

  it('is started as Chrome with the protocol of the proxy, by the command of its system', () => {
    expect(of(AUTO)?.chrome).toBe(
      'google-chrome --user-data-dir="$HOME/.clawreach-browser" --proxy-server=http://127.0.0.1:1080',
    );
    expect(of(SOCKS)?.chrome).toContain('--proxy-server=socks5://127.0.0.1:1080');
    expect(of(AUTO, '127.0.0.1:1080', 'darwin')?.chrome).toMatch(/^open -na "Google Chrome" --args /);
    expect(of(AUTO, '127.0.0.1:1080', 'win32')?.chrome).toMatch(
      /^cmd \/c start chrome .*LOCALAPPDATA%\\ClawReachBrowser/,
    );
  });

  it('connects to the port that is open, on this machine where all addresses are', () => {
    const any: ForwardRule = { ...AUTO, listen: { host: '0.0.0.0', port: 0 } };
    expect(of(any, '0.0.0.0:40123')).toMatchObject({ host: '127.0.0.1', port: 40_123 });
    const six: ForwardRule = { ...SOCKS, listen: { host: '::1', port: 1080 } };
    expect(of(six, '[::1]:1080')?.chrome).toContain('--proxy-server=socks5://[::1]:1080');
  });

  it('has none for other forwards, and none while the port is closed', () => {
    expect(of(AUTO, null)).toBeUndefined();
    expect(of({ kind: 'folder', name: 'F', enabled: true, listen, path: '/' })).toBeUndefined();
  });
});
