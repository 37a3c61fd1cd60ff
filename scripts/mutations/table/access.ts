import type { Guard } from '../guard.ts';

const MATRIX = 'integration/relay/access/matrix.test.ts';
const FOREIGN_IDS = 'integration/relay/access/foreign-ids.test.ts';
const TABLES = 'integration/relay/access/tables.test.ts';
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
    guard:
      "if (who !== 'anyone' && account === undefined) throw new PlatformError('platform.signed-out', 'sign in first');",
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
];
