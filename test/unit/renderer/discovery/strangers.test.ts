import { expect, it } from 'vitest';
import type { DiscoveryView } from '#shared/app-api/index.ts';
import { chosenOf, strangersOf } from '#renderer/features/discovery/index.ts';

function view(...devices: readonly Readonly<{ id: string; peer?: string; inviting?: boolean }>[]): DiscoveryView {
  const listed = devices.map(({ id, peer = null, inviting = false }) => ({
    id,
    peer,
    inviting,
    address: `${id}:7473`,
  }));
  return { state: 'on', networks: 1, announced: true, problem: null, devices: listed } as unknown as DiscoveryView;
}
const ids = (shown: DiscoveryView | undefined, most: number): readonly string[] =>
  strangersOf(shown, most).map(({ id }) => id);

it('keeps the place of a machine that begins to show a code', () => {
  expect(ids(view({ id: 'a' }, { id: 'b' }, { id: 'c', inviting: true }), 8)).toEqual(['a', 'b', 'c']);
});

it('lists no paired machine, and none before the agent has answered', () => {
  expect(ids(view({ id: 'a', peer: 'p' }, { id: 'b' }), 8)).toEqual(['b']);
  expect(ids(undefined, 8)).toEqual([]);
});

it('keeps those that show a code where there are too many to show', () => {
  expect(ids(view({ id: 'a' }, { id: 'b' }, { id: 'c', inviting: true }), 2)).toEqual(['c', 'a']);
});

it('lists an address once, as the announcement with a code or a name says', () => {
  const at = (id: string, name: string | null, inviting = false) => ({ id, name, inviting, address: 'a:7473' });
  const listed = [at('old', null), at('new', null), at('named', 'nas')].map((one) => ({ ...one, peer: null }));
  const shown = (devices: unknown): readonly string[] => ids({ ...view(), devices } as DiscoveryView, 8);
  expect(shown(listed)).toEqual(['named']);
  expect(shown(listed.slice(0, 2))).toEqual(['old']);
  expect(shown([...listed, { ...at('code', null, true), peer: null }])).toEqual(['code']);
});

it('names two machines at one address with their ports, and another one without', () => {
  const found = (address: string, name: string | null = null): DiscoveryView['devices'][number] => ({
    id: address,
    address,
    name,
    peer: null,
    inviting: false,
    roundTrip: null,
  });
  const all = [found('192.168.4.4:7473'), found('192.168.4.4:7475', 'nas'), found('192.168.4.40:7473')];
  expect(all.map((device) => chosenOf(device, all)).map(({ host, name }) => [host, name])).toEqual([
    ['192.168.4.4:7473', '192.168.4.4:7473'],
    ['192.168.4.4:7475', 'nas'],
    ['192.168.4.40', '192.168.4.40'],
  ]);
});
