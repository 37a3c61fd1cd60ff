import type { DiscoveryView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { Card } from '../../ui/index.ts';
import { DiscoverySwitches } from './discovery-switches.tsx';
import { Nearby } from './nearby.tsx';

const DEVICE = 'CP5AZN7S3S1PH93DJTZY22HKBJ29TXNZS495Q97E6PX08KMRWCPQFG0A';

const VIEW: DiscoveryView = {
  enabled: true,
  showName: false,
  state: 'on',
  problem: null,
  networks: 1,
  announced: true,
  devices: [
    {
      id: 'f1',
      address: '192.168.4.20:7473',
      name: null,
      peer: { peerId: DEVICE, name: 'office' },
      inviting: false,
      roundTrip: null,
    },
    { id: 'f2', address: '192.168.4.31:7473', name: null, peer: null, inviting: false, roundTrip: null },
    {
      id: 'f3',
      address: '192.168.4.35:7473',
      name: 'Werkstatt im Hinterhof, zweiter Rechner von links',
      peer: null,
      inviting: false,
      roundTrip: null,
    },
  ],
};

function story(name: string, view: Partial<DiscoveryView>, answers: StoryAnswers = {}): Story {
  const all = { ...VIEW, ...view };
  return {
    name: `discovery/${name}`,
    render: () => <Nearby />,
    answers: {
      'discovery.get': async () => all,
      'discovery.search': async () => all,
      'discovery.set': async ({ enabled = true, showName = false }) => ({ ...all, enabled, showName, state: 'on' }),
      ...answers,
    },
    frame: 'page',
  };
}

export const DISCOVERY_STORIES: readonly Story[] = [
  story('a peer and two strangers', {}),
  story('looking', {}, { 'discovery.search': () => new Promise<never>(() => undefined) }),
  story('no device', { devices: [] }),
  story('not found by others', { devices: [], announced: false }),
  story('in no private network', { devices: [], networks: 0, announced: false }),
  story('turned off', { enabled: false, state: 'off', devices: [], announced: false }),
  story(
    'unavailable',
    { state: 'unavailable', problem: 'discovery.port', devices: [], networks: 0 },
    { 'discovery.search': () => Promise.reject(new ClawReachError('discovery.port', 'taken')) },
  ),
  {
    name: 'discovery/settings',
    render: () => (
      <Card>
        <DiscoverySwitches />
      </Card>
    ),
    answers: {
      'discovery.get': async () => VIEW,
      'discovery.set': async ({ enabled = true, showName = false }) => ({ ...VIEW, enabled, showName }),
    },
    frame: 'page',
  },
];
