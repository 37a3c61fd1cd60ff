import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORM_ROUTES, type RouteName } from '#shared/platform/index.ts';
import { VALID_REQUESTS } from '#test/support/platform/access-requests.ts';
import { callRoute } from '#test/support/platform/access-calls.ts';
import { AccessWorld, CALLERS, DatabaseDump, type CallerName } from '#test/support/platform/access-world.ts';
import { OpenApiCheck } from '#test/support/platform/open-api-check.ts';
import { TestPlatform } from '#test/support/platform/test-platform.ts';

/** Refusals by the words of the table. Numbers below 400 are successes. */
const REFUSALS: Readonly<Record<string, string>> = {
  401: '401 platform.signed-out',
  403: '403 platform.forbidden',
  404: '404 platform.not-found',
  up: '403 platform.step-up',
  link: '410 account.link',
  code: '404 account.code',
  claim: '422 account.claim',
  wrong: '401 account.credentials',
  logged: '401 account.credentials, and changed account_audit',
  bad: '401 account.passkey',
  closed: '403 account.sign-up',
  mail: '409 account.no-mail',
  key: '409 account.no-passkey',
  host: '409 account.passkeys-unavailable',
};

/**
 * Outcome of each route of `/api/v1` for each of `CALLERS`; `token` is the owner's and then the member's API token, `stale` the owner whose step-up is over.
 * Written by hand from the roles of the PrivaClaw document; nothing here is derived from the relay's policy.
 */
const MATRIX = `
route                   owner     member    removed   elsewhere stranger  out       disabled  connector other     token     token     stale
relay.get               200       200       200       200       200       200       200       200       200       200       200       200
relay.openApi           200       200       200       200       200       200       200       200       200       200       200       200
auth.signUp             link      link      link      link      link      link      link      link      link      link      link      link
auth.lookUpSignUp       link      link      link      link      link      link      link      link      link      link      link      link
auth.verify             link      link      link      link      link      link      link      link      link      link      link      link
auth.signIn             wrong     wrong     wrong     wrong     wrong     wrong     wrong     wrong     wrong     wrong     wrong     wrong
auth.signOut            200       200       200       200       200       401       401       401       401       200       200       200
auth.stepUp             logged    logged    logged    logged    logged    401       401       401       401       401       401       logged
auth.reset              mail      mail      mail      mail      mail      mail      mail      mail      mail      mail      mail      mail
auth.confirmReset       link      link      link      link      link      link      link      link      link      link      link      link
auth.passkeyOptions     200       200       200       200       200       401       401       401       401       401       401       200
auth.verifyPasskey      bad       bad       bad       bad       bad       bad       bad       bad       bad       bad       bad       bad
account.get             200       200       200       200       200       401       401       401       401       200       200       200
account.change          200       200       200       200       200       401       401       401       401       200       200       200
account.setPicture      200       200       200       200       200       401       401       401       401       200       200       200
account.removePicture   200       200       200       200       200       401       401       401       401       200       200       200
account.delete          200       200       200       200       200       401       401       401       401       up        up        up
account.changeEmail     mail      mail      mail      mail      mail      401       401       401       401       up        up        up
account.setPassword     200       200       200       200       200       401       401       401       401       up        up        up
account.setSecondFactor key       key       key       key       key       401       401       401       401       up        up        up
account.export          200       200       200       200       200       401       401       401       401       200       200       200
account.createLinkCode  201       201       201       201       201       401       401       401       401       201       201       201
sessions.list           200       200       200       200       200       401       401       401       401       200       200       200
sessions.end            200       200       200       200       200       401       401       401       401       200       200       200
sessions.endOthers      200       200       200       200       200       401       401       401       401       200       200       200
passkeys.list           200       200       200       200       200       401       401       401       401       200       200       200
passkeys.options        200       200       200       200       200       401       401       401       401       up        up        up
passkeys.create         bad       bad       bad       bad       bad       401       401       401       401       up        up        up
passkeys.rename         200       200       200       200       200       401       401       401       401       up        up        up
passkeys.delete         200       200       200       200       200       401       401       401       401       up        up        up
tokens.list             200       200       200       200       200       401       401       401       401       200       200       200
tokens.create           201       201       201       201       201       401       401       401       401       up        up        up
tokens.delete           200       200       200       200       200       401       401       401       401       up        up        up
projects.list           200       200       200       200       200       401       401       401       401       200       200       200
projects.create         201       201       201       201       201       401       401       401       401       201       201       201
projects.get            200       200       404       404       404       401       401       401       401       200       200       200
projects.change         200       403       404       404       404       401       401       401       401       200       403       200
projects.delete         200       403       404       404       404       401       401       401       401       up        403       up
projects.leave          403       200       404       404       404       401       401       401       401       403       200       403
people.list             200       200       404       404       404       401       401       401       401       200       200       200
people.picture          200       200       200       200       200       401       401       401       401       200       200       200
people.remove           200       403       404       404       404       401       401       401       401       200       403       200
invitations.list        200       200       404       404       404       401       401       401       401       200       200       200
invitations.create      201       403       404       404       404       401       401       401       401       201       403       201
invitations.cancel      200       403       404       404       404       401       401       401       401       200       403       200
invitations.mine        200       200       200       200       200       401       401       401       401       200       200       200
invitations.accept      200       200       200       200       200       401       401       401       401       200       200       200
invitations.decline     200       200       200       200       200       401       401       401       401       200       200       200
invitations.lookUp      link      link      link      link      link      link      link      link      link      link      link      link
invitations.redeem      link      link      link      link      link      401       401       401       401       link      link      link
devices.list            200       200       404       404       404       401       401       401       401       200       200       200
devices.create          201       403       404       404       404       401       401       401       401       201       403       201
devices.get             200       200       404       404       404       401       401       401       401       200       200       200
devices.change          200       403       404       404       404       401       401       401       401       200       403       200
devices.delete          200       403       404       404       404       401       401       401       401       200       403       200
devices.createCode      201       403       404       404       404       401       401       401       401       201       403       201
devices.enrol           201       201       404       404       404       401       401       401       401       up        up        up
instances.list          200       200       404       404       404       401       401       401       401       200       200       200
instances.create        201       403       404       404       404       401       401       401       401       201       403       201
instances.createKey     201       403       404       404       404       401       401       401       401       201       403       201
instances.delete        200       403       404       404       404       401       401       401       401       200       403       200
claims.lookUp           code      code      code      code      code      code      code      code      code      code      code      code
claims.create           claim     claim     claim     claim     claim     claim     claim     claim     claim     claim     claim     claim
claims.join             claim     claim     claim     claim     claim     claim     claim     claim     claim     claim     claim     claim
claims.end              claim     claim     claim     claim     claim     claim     claim     claim     claim     claim     claim     claim
plainSessions.start     201       201       404       404       404       401       401       401       401       201       201       201
plainSessions.attach    200       200       404       404       404       401       401       401       401       200       200       200
plainSessions.end       200       200       404       404       404       401       401       401       401       200       200       200
history.list            200       200       404       404       404       401       401       401       401       200       200       200
skillConfigs.list       200       200       200       200       200       401       401       401       401       200       200       200
skillConfigs.create     201       201       201       201       201       401       401       401       401       201       201       201
skillConfigs.get        200       200       200       200       200       401       401       401       401       200       200       200
skillConfigs.replace    200       200       200       200       200       401       401       401       401       200       200       200
skillConfigs.delete     200       200       200       200       200       401       401       401       401       200       200       200
nodes.request           200       200       404       404       404       401       401       401       401       200       200       200
events.open             101       101       101       101       101       401       401       401       401       101       101       101
`;

