import type { ForwardRule, ForwardView } from '#shared/app-api/index.ts';

const SOCKS: ForwardRule = {
  kind: 'socks5',
  name: 'Browse',
  enabled: true,
  peer: '0'.repeat(56),
  listen: { host: '127.0.0.1', port: 1080 },
  user: null,
};

/** A rule that is ready and at rest. */
export function forwardView(given: Partial<Omit<ForwardView, 'rule'>> = {}, rule: ForwardRule = SOCKS): ForwardView {
  return {
    id: 'f1',
    rule,
    peerName: 'office',
    hasPassword: false,
    state: 'ready',
    problem: null,
    address: '127.0.0.1:1080',
    open: false,
    url: null,
    connections: 0,
    total: 0,
    bytesIn: 0,
    bytesOut: 0,
    rateIn: 0,
    rateOut: 0,
    hostKey: null,
    auto: null,
    handshakeAt: null,
    ...given,
  };
}
