import type { DiscoveryView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { EXAMPLE_NEARBY_MIXED, exampleFound } from '../../stories/examples/index.ts';
import { Card } from '../../ui/index.ts';
import { PairingDialog } from '../pairing/index.ts';
import { DiscoverySwitches } from './discovery-switches.tsx';
import { Nearby } from './nearby.tsx';

const VIEW = EXAMPLE_NEARBY_MIXED;

function story(name: string, view: Partial<DiscoveryView>, answers: StoryAnswers = {}): Story {
  const all = { ...VIEW, ...view };
  return {
    name: `discovery/${name}`,
    render: () => (
      <>
        <Nearby />
        <PairingDialog renderPreset={() => null} />
      </>
    ),
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
  story('several at one address', {
    devices: [
      exampleFound('f1', { address: '192.168.4.4:7473' }),
      exampleFound('f2', { address: '192.168.4.4:7475' }),
      exampleFound('f3', { address: '192.168.4.9:7473', name: 'office', inviting: true }),
    ],
  }),
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