/** Routes that take away what another caller needs. */
const ENDING: ReadonlySet<RouteName> = new Set(['sessions.endOthers', 'projects.leave']);

/** Programs that are connected as the project's plain device. */
const PROGRAMS: Readonly<Partial<Record<RouteName, 'connector' | 'openclaw'>>> = {
  'plainSessions.start': 'connector',
  'nodes.request': 'openclaw',
};

const rows = MATRIX.trim()
  .split('\n')
  .slice(1)
  .map((line): [RouteName, readonly string[]] => {
    const [name = '', ...cells] = line.split(/\s+/);
    return [name as RouteName, cells.map((cell) => REFUSALS[cell] ?? cell)];
  });

let platform: TestPlatform;
let dump: DatabaseDump;
let api: OpenApiCheck;
beforeAll(async () => {
  platform = await TestPlatform.start({ accounts: { plainProtocol: true } });
  dump = new DatabaseDump(platform);
  api = await OpenApiCheck.of(platform);
});
afterAll(() => platform.stop());

/** Calls a route as a caller. Returns the outcome; for a refusal also the tables that it changed; for an undocumented answer, what is wrong with it. */
async function attempt(world: AccessWorld, name: RouteName, caller: CallerName): Promise<string> {
  const changes = await VALID_REQUESTS[name]?.(world, world.holderOf(caller));
  const headers = world.headersOf(caller);
  const before = dump.take();
  const answer = await callRoute(platform, name, headers, changes);
  const problem = api.problemOf(name, answer);
  if (problem !== undefined) return problem;
  const { status, code } = answer;
  const outcome = code === undefined ? String(status) : `${status} ${code}`;
  const changed = code === undefined ? [] : dump.changesSince(before);
  return changed.length === 0 ? outcome : `${outcome}, and changed ${changed.join(', ')}`;
}

describe('the access matrix', () => {
  it('has a row for each route, and a cell for each caller [S-ACCESS-2]', () => {
    expect(rows.map(([name]) => name).toSorted()).toEqual(Object.keys(PLATFORM_ROUTES).toSorted());
    for (const [name, cells] of rows) expect([name, cells.length]).toEqual([name, CALLERS.length]);
  });

  it.each(rows)(
    'lets only those call %s whom it names, and changes nothing for others [S-ACCESS-2]',
    async (name, cells) => {
      const world = new AccessWorld(platform);
      const program = PROGRAMS[name];
      if (program !== undefined) await world.connect(program);
      const expected = CALLERS.map((caller, index) => [caller, cells[index] ?? ''] as const);
      const isSuccess = ([, cell]: readonly [CallerName, string]): boolean => !cell.includes(' ');
      const seen = new Map<CallerName, string>();
      for (const [caller] of expected.filter((cell) => !isSuccess(cell))) {
        seen.set(caller, await attempt(world, name, caller));
      }
      // Successes last, the owner's after the member's, because they may end what others need.
      for (const [caller] of expected.filter((cell) => isSuccess(cell)).toReversed()) {
        seen.set(caller, await attempt(ENDING.has(name) ? new AccessWorld(platform) : world, name, caller));
      }
      expect(CALLERS.map((caller) => [caller, seen.get(caller)])).toEqual(expected);
      await world.close();
    },
  );

  it('has seen a success of each route, as the served OpenAPI document has it', () => {
    const successes = rows.flatMap(([name, cells]) =>
      [...new Set(cells)].filter((cell) => !cell.includes(' ')).map((cell) => `${name} ${cell}`),
    );
    expect([...api.checked].toSorted()).toEqual(successes.toSorted());
  });
});
