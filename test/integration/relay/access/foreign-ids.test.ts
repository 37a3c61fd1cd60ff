import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PLATFORM_ROUTES, toUuid, type Route, type RouteName } from '#shared/platform/index.ts';
import { newDevice } from '#test/support/relay-agent.ts';
import { callRoute, send, type RawAnswer } from '#test/support/platform/access-calls.ts';
import { VALID_REQUESTS } from '#test/support/platform/access-requests.ts';
import { AccessWorld, DatabaseDump, newId } from '#test/support/platform/access-world.ts';
import { TestPlatform } from '#test/support/platform/test-platform.ts';

let platform: TestPlatform;
let dump: DatabaseDump;
let world: AccessWorld;
beforeAll(async () => {
  platform = await TestPlatform.start({ accounts: { plainProtocol: true } });
  dump = new DatabaseDump(platform);
});
afterAll(() => platform.stop());
beforeEach(() => {
  world = new AccessWorld(platform);
});
afterEach(() => world.close());

type Ids = () => readonly string[] | Promise<readonly string[]>;

/** IDs of each kind that exist, and aren't the owner's to name in that position. */
const FOREIGN: Readonly<Record<string, Ids>> = {
  project: () => [world.away.id, world.people.owner.id],
  person: () => [world.people.elsewhere.id, world.people.stranger.id, world.home.id],
  device: () => [world.away.plain, world.away.sealed],
  invitation: () => [world.away.invitation],
  session: () => [world.home.sessions.member, world.away.sessions.owner],
  passkey: () => [world.addPasskey(world.people.member)],
  token: () => [world.addSession(world.people.member, 'api'), world.addSession(world.people.owner, 'web')],
  configuration: async () => [await world.addConfig(world.people.member)],
  instance: () => [world.addInstance(world.away)],
  picture: () => [world.addPicture(world.people.elsewhere), world.addPicture(world.people.removed)],
};

/** The same for routes where a name stands for something else. */
const FOREIGN_IN: Readonly<Partial<Record<RouteName, Readonly<Record<string, Ids>>>>> = {
  'sessions.end': {
    session: () => [world.addSession(world.people.member, 'web'), world.addSession(world.people.owner, 'api')],
  },
  'invitations.accept': { invitation: () => [world.home.invitation, world.invite(world.people.member.email)] },
  'invitations.decline': { invitation: () => [world.home.invitation, world.invite(world.people.member.email)] },
};

const positions = Object.values<Route>(PLATFORM_ROUTES).flatMap(({ name, params }) =>
  Object.keys(params.shape).map((parameter) => [name as RouteName, parameter] as const),
);

/** ID of the same kind that nothing has. */
function unknownLike(id: string): string {
  if (id.startsWith('i')) return `i${newId()}`;
  if (id.length === 36) return toUuid(newId());
  return id.length === 64 ? id.replaceAll(/./g, 'f') : newDevice().peerId;
}

/** Calls with each foreign ID and with an unknown one. Returns how their answers differ, or what a call has changed; nothing if all is well. */
async function differences(
  call: (id: string) => Promise<RawAnswer>,
  foreign: readonly string[],
  expected = 404,
): Promise<string[]> {
  const found: string[] = [];
  const shape = ({ status, text, headers }: RawAnswer): string =>
    JSON.stringify([status, text, [...headers.keys()].toSorted()]);
  for (const id of foreign) {
    const unknown = await call(unknownLike(id));
    const before = dump.take();
    const answer = await call(id);
    if (unknown.status !== expected) found.push(`an unknown ID is answered ${unknown.status}`);
    if (shape(answer) !== shape(unknown)) found.push(`${shape(answer)} instead of ${shape(unknown)}`);
    found.push(...dump.changesSince(before));
  }
  return found;
}

describe('an ID of another project, device or account', () => {
  it.each(positions)('looks in %s as :%s like one that does not exist [S-ACCESS-3]', async (name, parameter) => {
    const { owner } = world.people;
    const changes = await VALID_REQUESTS[name]?.(world, owner);
    const foreign = await (FOREIGN_IN[name]?.[parameter] ?? FOREIGN[parameter])?.();
    if (foreign === undefined) throw new Error(`no foreign IDs for :${parameter}`);
    const headers = world.headersOf('owner');
    const call = (id: string) =>
      callRoute(platform, name, headers, { ...changes, params: { ...changes?.params, [parameter]: id } });
    expect(await differences(call, foreign)).toEqual([]);
  });

  it.each(['device', 'who'])('filters the history by %s to nothing [S-ACCESS-3]', async (filter) => {
    const headers = world.headersOf('owner');
    const { away, people } = world;
    const ids = filter === 'device' ? [away.plain, away.sealed] : [people.elsewhere.id, away.sealed];
    const list = (id: string) =>
      callRoute(platform, 'history.list', headers, { params: { project: world.home.id }, query: { [filter]: id } });
    expect(await differences(list, ids, 200)).toEqual([]);
    expect((await list(ids[0] ?? '')).text).toBe('{"entries":[],"next":null}');
    expect((await list(filter === 'device' ? world.home.plain : people.owner.id)).text).toContain(world.home.plain);
  });

  it.each([
    ['start-session', 'device_id', () => [world.away.plain]],
    ['end-session', 'session_id', () => [world.away.sessions.owner, world.home.sessions.member]],
    ['invite-member', 'project_id', () => [world.away.id]],
  ] as const)('looks in the function %s like one that does not exist [S-ACCESS-3]', async (name, field, ids) => {
    const headers = world.headersOf("owner's token");
    const url = `${platform.origin}/functions/v1/${name}`;
    const call = (id: string) => send(url, 'POST', headers, { email: 'someone@example.org', [field]: id });
    expect(await differences(call, ids())).toEqual([]);
  });
});
