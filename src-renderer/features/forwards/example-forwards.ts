import type { ForwardConnectionView, ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { EXAMPLE_PEER_ID } from '../../stories/examples/index.ts';

/** Returns an example forward for stories: a SOCKS5 proxy or the given rule, ready and without connections. `given` replaces fields of its view. */
export function exampleForward(given: Partial<Omit<ForwardView, 'rule'>> = {}, rule?: ForwardRule): ForwardView {
  return {
    id: 'f1',
    rule: rule ?? {
      kind: 'socks5',
      name: 'Browse through office',
      enabled: true,
      peer: EXAMPLE_PEER_ID,
      listen: { host: '127.0.0.1', port: 1080 },
      user: null,
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
    ...given,
  };
}

/** Returns an example connection through a forward, for stories. `given` replaces its fields. */
export function exampleConnection(given: Partial<ForwardConnectionView> = {}): ForwardConnectionView {
  return {
    id: 1,
    forward: 'f1',
    forwardName: 'Browse through office',
    direction: 'out',
    peerName: 'office',
    target: 'intranet.example:443',
    source: '127.0.0.1:51820',
    startedAt: Date.now() - 74_000,
    bytesIn: 1_240_000,
    bytesOut: 18_400,
    ...given,
  };
}
