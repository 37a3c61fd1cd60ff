import { isIP } from 'node:net';
import type { ForwardRule } from '#shared/app-api/index.ts';

/**
 * Formats an address as `host:port`, with an IPv6 address in brackets. Pure, like all of this file, whose functions format the addresses of forwards.
 */
export function formatHostPort(host: string, port: number): string {
  return isIP(host) === 6 || host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Reports whether a host is a loopback address or name, so that only programs on this machine reach a port there. */
export function listensLocally(host: string): boolean {
  const plain = host.toLowerCase().replace(/\.$/, '');
  if (plain === 'localhost' || plain === '::1' || plain === '0:0:0:0:0:0:0:1') return true;
  return isIP(plain) === 4 && plain.startsWith('127.');
}

/** Returns the URL at which programs on this machine use a proxy or folder; null for other forwards. */
export function urlOf(rule: ForwardRule, address: string | null): string | null {
  const scheme = schemeOf(rule);
  if (scheme === null || address === null) return null;
  const port = address.slice(address.lastIndexOf(':') + 1);
  const host = address.slice(0, -port.length - 1);
  // Any address of the machine: loopback is one of them.
  const usable = host === '0.0.0.0' ? '127.0.0.1' : host === '[::]' ? '[::1]' : host;
  return `${scheme}://${usable}:${port}`;
}

function schemeOf(rule: ForwardRule): string | null {
  switch (rule.kind) {
    case 'socks5':
    case 'auto':
      return 'socks5h';
    case 'ssh-tunnel':
      return rule.direction === 'dynamic' ? 'socks5h' : null;
    case 'http-proxy':
      return 'http';
    case 'folder':
      return rule.peer === undefined ? 'http' : null;
    case 'tcp-bridge':
    case 'udp':
    case 'wg-proxy':
      return null;
  }
}
