import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EVENTS_CLOSE } from '#shared/platform/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { PlainClient } from '#test/support/plain-client.ts';
import { joinRelay, newDevice, type RelayAgent } from '#test/support/relay-agent.ts';
import { AccessWorld } from '#test/support/platform/access-world.ts';
import { TestPlatform } from '#test/support/platform/test-platform.ts';

/**
 * Connections that end when something is removed: the connector of a plain device, a member's terminal on it, the member's page (`events`), a device key that
 * the member admitted, and one that the owner admitted.
 */
const TABLE = `
what                               connector terminal page  key   owner's
the person is removed              stays     ends     stays ends  stays
the person leaves                  stays     ends     stays ends  stays
the account is disabled            stays     ends     ends  ends  stays
the account is deleted             stays     ends     ends  ends  stays
the owner's account is deleted     ends      ends     stays ends  ends
the session ends                   stays     ends     ends  stays stays
the person signs out               stays     ends     ends  stays stays
the plain device is deleted        ends      ends     stays stays stays
the plain device gets a code       ends      stays    stays stays stays
the key is removed                 stays     stays    stays ends  stays
the project is deleted             ends      ends     stays ends  ends
plain devices are forbidden        ends      ends     stays stays stays
`;

type Live = Readonly<{
  connector: PlainClient;
  terminal: PlainClient;
  page: WebSocket;
  /** Close code of the page's socket. */
  pageClosed: Promise<number>;
  key: RelayAgent;
  keyId: string;
  owners: RelayAgent;
}>;

let platform: TestPlatform;
let world: AccessWorld;
beforeAll(async () => {
  platform = await TestPlatform.start({ accounts: { plainProtocol: true } });
});
afterAll(() => platform.stop());
beforeEach(() => {
  world = new AccessWorld(platform);
});
afterEach(() => world.close());

const ofHome = () => ({ project: world.home.id });
const ofPlain = () => ({ project: world.home.id, device: world.home.plain });

async function open(): Promise<Live> {
  const { owner, member } = world.people;
  const socket = platform.origin.replace('http', 'ws');
  const connector = await world.connect('connector');
  const { session, token } = await member.client.call('plainSessions.start', { params: ofPlain() });
  const terminal = await PlainClient.open(`${socket}/session`);
  terminal.send('auth', { token, session_id: session, device_id: world.home.plain });
  await terminal.next('auth_ok');
  const page = new WebSocket(`${socket}/api/v1/events`, { headers: platform.browserHeaders(member.cookie) });
  const pageClosed = once(page, 'close').then(([code]) => Number(code));
  await once(page, 'message');
  const device = newDevice();
  const ticket = () => ({ params: ofHome() });
  const key = await platform.joinByTicket(device, await member.client.call('devices.enrol', ticket()), 'browser');
  const owners = await platform.joinByTicket(newDevice(), await owner.client.call('devices.enrol', ticket()));
  return { connector, terminal, page, pageClosed, key, keyId: device.peerId, owners };
}

const WAYS: Readonly<Record<string, (live: Live) => Promise<unknown>>> = {
  'the person is removed': () =>
    world.people.owner.client.call('people.remove', { params: { ...ofHome(), person: world.people.member.id } }),
  'the person leaves': () => world.people.member.client.call('projects.leave', { params: ofHome() }),
  'the account is disabled': async () => {
    platform.run('update accounts set disabled_at = 1 where id = ?', world.people.member.account);
  },
  'the account is deleted': () => world.people.member.client.call('account.delete'),
  "the owner's account is deleted": () => world.people.owner.client.call('account.delete'),
  'the session ends': async () => {
    const other = platform.client({ cookie: platform.session(world.people.member.account) });
    const { sessions } = await other.call('sessions.list');
    for (const { id } of sessions.filter(({ current }) => !current)) {
      await other.call('sessions.end', { params: { session: id } });
    }
  },
  'the person signs out': () => world.people.member.client.call('auth.signOut'),
  'the plain device is deleted': () => world.people.owner.client.call('devices.delete', { params: ofPlain() }),
  'the plain device gets a code': () => world.people.owner.client.call('devices.createCode', { params: ofPlain() }),
  'the key is removed': ({ keyId }) =>
    world.people.owner.client.call('devices.delete', { params: { ...ofHome(), device: keyId } }),
  'the project is deleted': () => world.people.owner.client.call('projects.delete', { params: ofHome() }),
  'plain devices are forbidden': () =>
    world.people.owner.client.call('projects.change', { params: ofHome(), input: { plainAllowed: false } }),
};

