import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RouteName } from '#shared/platform/index.ts';
import { callRoute, type RequestChanges } from '#test/support/platform/access-calls.ts';
import { AccessWorld, newId } from '#test/support/platform/access-world.ts';
import { TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

/**
 * Who may read, add, change and delete rows of a project and of one of its people, as the PrivaClaw document has it ("Row-Level Security"): owner and member of
 * the project, the owner of another one, and the person whose row it is, a member. `-`: no route does that, or there is no such person.
 */
const TABLES = `
table           operation owner member other self
projects        read      yes   yes    no    -
projects        add       no    no     no    -
projects        change    yes   no     no    -
projects        delete    yes   no     no    -
people          read      yes   yes    no    yes
people          add       yes   no     no    no
people          change    no    no     no    no
people          delete    yes   no     no    yes
invitations     read      yes   yes    no    yes
invitations     add       yes   no     no    no
invitations     change    no    no     no    yes
invitations     delete    yes   no     no    no
devices         read      yes   yes    no    -
devices         add       yes   no     no    -
devices         change    yes   no     no    -
devices         delete    yes   no     no    -
instances       read      yes   yes    no    -
instances       add       yes   no     no    -
instances       change    yes   no     no    -
instances       delete    yes   no     no    -
labels          read      yes   yes    no    -
labels          add       yes   no     no    -
labels          change    yes   no     no    -
labels          delete    yes   no     no    -
sessions        read      yes   yes    no    yes
sessions        add       no    no     no    yes
sessions        change    no    no     no    yes
sessions        delete    no    no     no    no
profiles        read      no    no     no    yes
profiles        change    no    no     no    yes
profiles        delete    no    no     no    yes
configurations  read      no    no     no    yes
configurations  add       no    no     no    yes
configurations  change    no    no     no    yes
configurations  delete    no    no     no    yes
`;

const COLUMNS = ['owner', 'member', 'other', 'self'] as const;
type Column = (typeof COLUMNS)[number];

let platform: TestPlatform;
let world: AccessWorld;
/** Person whose rows are tried. */
let self: Person;
beforeAll(async () => {
  platform = await TestPlatform.start({ accounts: { plainProtocol: true } });
});
afterAll(() => platform.stop());
beforeEach(() => {
  world = new AccessWorld(platform);
  self = world.addMember();
});
afterEach(() => world.close());

/** Calls routes as a person. Returns their answers, one after the other. */
async function answers(person: Person, ...calls: readonly (readonly [RouteName, RequestChanges?])[]): Promise<string> {
  const texts: string[] = [];
  for (const [name, changes] of calls) {
    texts.push((await callRoute(platform, name, platform.browserHeaders(person.cookie), changes)).text);
  }
  return texts.join('\n');
}

/** Reports whether calls as a person change what a query finds. */
async function changes(
  person: Person,
  sql: string,
  ...calls: readonly (readonly [RouteName, RequestChanges?])[]
): Promise<boolean> {
  const before = JSON.stringify(platform.rows(sql));
  await answers(person, ...calls);
  return JSON.stringify(platform.rows(sql)) !== before;
}

const hex = (id: string): string => id.replaceAll('-', '');
const count = (table: string, where: string): string => `select count(*) from ${table} where ${where}`;
const ofHome = () => ({ project: world.home.id });
const label = (device: string, text: string | null): readonly [RouteName, RequestChanges] => [
  'devices.change',
  { params: { ...ofHome(), device }, input: { label: text } },
];

/** Tries an operation by every route that may do it. Returns whether it was done. */
const ATTEMPTS: Readonly<Record<string, (person: Person) => Promise<boolean>>> = {
  'projects read': async (person) => {
    const read = await answers(person, ['projects.get', { params: ofHome() }], ['projects.list'], ['account.export']);
    return read.includes(world.home.id);
  },
  // For someone else: everyone adds projects of their own.
  'projects add': (person) =>
    changes(person, count('projects', `owner_account <> '${person.account}'`), ['projects.create']),
  'projects change': (person) =>
    changes(person, `select name from projects where id = '${hex(world.home.id)}'`, [
      'projects.change',
      { params: ofHome() },
    ]),
  'projects delete': (person) =>
    changes(person, count('projects', `id = '${hex(world.home.id)}'`), ['projects.delete', { params: ofHome() }]),

  'people read': async (person) =>
    (await answers(person, ['people.list', { params: ofHome() }])).includes(`"${self.id}"`),
  'people add': (person) =>
    changes(person, count('project_people', `project = '${hex(world.home.id)}'`), [
      'invitations.create',
      { params: ofHome(), input: { email: world.people.stranger.email } },
    ]),
  'people change': (person) =>
    changes(
      person,
      `select role, invited_by from project_people where account = '${self.account}'`,
      ['invitations.create', { params: ofHome(), input: { email: self.email } }],
      ['account.change'],
    ),
  'people delete': (person) =>
    changes(
      person,
      count('project_people', `account = '${self.account}'`),
      ['people.remove', { params: { ...ofHome(), person: self.id } }],
      ['projects.leave', { params: ofHome() }],
    ),

  'invitations read': async (person) =>
    (await answers(person, ['invitations.list', { params: ofHome() }], ['invitations.mine'])).includes(
      world.home.invitation,
    ),
  'invitations add': (person) =>
    changes(person, count('invitations', `project = '${hex(world.home.id)}'`), [
      'invitations.create',
      { params: ofHome(), input: { email: `${newId()}@example.org` } },
    ]),
  'invitations change': (person) => {
    const invitation = world.invite(self.email);
    const status = `select status from invitations where id = '${hex(invitation)}'`;
    return changes(person, status, ['invitations.accept', { params: { invitation } }]);
  },
  'invitations delete': (person) =>
    changes(person, count('invitations', `project = '${hex(world.home.id)}' and status = 'pending'`), [
      'invitations.cancel',
      { params: { ...ofHome(), invitation: world.home.invitation } },
    ]),

  'devices read': async (person) => {
    const params = { ...ofHome(), device: world.home.plain };
    return (await answers(person, ['devices.list', { params }], ['devices.get', { params }])).includes(
      `"${world.home.plain}"`,
    );
  },
  'devices add': (person) =>
    changes(person, count('plain_devices', `project = '${hex(world.home.id)}'`), [
      'devices.create',
      { params: ofHome() },
    ]),
  'devices change': (person) =>
    changes(
      person,
      `select name, token_hash from plain_devices where id = '${hex(world.home.plain)}'`,
      ['devices.createCode', { params: { ...ofHome(), device: world.home.plain } }],
      label(world.home.plain, 'Mine'),
    ),
  'devices delete': (person) =>
    changes(
      person,
      `select (select count(*) from plain_devices), (select count(*) from members where removed_at is null)`,
      ['devices.delete', { params: { ...ofHome(), device: world.home.plain } }],
      ['devices.delete', { params: { ...ofHome(), device: world.home.sealed } }],
    ),

  'instances read': async (person) => {
    const instance = world.addInstance();
    return (await answers(person, ['instances.list', { params: ofHome() }])).includes(instance);
  },
  'instances add': (person) =>
    changes(person, count('foreign_instances', `project = '${hex(world.home.id)}'`), [
      'instances.create',
      { params: ofHome() },
    ]),
  'instances change': (person) => {
    const instance = world.addInstance();
    const row = `select hex(sealed) from foreign_instances where id = '${instance}'`;
    return changes(person, row, ['instances.createKey', { params: { ...ofHome(), instance } }]);
  },
  'instances delete': (person) => {
    const instance = world.addInstance();
    return changes(person, count('foreign_instances', `id = '${instance}'`), [
      'instances.delete',
      { params: { ...ofHome(), instance } },
    ]);
  },

  'labels read': async (person) => {
    await answers(world.people.owner, label(world.home.sealed, 'In the attic'));
    return (await answers(person, ['devices.list', { params: ofHome() }])).includes('In the attic');
  },
  'labels add': (person) =>
    changes(person, 'select label from device_labels', label(world.home.sealed, 'In the attic')),
  'labels change': async (person) => {
    await answers(world.people.owner, label(world.home.sealed, 'In the attic'));
    return changes(person, 'select label from device_labels', label(world.home.sealed, 'Mine'));
  },
  'labels delete': async (person) => {
    await answers(world.people.owner, label(world.home.sealed, 'In the attic'));
    return changes(person, 'select label from device_labels', label(world.home.sealed, null));
  },

  'sessions read': async (person) => {
    const session = world.addPlainSession(self);
    return (await answers(person, ['history.list', { params: ofHome() }])).includes(hex(session));
  },
  'sessions add': async (person) => {
    await world.connect('connector');
    const params = { ...ofHome(), device: world.home.plain };
    const own = count('plain_sessions', `account = '${self.account}'`);
    return changes(person, own, ['plainSessions.start', { params }]);
  },
  'sessions change': (person) => {
    const session = world.addPlainSession(self);
    const params = { ...ofHome(), device: world.home.plain, session };
    return changes(person, `select status from plain_sessions where id = '${hex(session)}'`, [
      'plainSessions.end',
      { params },
    ]);
  },
  'sessions delete': (person) => {
    const params = { ...ofHome(), device: world.home.plain, session: world.addPlainSession(self) };
    return changes(person, count('plain_sessions', `account = '${self.account}'`), ['plainSessions.end', { params }]);
  },

  // The whole of it; people of a project see each other's names, and its owner addresses.
  'profiles read': async (person) =>
    (await answers(person, ['account.get'], ['account.export'], ['sessions.list'])).includes(self.id),
  'profiles change': (person) =>
    changes(person, `select name, password from accounts where id = '${self.account}'`, [
      'account.change',
      { input: { name: 'Someone else' } },
    ]),
  'profiles delete': (person) => changes(person, count('accounts', `id = '${self.account}'`), ['account.delete']),

  'configurations read': async (person) => {
    const configuration = await world.addConfig(self);
    const read = await answers(
      person,
      ['skillConfigs.get', { params: { configuration } }],
      ['skillConfigs.list'],
      ['account.export'],
    );
    return read.includes(configuration);
  },
  'configurations add': (person) =>
    changes(person, count('skill_configs', `account = '${self.account}'`), ['skillConfigs.create']),
  'configurations change': async (person) => {
    const configuration = await world.addConfig(self);
    const row = `select name, sealed, account from skill_configs where id = '${hex(configuration)}'`;
    return changes(person, row, ['skillConfigs.replace', { params: { configuration } }]);
  },
  'configurations delete': async (person) => {
    const configuration = await world.addConfig(self);
    const row = count('skill_configs', `id = '${hex(configuration)}'`);
    return changes(person, row, ['skillConfigs.delete', { params: { configuration } }]);
  },
};

const cases = TABLES.trim()
  .split('\n')
  .slice(1)
  .flatMap((line) => {
    const [table = '', operation = '', ...cells] = line.split(/\s+/);
    return COLUMNS.flatMap((column, index) =>
      cells[index] === '-' ? [] : [[`${table} ${operation}`, column, cells[index] === 'yes'] as const],
    );
  });

function personOf(column: Column): Person {
  const { owner, member, elsewhere } = world.people;
  return { owner, member, other: elsewhere, self }[column];
}

describe('rows of a project and its people', () => {
  it.each(cases)('%s as %s: %s [S-ACCESS-4]', async (operation, column, expected) => {
    const attempt = ATTEMPTS[operation];
    if (attempt === undefined) throw new Error(`no attempt for ${operation}`);
    expect(await attempt(personOf(column))).toBe(expected);
  });
});
