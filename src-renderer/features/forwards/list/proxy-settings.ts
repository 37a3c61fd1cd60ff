import type { ForwardView } from '#shared/app-api/index.ts';
import { goalOf } from '../form/goals.ts';
import { listensElsewhere } from '../form/kinds.ts';
import { localPortOf } from './meaning.ts';

/** Settings with which a browser of this machine uses a proxy. */
export type ProxySettings = Readonly<{
  host: string;
  port: number;
  /** Protocol for Firefox: SOCKS where the proxy speaks it, because names are resolved there too. */
  protocol: 'socks' | 'http';
  /** Commands that start Chrome and Edge with this proxy, in a profile of its own: a browser that runs already ignores it. */
  chrome: string;
  edge: string;
}>;

/** Returns the settings of a browser for a forward; undefined for a forward that is no proxy on this machine, or that has no port yet. Pure. */
export function proxySettingsOf(forward: ForwardView, platform: string | undefined): ProxySettings | undefined {
  const { rule, address } = forward;
  if (goalOf(rule) !== 'browse' || listensElsewhere(rule) || address === null) return undefined;
  const { host: listenHost } = rule.listen;
  const host = listenHost === '0.0.0.0' || listenHost === '::' ? '127.0.0.1' : listenHost;
  const port = localPortOf(forward);
  const scheme = rule.kind === 'socks5' ? 'socks5' : 'http';
  const url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    host,
    port,
    protocol: rule.kind === 'http-proxy' ? 'http' : 'socks',
    chrome: browserCommand('chrome', url, platform),
    edge: browserCommand('edge', url, platform),
  };
}

/** Names of the browsers for the command of each system. */
const PROGRAMS = {
  chrome: { darwin: 'Google Chrome', win32: 'chrome', linux: 'google-chrome', profile: 'browser', data: 'Browser' },
  edge: { darwin: 'Microsoft Edge', win32: 'msedge', linux: 'microsoft-edge', profile: 'edge', data: 'Edge' },
} as const;

function browserCommand(browser: keyof typeof PROGRAMS, url: string, platform: string | undefined): string {
  const { darwin, win32, linux, profile, data } = PROGRAMS[browser];
  switch (platform) {
    case 'darwin':
      return `open -na "${darwin}" --args --user-data-dir="$HOME/.clawreach-${profile}" --proxy-server=${url}`;
    case 'win32':
      return `cmd /c start ${win32} --user-data-dir="%LOCALAPPDATA%\\ClawReach${data}" --proxy-server=${url}`;
    default:
      return `${linux} --user-data-dir="$HOME/.clawreach-${profile}" --proxy-server=${url}`;
  }
}
