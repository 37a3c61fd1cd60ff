import type { LinkState, MeasurementsView, PeerView } from '#shared/app-api/index.ts';
import type { OpenTerminal } from '../../store/index.ts';
import { examplePeer, examplePeerId } from './peers.ts';

const NOW = Date.now();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const LINKED: LinkState = {
  state: 'up',
  since: NOW - 90 * MINUTE,
  retryAt: null,
  via: null,
  hops: [],
  why: null,
  history: [{ at: NOW - 90 * MINUTE, path: 'direct', reason: 'better' }],
};

const OFFLINE = { path: 'offline', online: false, linked: false, rtt: null, address: null, link: null } as const;

/** Machines of a person in three groups, with every kind of path. */
export const EXAMPLE_MACHINES: readonly PeerView[] = [
  machine(1, {
    name: 'nas',
    facts: { at: NOW, os: 'Debian 12' },
    group: 'Home',
    path: 'direct',
    atRelay: true,
    address: '192.168.1.20:41712',
    rtt: 1.4,
  }),
  machine(2, {
    name: 'studio-mac',
    facts: { at: NOW, os: 'macOS 15.1' },
    group: 'Home',
    system: 'macos',
    path: 'direct',
    address: '192.168.1.31:41712',
    rtt: 3.2,
  }),
  machine(3, {
    name: 'attic-pi',
    group: 'Home',
    path: 'via',
    address: '192.168.1.20:41712',
    rtt: 6.8,
    link: { ...LINKED, via: 'nas', hops: [{ name: 'nas', rtt: 1.4, lost: false }], why: 'no-answer' },
  }),
  machine(4, {
    name: 'workshop-pc',
    group: 'Home',
    system: 'windows',
    facts: { at: NOW - 700 * MINUTE, os: 'Windows 11 Pro', startedAt: NOW - 760 * MINUTE, user: 'mira' },
    ...OFFLINE,
    lastSeenAt: NOW - 700 * MINUTE,
  }),
  machine(12, {
    name: 'office',
    facts: {
      at: NOW,
      os: 'Ubuntu 24.04',
      version: '0.1.0',
      startedAt: NOW - 12 * DAY - 4.5 * 60 * MINUTE,
      user: 'mira',
      address: '10.20.0.14',
    },
    group: 'Work',
    favourite: true,
    path: 'direct',
    atRelay: true,
    address: '203.0.113.84:41712',
    rtt: 2.1,
    pairing: { words: ['crystal', 'orbit', 'mango', 'velvet'], compared: true, pending: {} },
  }),
  machine(6, { name: 'build-server', group: 'Work', rtt: 34, link: { ...LINKED, why: 'no-answer' } }),
  machine(7, { name: 'lena-mbp', group: 'Visitors', system: 'macos', rtt: 48, link: { ...LINKED, why: 'no-answer' } }),
];

function machine(position: number, given: Partial<PeerView>): PeerView {
  return examplePeer({ peerId: examplePeerId(position), position, link: LINKED, lastSeenAt: NOW - MINUTE, ...given });
}

/** Returns machines without groups, a third of them offline and some favourites. */
export function exampleManyMachines(count: number): readonly PeerView[] {
  const kinds = ['build', 'node', 'edge', 'desk', 'lab'];
  return Array.from({ length: count }, (_, index) =>
    machine(index, {
      peerId: `${examplePeerId(index).slice(0, 2)}${String(index).padStart(4, '0')}${examplePeerId(index).slice(6)}`,
      name: `${kinds[index % kinds.length] ?? 'node'}-${index + 1}`,
      position: undefined,
      ...(index % 9 === 0 ? { favourite: true as const } : {}),
      ...(index % 3 === 0 ? OFFLINE : { rtt: 5 + ((index * 37) % 90) }),
    }),
  );
}

/** Returns plausible round trips, the same each time. */
export function exampleRoundTrips(machines: readonly PeerView[]): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    machines.flatMap(({ peerId, rtt }, row) =>
      rtt === null
        ? []
        : [
            [
              peerId,
              Array.from(
                { length: 12 },
                (_, index) => rtt * (1 + 0.25 * Math.sin(index * 1.7 + row) + (index % 11 === 5 ? 0.9 : 0)),
              ).concat(rtt),
            ],
          ],
    ),
  );
}

/** Returns measurements of an hour, with a gap while nothing was linked, and the traffic of a day. */
export function exampleMeasurements(rtt: number): MeasurementsView {
  return {
    roundTrips: Array.from({ length: 110 }, (_, index) => ({
      at: NOW - (index < 60 ? 119 - index : 109 - index) * 30_000,
      rtt: rtt * (1.05 + 0.2 * Math.sin(index / 3) + (index === 31 ? 1.4 : 0)),
    })),
    today: { since: null, received: 1_800_000_000, sent: 96_000_000 },
  };
}

/** Returns two open terminals on a machine. */
export function exampleTerminals(peerId: string): readonly OpenTerminal[] {
  return ['npm test', 'htop'].map((title, id) => ({
    id,
    peerId,
    title,
    folder: '~/work/atlas',
    isLeft: false,
    show: () => undefined,
  }));
}
