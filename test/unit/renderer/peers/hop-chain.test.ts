import { describe, expect, it } from 'vitest';
import { checkChain, chainText, hopsToAdd, measuredHop, moveHop } from '#renderer/features/peers/hops/hop-chain.ts';
import { pathModeText } from '#renderer/features/peers/path/path-text.ts';
import { pathSummaryText } from '#renderer/features/peers/path/path-summary.ts';
import { peerView } from './peer.ts';

const id = (letter: string): string => letter.repeat(56);
const peer = (letter: string, given: Parameters<typeof peerView>[0] = {}) =>
  peerView({ peerId: id(letter), name: letter.toLowerCase(), ...given });
const through = (...letters: readonly string[]) => ({
  pathVia: letters.map((letter) => ({ peerId: id(letter), name: letter.toLowerCase() })),
});

describe('the machines that a path may lead through', () => {
  it('are each other one once, those that can be reached first', () => {
    const peers = [peer('A', { online: false, path: 'offline' }), peer('T'), peer('C'), peer('B')];
    const names = (chain: readonly string[]) => hopsToAdd(peers, id('T'), chain).map(({ name }) => name);
    expect(names([])).toEqual(['b', 'c', 'a']);
    expect(names([id('B')])).toEqual(['c', 'a']);
    expect(names([id('B'), id('C'), id('A')])).toEqual([]);
  });

  it('are at most four', () => {
    const peers = ['A', 'B', 'C', 'D', 'E', 'T'].map((letter) => peer(letter));
    expect(hopsToAdd(peers, id('T'), [id('A'), id('B'), id('C')])).toHaveLength(2);
    expect(hopsToAdd(peers, id('T'), [id('A'), id('B'), id('C'), id('D')])).toEqual([]);
  });

  it('do not begin with one that is itself reached through others', () => {
    const peers = [peer('A', through('B')), peer('B'), peer('T')];
    expect(hopsToAdd(peers, id('T'), []).map(({ name }) => name)).toEqual(['b']);
    expect(hopsToAdd(peers, id('T'), [id('B')]).map(({ name }) => name)).toEqual(['a']);
    expect(checkChain(peers, [id('A'), id('B')])).toEqual({ kind: 'first-is-chained', name: 'a' });
    expect(checkChain(peers, [id('B'), id('A')])).toBeUndefined();
  });

  it('are known', () => {
    expect(checkChain([peer('A')], [id('A'), id('Z')])).toEqual({ kind: 'unknown' });
    expect(checkChain([peer('A')], [])).toEqual({ kind: 'empty' });
  });

  it('change places, and stay where there is no other', () => {
    expect(moveHop(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
    expect(moveHop(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    for (const [from, to] of [
      [0, -1],
      [2, 3],
      [7, 0],
    ] as const)
      expect(moveHop(['a', 'b', 'c'], from, to)).toEqual(['a', 'b', 'c']);
  });

  it('have the time that was measured of them, and not of the one that was there before', () => {
    const measured = [{ name: 'a', rtt: 12, lost: false }];
    expect(measuredHop(measured, 0, 'a')?.rtt).toBe(12);
    expect(measuredHop(measured, 0, 'b')).toBeUndefined();
    expect(measuredHop(measured, 1, 'a')).toBeUndefined();
  });
});

describe('a path in words', () => {
  it('names the machines in order, with what cannot be seen in a name', () => {
    expect(chainText(['office', 'lab'])).toBe('office → lab');
    expect(pathModeText(peer('T', through('A', 'B')))).toBe('via a → b');
    expect(pathModeText(peer('T', { pathVia: [{ peerId: id('A'), name: 'a\u202e' }] }))).toContain('U+202E');
    expect(pathModeText(peer('T', { pathMode: 'relay-only' }))).toBe('relay only');
  });

  it('is shown for a peer without a link, and not for one that is offline', () => {
    const chosen = { ...through('A', 'B'), link: null };
    expect(pathSummaryText(peer('T', { ...chosen, path: 'relay' }))).toBe('Via a → b');
    expect(pathSummaryText(peer('T', { ...chosen, online: false, path: 'offline' }))).toBe('Offline');
  });
});
