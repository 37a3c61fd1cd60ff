import type { AgentStatus, DiscoveryView } from '#shared/app-api/index.ts';
import { EXAMPLE_BROWSER_FACTS, EXAMPLE_NEARBY } from '../../stories/examples/index.ts';
import type { Story } from '../../stories/index.ts';
import type { UnpairedMachine } from '../../store/index.ts';
import { PairingDialog, UnpairedMachinePage } from '../pairing/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { FirstRun } from './first-run.tsx';

const DEVICE = 'YR5K8ZT2M4Q7X1B9V6N3D0G8H5J2P7R4S1W6Y9A3C0E5F8K2M7Q4T1XZ';
const RELAY = 'wss://relay.example.net:7474';

function status(relay: Partial<AgentStatus['relay']>): AgentStatus {
  return {
    version: '0.1.0',
    pid: 4711,
    startedAt: 1_795_000_000_000,
    profile: '/home/mira/.config/clawreach',
    device: { name: 'mira-laptop', peerId: DEVICE, shortId: DEVICE.slice(0, 7), generation: 1 },
    relay: { url: RELAY, state: 'online', problem: null, retryAt: null, secure: true, keyId: null, ...relay },
    secretStore: 'file',
    peers: { known: 0, online: 0, linked: 0 },
    terminals: { serving: 0, using: 0 },
    approvalsPending: 0,
  };
}

function story(name: string, relay: Partial<AgentStatus['relay']>, view: Partial<DiscoveryView> = {}): Story {
  return {
    name: `first-run/${name}`,
    render: () => <FirstRun />,
    state: { status: status(relay) },
    answers: {
      'discovery.get': async () => ({ ...EXAMPLE_NEARBY, ...view }),
      'discovery.search': async () => ({ ...EXAMPLE_NEARBY, ...view }),
    },
    frame: 'page',
  };
}

/** Page of a machine of a project, in a browser that isn't paired with it. */
function unpaired(name: string, machine: Omit<UnpairedMachine, 'peerId'>): Story {
  return {
    ...story(name, {}),
    render: () => <UnpairedMachinePage machine={{ peerId: DEVICE, ...machine }} />,
    state: { status: status({}), facts: EXAMPLE_BROWSER_FACTS },
  };
}

export const FIRST_RUN_STORIES: readonly Story[] = [
  story('without a relay', { url: null, state: 'none', problem: null }),
  story('connected', {}),
  {
    ...story('wrong code', { url: null, state: 'none', problem: null }),
    render: () => (
      <>
        <FirstRun />
        <PairingDialog renderPreset={() => null} />
      </>
    ),
    answers: {
      'discovery.get': async () => EXAMPLE_NEARBY,
      'discovery.search': async () => EXAMPLE_NEARBY,
      'relay.ready': () => Promise.reject(new ClawReachError('relay.not-configured', 'no relay')),
      // After the dialog has opened.
      'pairing.join': () =>
        new Promise((_, reject) =>
          setTimeout(() => reject(new ClawReachError('pairing.wrong-code', 'wrong code')), 300),
        ),
    },
  },
  story('no machine found', { url: null, state: 'none', problem: null }, { devices: [] }),
  story('discovery off', {}, { enabled: false, state: 'off', devices: [] }),
  {
    ...story('browser at a relay without accounts', {}),
    state: {
      status: status({}),
      facts: { ...EXAMPLE_BROWSER_FACTS, without: [...(EXAMPLE_BROWSER_FACTS.without ?? []), 'accounts'] },
    },
  },
  unpaired('machine of a project', { name: 'office' }),
  unpaired('machine of another person', { name: 'office', owner: 'Ada Lovelace' }),
  story('relay of this network', { url: 'wss://192.168.4.17:7474', own: true }),
  story('connecting', { state: 'connecting' }),
  story('relay waits for a token', { state: 'failed', problem: 'relay.admission-needed' }),
  story('relay refuses', { state: 'failed', problem: 'relay.untrusted' }),
  story('relay out of reach', { state: 'waiting', problem: 'relay.unreachable', retryAt: 1_795_000_060_000 }),
];
