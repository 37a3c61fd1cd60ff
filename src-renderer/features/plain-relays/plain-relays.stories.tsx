import type { PlainRelayView } from '#shared/app-api/index.ts';
import type { Story } from '../../stories/index.ts';
import { PlainRelays } from './plain-relays.tsx';

const ID = 'CP5AZN7S3S1PH93DJTZY22HKBJ29TXNZS495Q97E6PX08KMRWCPQFG0A';

const RELAY: PlainRelayView = {
  id: ID,
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
};

function story(name: string, plainRelays: readonly PlainRelayView[]): Story {
  return {
    name: `plain-relays/${name}`,
    render: () => <PlainRelays />,
    state: { plainRelays },
    answers: {
      'plainRelays.end': async () => ({ terminals: 2, requests: 1 }),
      'plainRelays.enable': async ({ enabled }) => ({ ...RELAY, enabled }),
      'plainRelays.setRight': async () => RELAY,
      'plainRelays.remove': async () => ({}),
    },
    frame: 'page',
  };
}

export const PLAIN_RELAYS_STORIES: readonly Story[] = [
  story('connector', [RELAY]),
  story('problems', [
    { ...RELAY, state: 'waiting', problem: 'plain.rejected', terminals: 0, requests: 0 },
    {
      ...RELAY,
      id: ID.replace('CP5', 'DP5'),
      name: 'Plain relay a-relay-with-a-long-name.in-a-network.with-a-longer-name.example:8443',
      kind: 'node',
      state: 'stopped',
      problem: 'plain.replaced',
      terminals: 0,
      requests: 0,
    },
    { ...RELAY, id: ID.replace('CP5', 'EP5'), state: 'off', enabled: false, terminals: 0, requests: 0 },
  ]),
];
