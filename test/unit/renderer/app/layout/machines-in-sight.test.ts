import { describe, expect, it } from 'vitest';
import { machinesInSight, MOST_IN_SIDE_BAR } from '#renderer/app/layout/machines-in-sight.ts';
import type { OpenTerminal } from '#renderer/store/index.ts';
import type { ForwardRule, ForwardView, PeerView } from '#shared/app-api/index.ts';
import { plainForward } from '#test/support/app-views.ts';
import { peerView } from '../../peers/peer.ts';

const idOf = (index: number): string => `${index}`.padStart(56, '0');

/** Machines by number, in this order. */
function machines(count: number, given: Readonly<Record<number, Partial<PeerView>>> = {}): readonly PeerView[] {
  return Array.from({ length: count }, (_, index) => peerView({ peerId: idOf(index), ...given[index] }));
}

function terminalOn(machine: number, given: Partial<OpenTerminal> = {}): OpenTerminal {
  const rest = { id: machine, title: '', folder: '', isLeft: false, show: () => undefined };
  return { peerId: idOf(machine), ...rest, ...given };
}

function forwardOn(machine: number, state: ForwardView['state']): ForwardView {
  const listen = { host: '127.0.0.1', port: 1080 };
  const rule: ForwardRule = { kind: 'socks5', name: 'f', enabled: true, peer: idOf(machine), listen, user: null };
  return plainForward(rule, { state });
}

/** Numbers of the machines that the side bar shows. */
function shown({ peers, ...given }: Partial<Parameters<typeof machinesInSight>[0]>): readonly number[] {
  const nothing = { peers: [], forwards: [], terminals: [], usedHere: {}, current: undefined };
  return machinesInSight({ ...nothing, ...given, peers: peers ?? [] }).map(({ peerId }) => Number(peerId));
}

describe('machines of the side bar', () => {
  it('are all there up to twelve, whether or not they are in use', () => {
    expect(MOST_IN_SIDE_BAR).toBe(12);
    expect(shown({ peers: machines(12) })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(shown({ peers: machines(13) })).toEqual([]);
  });

  it('are above twelve the favourites and those in use, in the order of the list', () => {
    const peers = machines(20, { 15: { favourite: true } });
    expect(shown({ peers })).toEqual([15]);
    expect(shown({ peers, terminals: [terminalOn(9)] })).toEqual([9, 15]);
    expect(shown({ peers, forwards: [forwardOn(17, 'ready'), forwardOn(4, 'failed')] })).toEqual([4, 15, 17]);
    expect(shown({ peers, usedHere: { [idOf(1)]: 2 } })).toEqual([1, 15]);
    expect(shown({ peers, current: idOf(19) })).toEqual([15, 19]);
    // Each once, whatever it is used for.
    const all = { terminals: [terminalOn(15), terminalOn(15)], usedHere: { [idOf(15)]: 1 }, current: idOf(15) };
    expect(shown({ peers, forwards: [forwardOn(15, 'ready')], ...all })).toEqual([15]);
  });

  it('are not those of an ended terminal, of a forward that is off, or of a forward that needs none', () => {
    const peers = machines(13);
    const folder: ForwardView = {
      ...forwardOn(3, 'ready'),
      rule: { kind: 'folder', name: 'f', enabled: true, listen: { host: '127.0.0.1', port: 8080 }, path: '/srv' },
    };
    const forwards = [forwardOn(2, 'off'), folder];
    expect(shown({ peers, forwards, terminals: [terminalOn(1, { isEnded: true })] })).toEqual([]);
    // One left running is still open there.
    expect(shown({ peers, forwards, terminals: [terminalOn(1, { isLeft: true })] })).toEqual([1]);
  });
});
