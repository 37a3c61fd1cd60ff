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
  /** Command that starts Chrome with this proxy, in a profile of its own: Chrome that runs already ignores it. */
  chrome: string;
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
  return { host, port, protocol: rule.kind === 'http-proxy' ? 'http' : 'socks', chrome: chromeCommand(url, platform) };
}

function chromeCommand(url: string, platform: string | undefined): string {
  switch (platform) {
    case 'darwin':
      return `open -na "Google Chrome" --args --user-data-dir="$HOME/.clawreach-browser" --proxy-server=${url}`;
    case 'win32':
      return `cmd /c start chrome --user-data-dir="%LOCALAPPDATA%\\ClawReachBrowser" --proxy-server=${url}`;
    default:
      return `google-chrome --user-data-dir="$HOME/.clawreach-browser" --proxy-server=${url}`;
  }
}
