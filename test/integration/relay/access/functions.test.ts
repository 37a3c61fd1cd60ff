import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '#test/support/platform/access-calls.ts';
import { AccessWorld, DatabaseDump, newAddress, newId } from '#test/support/platform/access-world.ts';
import { TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

/**
 * Answers of the documented functions to callers with an API token, to signed-out ones, to the tokens of devices, and to the owner's cookie. `list` has the
 * project's device, `none` no device.
 */
const TABLE = `
function        owner member removed elsewhere stranger disabled out connector other cookie
start-session   200   200    404     404       404      401      401 401       401   401
end-session     200   200    404     404       404      401      401 401       401   401
invite-member   200   403    404     404       404      401      401 401       401   401
relay-nodes     list  list   none    none      none     401      401 401       401   401
pair-device     404   404    404     404       404      404      404 404       404   404
`;
const [columns = [], ...rows] = TABLE.trim()
  .split('\n')
  .map((line) => line.split(/\s+/));
const cases = rows.map(([name = '', ...cells]) => [name, cells] as const);

let platform: TestPlatform;
let world: AccessWorld;
let dump: DatabaseDump;
beforeAll(async () => {
  platform = await TestPlatform.start({ accounts: { plainProtocol: true } });
  world = new AccessWorld(platform);
  dump = new DatabaseDump(platform);
  await world.connect('connector');
});
afterAll(async () => {
  await world.close();
  await platform.stop();
});

function personOf(caller: string): Person {
  const { people } = world;
  return Object.entries(people).find(([name]) => name === caller)?.[1] ?? people.owner;
}

function headersOf(caller: string): Record<string, string> {
  const from = { 'X-Forwarded-For': newAddress() };
  const person = personOf(caller);
  switch (caller) {
    case 'out':
      return from;
    case 'connector':
      return { ...from, Authorization: `Bearer ${world.home.token}` };
    case 'other':
      return { ...from, Authorization: `Bearer ${world.away.token}` };
    case 'cookie':
      return { ...from, ...platform.browserHeaders(person.cookie) };
    default:
      return { ...from, Authorization: `Bearer ${platform.session(person.account, { kind: 'api' })}` };
  }
}

/** Body of a valid call, with an own session for those who can have one. */
function bodyOf(name: string, caller: string): unknown {
  const { owner, member } = world.people;
  switch (name) {
    case 'start-session':
      return { device_id: world.home.plain };
    case 'end-session':
      return { session_id: world.addPlainSession(caller === 'member' ? member : owner) };
    case 'invite-member':
      return { project_id: world.home.id, email: `${newId()}@example.org` };
    default:
      return name === 'pair-device' ? { pairing_code: 'ABCDE-FGHJK' } : undefined;
  }
}

describe('the documented functions', () => {
  it.each(cases)(
    'answer a call of %s by the role of its token, and change nothing else [S-ACCESS-2]',
    async (name, cells) => {
      const seen: string[] = [];
      for (const caller of columns.slice(1)) {
        const body = bodyOf(name, caller);
        const headers = headersOf(caller);
        const before = dump.take();
        const url = `${platform.origin}/functions/v1/${name}`;
        const { status, text } = await send(url, body === undefined ? 'GET' : 'POST', headers, body);
        const shown =
          status === 200 && body === undefined ? (text.includes(world.home.plain) ? 'list' : 'none') : String(status);
        const changed = status === 200 ? [] : dump.changesSince(before);
        seen.push([shown, ...changed].join(' changed '));
      }
      expect(seen).toEqual(cells);
    },
  );
});
