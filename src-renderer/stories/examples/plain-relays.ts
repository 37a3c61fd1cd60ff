import type { PlainRelayView } from '#shared/app-api/index.ts';

/** Returns a plain relay that is online, with two terminals and a request here. `given` replaces fields. */
export function examplePlainRelay(given: Partial<PlainRelayView> = {}): PlainRelayView {
  return {
    id: 'CP5AZN7S3S1PH93DJTZY22HKBJ29TXNZS495Q97E6PX08KMRWCPQFG0A',
    name: 'Plain relay relay.example',
    host: 'relay.example',
    url: 'wss://relay.example',
    kind: 'connector',
    config: '/home/mira/.relay-connector.json',
    enabled: true,
    state: 'online',
    since: 0,
    retryAt: null,
    problem: null,
    details: {},
    rights: { terminal: { decision: 'ask', expiresAt: null }, prompt: { decision: 'deny', expiresAt: null } },
    terminals: 2,
    requests: 1,
    relayReads: true,
    ...given,
  };
}