/** Returns when each connection has closed, in the order of the table. */
function closings({ connector, terminal, pageClosed, key, owners }: Live): readonly Promise<unknown>[] {
  return [connector.closed, terminal.closed, pageClosed, key.closed, owners.closed];
}

/** Sends something on each connection that is still open, and waits for the answer. */
async function expectAnswers(live: Live, isOpen: (index: number) => boolean): Promise<void> {
  const ping = async (agent: RelayAgent): Promise<unknown> => {
    agent.send({ type: 'ping' });
    return agent.next('pong');
  };
  const pingPage = async (): Promise<unknown> => {
    const answered = new Promise((resolve) => {
      live.page.on('message', (data: Buffer) => (data.includes('pong') ? resolve(undefined) : undefined));
    });
    live.page.send('{"type":"ping"}');
    return Promise.race([answered, live.pageClosed.then(() => Promise.reject(new Error('the page was closed')))]);
  };
  const calls = [
    () => live.connector.settled(),
    () => live.terminal.settled(),
    pingPage,
    () => ping(live.key),
    () => ping(live.owners),
  ];
  await Promise.all(calls.filter((_, index) => isOpen(index)).map((call) => call()));
}

const cases = TABLE.trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [way = '', ...cells] = line.split(/\s{2,}/);
    return [way, cells.flatMap((cell) => cell.split(/\s+/))] as const;
  });

describe('what is open', () => {
  it.each(cases)('ends where it should when %s [S-ACCESS-6]', async (way, expected) => {
    const live = await open();
    await WAYS[way]?.(live);
    await Promise.all(closings(live).filter((_, index) => expected[index] === 'ends'));
    const code = expected[2] === 'ends' ? await live.pageClosed : undefined;
    expect([undefined, EVENTS_CLOSE.signedOut]).toContain(code);
    await expect(expectAnswers(live, (index) => expected[index] === 'stays')).resolves.toBeUndefined();
    for (const client of [live.connector, live.terminal]) await client.close();
    live.page.terminate();
    for (const agent of [live.key, live.owners]) agent.socket.terminate();
  });
});

describe('what was admitted', () => {
  it.each(['the person is removed', 'the account is disabled'])(
    'stays out after %s, and needs a new ticket [S-ACCESS-6]',
    async (way) => {
      const { owner, member } = world.people;
      const live = await open();
      const device = newDevice();
      const old = await member.client.call('devices.enrol', { params: ofHome() });
      const again = await platform.joinByTicket(
        device,
        await member.client.call('devices.enrol', { params: ofHome() }),
        'browser',
      );
      await WAYS[way]?.(live);
      await again.closed;
      await expect(platform.joinByTicket(device, old, 'browser')).rejects.toThrow(/closed/);
      // Without a ticket, as a device that the relay knows.
      await expect(joinRelay(platform.relay, device, { role: 'browser', origin: platform.origin })).rejects.toThrow(
        'closed: removed',
      );
      // In the second of the removal no ticket counts.
      const fresh = await owner.client.call('devices.enrol', { params: ofHome() });
      const agent = await until('admission', () =>
        platform.joinByTicket(device, fresh, 'browser').catch(() => undefined),
      );
      await agent.close();
      live.page.terminate();
      for (const one of [live.key, live.owners]) one.socket.terminate();
    },
  );
});
