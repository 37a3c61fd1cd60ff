import { expect, it } from 'vitest';
import type { DiscoveryView } from '#shared/app-api/index.ts';
import { inArrivalOrder } from '#renderer/features/discovery/use-discovery.ts';

function view(...ids: readonly string[]): DiscoveryView {
  const devices = ids.map((id) => ({ id, address: `${id}:7473`, name: id, peer: null, inviting: false }));
  return { state: 'on', networks: 1, announced: true, problem: null, devices } as unknown as DiscoveryView;
}
const ids = ({ devices }: DiscoveryView): readonly string[] => devices.map(({ id }) => id);

it('keeps the place of every machine that is listed, and appends new ones in the order of the agent', () => {
  expect(ids(inArrivalOrder(undefined, view('b', 'c')))).toEqual(['b', 'c']);
  expect(ids(inArrivalOrder(view('c', 'e'), view('a', 'b', 'c', 'd', 'e')))).toEqual(['c', 'e', 'a', 'b', 'd']);
});

it('drops machines that have gone', () => {
  expect(ids(inArrivalOrder(view('c', 'a', 'b'), view('a', 'b')))).toEqual(['a', 'b']);
  expect(ids(inArrivalOrder(view('c', 'b', 'a'), view('a', 'b')))).toEqual(['b', 'a']);
});
