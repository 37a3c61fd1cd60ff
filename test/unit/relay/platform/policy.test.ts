import { describe, expect, test } from 'vitest';
import { may } from '#relay/platform/index.ts';
import { PLATFORM_ROUTES, PROJECT_ACTIONS, type Route } from '#shared/platform/index.ts';

const routes: readonly Route[] = Object.values(PLATFORM_ROUTES);
const named = new Set(routes.flatMap(({ who }) => (who.startsWith('project:') ? [who.slice('project:'.length)] : [])));

describe('the policy', () => {
  test('has a row for each action that a route names, and a route for each row', () => {
    expect([...named].toSorted()).toEqual([...PROJECT_ACTIONS].toSorted());
  });

  /** "Roles & Permissions" of the PrivaClaw document, as written there: permission, owner, member. */
  test.each([
    ['View project & devices', ['view'], true, true],
    ['Connect to terminal sessions', ['open-terminal'], true, true],
    ['View team members', ['view-people'], true, true],
    ['Add/remove devices', ['add-device', 'remove-device'], true, false],
    ['Invite/remove members', ['invite', 'remove-person'], true, false],
    ['Rename/delete project', ['change', 'delete'], true, false],
    ['Regenerate pairing codes', ['make-pairing-code'], true, false],
  ] as const)('holds the documented row "%s"', (_, actions, owner, member) => {
    for (const action of actions) expect([may('owner', action), may('member', action)]).toEqual([owner, member]);
  });

  /** "Row-Level Security" of the same document, and "Device actions (owner only)". */
  test.each([
    ['devices: only owners update', ['change-device'], true, false],
    ['sessions: visible to the project', ['view-history'], true, true],
    ['invitations: visible to members', ['view-invitations'], true, true],
    ['invitations: only owners modify', ['cancel-invitation'], true, false],
    ['projects: one owner, no transfer', ['leave'], false, true],
    ['enrol tickets: a member admits one browser', ['enrol'], true, true],
    ['nodes: as terminals', ['send-request'], true, true],
  ] as const)('holds the rule "%s"', (_, actions, owner, member) => {
    for (const action of actions) expect([may('owner', action), may('member', action)]).toEqual([owner, member]);
  });

  test('lets a member do nothing that changes the project for others', () => {
    const allowed = PROJECT_ACTIONS.filter((action) => may('member', action));
    const changing = routes.filter(
      ({ who, method }) => method !== 'GET' && allowed.some((action) => who === `project:${action}`),
    );
    expect(changing.map(({ name }) => name).toSorted()).toEqual([
      'devices.enrol',
      'nodes.request',
      'plainSessions.attach',
      'plainSessions.end',
      'plainSessions.start',
      'projects.leave',
    ]);
  });
});
