import type { Guard } from '../guard.ts';

const MATRIX = 'integration/relay/access/matrix.test.ts';
const FOREIGN_IDS = 'integration/relay/access/foreign-ids.test.ts';
const TABLES = 'integration/relay/access/tables.test.ts';
const REMOVAL = 'integration/relay/access/removal.test.ts';
const BAD_INPUT = 'integration/relay/access/bad-input.test.ts';
const AGENTS = 'integration/agent/account-removals.test.ts';
const PICTURES = 'integration/relay/platform/pictures.test.ts';
const PICTURE_FORMAT = 'unit/relay/accounts/picture-format.test.ts';
const CLAIMS = 'integration/relay/platform/claims.test.ts';

/** Guards of who may do what with a relay's accounts and projects. */
export const ACCESS: readonly Guard[] = [
  {
    properties: ['S-ACCESS-1'],
    file: 'src-relay/hub/enrol-tickets.ts',
    guard: 'return sealer.open(placeOf(row), sealed);',
    without: 'return sealed;',
    tests: [
      [
        'integration/relay/enrol-tickets.test.ts',
        'a copy of the database opens no ticket, and a key counts in its own row only',
      ],
    ],
  },
  {
    properties: ['S-ACCESS-1'],
    file: 'src-relay/hub/enrol-tickets.ts',
    guard: 'return `enrol-ticket ${id} ${account} ${project}`;',
    without: 'return `enrol-ticket ${project} ${id.length} ${account.length}`;',
    tests: [
      [
        'integration/relay/enrol-tickets.test.ts',
        'a copy of the database opens no ticket, and a key counts in its own row only',
      ],
    ],
  },
  {
    properties: ['S-ACCESS-2'],
    file: 'src-relay/platform/serve-routes.ts',
    guard: "if (who !== 'anyone' && account === undefined) throw signedOut(request);",
    without: '',
    tests: [[MATRIX, 'lets only those call %s whom it names, and changes nothing for others']],
  },
  {
    properties: ['S-ACCESS-2'],
    file: 'src-relay/platform/serve-routes.ts',
    guard: 'if (!may(project.role, action)) throw forbidden();',
    without: '',
    tests: [[MATRIX, 'lets only those call %s whom it names, and changes nothing for others']],
  },
  {
    properties: ['S-ACCESS-2'],
    file: 'src-relay/platform/serve-routes.ts',
    guard: 'if (route.steppedUp && (account === undefined || !isSteppedUp(account, clock.now()))) {',
    without: 'if (false) {',
    tests: [[MATRIX, 'lets only those call %s whom it names, and changes nothing for others']],
  },
  {
    properties: ['S-ACCESS-2', 'S-ACCESS-3', 'S-ACCESS-4'],
    file: 'src-relay/platform/project-access.ts',
    guard: ".where('project_people.account', '=', account);",
    without: ';',
    tests: [
      [MATRIX, 'lets only those call %s whom it names, and changes nothing for others'],
      [FOREIGN_IDS, 'looks in %s as :%s like one that does not exist'],
      [TABLES, '%s as %s: %s'],
    ],
  },
  {
    properties: ['S-ACCESS-3'],
    file: 'src-relay/platform/invitations/invitation-routes.ts',
    guard: ".where('accounts.id', '=', account)",
    without: '',
    tests: [[FOREIGN_IDS, 'looks in %s as :%s like one that does not exist']],
  },
  {
    properties: ['S-ACCESS-3'],
    file: 'src-relay/platform/invitations/invitation-routes.ts',
    guard: ".where('project', '=', project.id)",
    without: '',
    tests: [[FOREIGN_IDS, 'looks in %s as :%s like one that does not exist']],
  },
  {
    properties: ['S-ACCESS-3', 'S-ACCESS-4'],
    file: 'src-relay/plain/session-rows.ts',
    guard: ".where('plain_sessions.account', '=', account);",
    without: ';',
    tests: [
      [FOREIGN_IDS, 'looks in %s as :%s like one that does not exist'],
      [TABLES, '%s as %s: %s'],
    ],
  },
  {
    properties: ['S-ACCESS-4'],
    file: 'src-relay/platform/policy.ts',
    guard: "'change-device': ['owner'],",
    without: "'change-device': ['owner', 'member'],",
    tests: [[TABLES, '%s as %s: %s']],
  },
  {
    properties: ['S-ACCESS-5'],
    file: 'src-relay/platform/claims/claims.ts',
    guard: ".where('members.role', '=', 'owner')",
    without: '',
    tests: [[CLAIMS, 'of a device that isn’t an owner, or was changed on its way, is rejected']],
  },
  {
    properties: ['S-ACCESS-5'],
    file: 'src-relay/platform/claims/claim-routes.ts',
    guard:
      "if (holder.id !== claim.account) throw new PlatformError('account.claim', 'the claim is for another account');",
    without: '',
    tests: [[CLAIMS, 'gives nothing with the code of someone else']],
  },
  {
    properties: ['S-ACCESS-5'],
    file: 'src-relay/platform/claims/claim-routes.ts',
    guard: 'if (!(await applyClaimEnd(task, end))) return;',
    without: 'await applyClaimEnd(task, end);',
    tests: [[CLAIMS, 'writes nothing into the log of an account that never had the project']],
  },
  {
    properties: ['S-ACCESS-6'],
    file: 'src-relay/platform/people/remove-person.ts',
    guard: '  await endAdmitted(task, project, account);\n  task.changed',
    without: '  task.changed',
    tests: [[REMOVAL, 'stays out after %s, and needs a new ticket']],
  },
  {
    properties: ['S-ACCESS-6'],
    file: 'src-relay/platform/account-data.ts',
    guard:
      'for (const { project } of await listRoles(task.database, account)) await endAdmitted(task, project, account);',
    without: '',
    tests: [[REMOVAL, 'ends where it should when %s']],
  },
  {
    properties: ['S-ACCESS-6'],
    file: 'src-relay/platform/create-platform.ts',
    guard: 'void events.check(account);',
    without: '',
    tests: [[REMOVAL, 'ends where it should when %s']],
  },
  {
    properties: ['S-ACCESS-6'],
    file: 'src-relay/hub/member-changes.ts',
    guard: 'if (at !== undefined) this.#notifyMembers(project, memberships, { peer: member, at });',
    without: '',
    tests: [[AGENTS, 'loses its direct path and its terminal at other machines when %s']],
  },
  {
    properties: ['S-ACCESS-7'],
    file: 'src-relay/platform/serve-routes.ts',
    guard: 'if (!params.success) throw notFound();',
    without: '',
    tests: [[BAD_INPUT, 'to any route ends in a named error, and costs bounded memory']],
  },
  {
    properties: ['S-ACCESS-7'],
    file: 'src-relay/platform/events/event-sockets.ts',
    guard: 'if (listener.messages > this.#limits.messages || !isPing(message)) {',
    without: 'if (listener.messages > this.#limits.messages) {',
    tests: [[BAD_INPUT, 'on the events socket is answered by a pong or closes it, and nothing else']],
  },
  {
    properties: ['S-ACCESS-8'],
    file: 'src-relay/store/transaction.ts',
    guard: "if (await this.#hasAdmittedAll(project, account)) return 'full';",
    without: '',
    tests: [
      [
        'integration/relay/platform/devices.test.ts',
        'of a member admits no more than a few browsers, whatever becomes of them, and the owner has room',
      ],
    ],
  },
  {
    properties: ['S-PICTURE-1'],
    file: 'src-relay/platform/people/find-picture.ts',
    guard: 'return visibleTo(database, account)',
    without: 'return visibleTo(database, account).clearWhere()',
    tests: [[PICTURES, 'looks to everyone outside its projects like one that does not exist, as soon as they are']],
  },
  {
    properties: ['S-PICTURE-1'],
    file: 'src-relay/store/migrations/0003-account-pictures.ts',
    guard: ".references('accounts.id').onDelete('cascade')",
    without: '',
    tests: [[PICTURES, 'ends with its account']],
  },
  {
    properties: ['S-PICTURE-2'],
    file: 'src-relay/accounts/pictures/picture-format.ts',
    guard: 'return width >= 1 && width <= pictureSide && height >= 1 && height <= pictureSide;',
    without: 'return width >= 1 && height >= 1 && pictureSide > 0;',
    tests: [[PICTURE_FORMAT, '%s has at most 96 pixels in each direction']],
  },
  {
    properties: ['S-PICTURE-2'],
    file: 'src-relay/accounts/pictures/picture-format.ts',
    guard: 'const drawing = chunks.filter(({ name }) => PNG_DRAWING.has(name))',
    without: 'const drawing = chunks',
    tests: [[PICTURE_FORMAT, 'loses comments, places and everything else that is not drawn']],
  },
  {
    properties: ['S-PICTURE-2'],
    file: 'src-relay/accounts/account-profile.ts',
    guard: 'if (picture?.type !== type) throw invalidPicture();',
    without: 'if (picture === undefined) throw invalidPicture();',
    tests: [[PICTURES, 'is a small still PNG or WebP picture, whatever its sender calls it, and else nothing changes']],
  },
  {
    properties: ['S-PICTURE-2'],
    file: 'src-relay/platform/people/people-routes.ts',
    guard: "'Content-Security-Policy': \"default-src 'none'; frame-ancestors 'none'; sandbox\",",
    without: "'Content-Security-Policy': \"default-src 'self'\",",
    tests: [[PICTURES, 'is served as its type, runs nothing, and is in no page of another origin']],
  },
  {
    properties: ['S-PICTURE-3'],
    file: 'src-relay/accounts/account-profile.ts',
    guard: 'rates.admitPicture(self.account);\n    const picture',
    without: 'const picture',
    tests: [[PICTURES, 'is changed a few times at once, then one by one, and others go on']],
  },
];
