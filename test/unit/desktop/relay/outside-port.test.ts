import { expect, it } from 'vitest';
import type { RelayOutside } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import type { MappedPort, MappingOutcome, MappingRequest } from '#node/port-mapping/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import {
  isPublicIpv4,
  MAPPING_RENEWAL,
  MAPPING_RETRY,
  OutsidePort,
} from '../../../../src-main/desktop/relay/outside-port.ts';

const HOME = ['192.168.1.5', 'fd00::5'];
const RELAY = { port: 7474, secret: 'TOKEN-1234', addresses: HOME };

function opened(change: Partial<MappedPort> = {}): MappingOutcome {
  return { kind: 'mapped', mapped: { method: 'pcp', address: '5.0.9.2', port: 7480, life: 3_600_000, ...change } };
}

function stage(outcome: MappingOutcome) {
  const clock = new FakeClock();
  const asked: MappingRequest[] = [];
  const closed: string[] = [];
  const seen: RelayOutside[] = [];
  const answer = { outcome };
  const port = new OutsidePort({
    clock,
    logger: silentLogger,
    mapper: {
      map: (request) => {
        asked.push(request);
        return Promise.resolve(answer.outcome);
      },
      unmap: ({ protocol, port: inner }, mapped) => {
        closed.push(`${protocol} ${mapped.port} to ${inner}`);
        return Promise.resolve();
      },
    },
    onChange: (view) => void seen.push(view),
  });
  return { port, clock, asked, closed, seen, answer };
}

it('tells the address outside, for TCP and UDP of the relay alone, and closes both with it [S-MAP-4]', async () => {
  const { port, clock, asked, closed, seen } = stage(opened());
  port.open(RELAY);
  await settle();
  expect(seen.map(({ state }) => state)).toEqual(['mapping', 'mapped']);
  expect(port.view).toEqual({
    state: 'mapped',
    url: 'wss://5.0.9.2:7480',
    address: '5.0.9.2',
    method: 'pcp',
    permanent: false,
  });
  expect(asked.map(({ protocol, port: inner, externalPort }) => [protocol, inner, externalPort])).toEqual([
    ['tcp', 7474, 7474],
    ['udp', 7474, 7480],
  ]);
  expect(asked.every(({ life }) => life <= 3_600_000)).toBe(true);
  await port.close();
  expect(closed.toSorted()).toEqual(['tcp 7480 to 7474', 'udp 7480 to 7474']);
  expect(port.view.state).toBe('off');
  expect(clock.pending).toBe(0);
});

it('prolongs a mapping under the same proof and the port that it has, and follows a new address', async () => {
  const { port, clock, asked, answer } = stage(opened());
  port.open(RELAY);
  await settle();
  answer.outcome = opened({ address: '5.0.9.77' });
  await clock.advance(MAPPING_RENEWAL);
  await settle();
  expect(port.view.url).toBe('wss://5.0.9.77:7480');
  const [first, , again] = asked;
  expect(again).toMatchObject({ protocol: 'tcp', externalPort: 7480 });
  expect(again?.nonce).toEqual(first?.nonce);
  const other = stage(opened());
  other.port.open({ ...RELAY, secret: 'TOKEN-5678' });
  await settle();
  expect(other.asked[0]?.nonce).not.toEqual(first?.nonce);
});

it.each(['10.1.2.3', '100.64.3.2', '192.168.0.9', '127.0.0.1', '169.254.169.254', '0.0.0.0', '224.0.0.1', '240.0.0.1'])(
  'calls a router that names %s one without a public address, and opens nothing further [S-MAP-3]',
  async (address) => {
    expect(isPublicIpv4(address)).toBe(false);
    const { port, asked } = stage(opened({ address }));
    port.open(RELAY);
    await settle();
    expect(port.view).toMatchObject({ state: 'shared', url: null, address });
    expect(asked).toHaveLength(1);
  },
);

it.each<readonly [MappingOutcome, RelayOutside['state']]>([
  [{ kind: 'none' }, 'no-router'],
  [{ kind: 'refused', method: 'upnp', reason: 'refused', code: '606' }, 'refused'],
  [{ kind: 'refused', method: 'nat-pmp', reason: 'no-address', code: '3' }, 'shared'],
])('after %o is %s, and the router is asked again later', async (outcome, state) => {
  const { port, clock, seen, answer } = stage(outcome);
  port.open(RELAY);
  await settle();
  expect(port.view.state).toBe(state);
  answer.outcome = opened();
  await clock.advance(MAPPING_RETRY);
  await settle();
  expect(seen.at(-1)?.state).toBe('mapped');
});

it('asks no router on a machine with a public address', async () => {
  const { port, asked } = stage(opened());
  port.open({ ...RELAY, addresses: ['192.168.1.5', '5.0.1.2'] });
  await settle();
  expect(port.view).toMatchObject({ state: 'public', url: 'wss://5.0.1.2:7474' });
  expect(asked).toEqual([]);
});

it('closes what was opened while it was being closed', async () => {
  const { port, closed } = stage(opened());
  port.open(RELAY);
  await port.close();
  expect(closed).toContain('tcp 7480 to 7474');
  expect(port.view.state).toBe('off');
});
