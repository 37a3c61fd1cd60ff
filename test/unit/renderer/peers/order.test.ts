import { describe, expect, it } from 'vitest';
import { searchPeers, sortPeers } from '#renderer/features/peers/list/order.ts';
import { peerView } from './peer.ts';

const names = (peers: readonly Readonly<{ name: string }>[]): readonly string[] => peers.map(({ name }) => name);

describe('the order of peers', () => {
  it('puts those that are online first, then sorts by name as a person counts', () => {
    const offline = { online: false, path: 'offline' } as const;
    const peers = [
      peerView({ name: 'attic', ...offline }),
      peerView({ name: 'colo-10' }),
      peerView({ name: 'Colo-2' }),
      peerView({ name: 'älter' }),
      peerView({ name: 'Zebra', ...offline }),
    ];
    expect(names(sortPeers(peers))).toEqual(['älter', 'Colo-2', 'colo-10', 'attic', 'Zebra']);
  });

  it('is the same whatever order peers of one name come in', () => {
    const one = peerView({ peerId: `1${'C'.repeat(55)}` });
    const two = peerView({ peerId: `2${'C'.repeat(55)}` });
    expect(sortPeers([two, one])).toEqual([one, two]);
    expect(sortPeers([one, two])).toEqual([one, two]);
  });
});

describe('the search for a peer', () => {
  const peers = [
    peerView({ name: 'Build Server', peerId: `7KZBQ3F${'C'.repeat(49)}` }),
    peerView({ name: 'office', peerId: `3B5K8ZT${'C'.repeat(49)}` }),
  ];

  it.each([
    ['', ['Build Server', 'office']],
    ['  ', ['Build Server', 'office']],
    ['SERV', ['Build Server']],
    ['server build', ['Build Server']],
    ['ｂｕｉｌｄ', ['Build Server']],
    ['7kzb-q3', ['Build Server']],
    ['3B5K8ZT CCC', ['office']],
    ['zt', []],
    ['.*', []],
  ] as const)('for %j finds %j', (query, expected) => {
    expect(names(searchPeers(peers, query))).toEqual(expected);
  });
});
