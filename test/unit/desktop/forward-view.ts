import type { ForwardRule, ForwardView } from '#shared/app-api/index.ts';

export function forwardView(
  changes: Partial<Omit<ForwardView, 'rule'>> = {},
  rule: Partial<Pick<ForwardRule, 'name' | 'enabled'>> = {},
): ForwardView {
  return {
    id: 'f1',
    rule: {
      kind: 'socks5',
      name: 'Browse',
      enabled: true,
      peer: '0'.repeat(56),
      listen: { host: '127.0.0.1', port: 1080 },
      user: null,
      ...rule,
    },
    peerName: 'office',
    hasPassword: false,
    state: 'ready',
    problem: null,
    address: '127.0.0.1:1080',
    open: false,
    url: 'socks5h://127.0.0.1:1080',
    connections: 0,
    total: 0,
    bytesIn: 0,
    bytesOut: 0,
    rateIn: 0,
    rateOut: 0,
    hostKey: null,
    auto: null,
    handshakeAt: null,
    ...changes,
  };
}
