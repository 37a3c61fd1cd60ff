import type { Guard } from '../guard.ts';

const ROUTES = 'unit/renderer/dashboard/routes.test.ts';
const SESSION = 'unit/renderer/dashboard/session.test.ts';

/** Guards of the account pages. */
export const DASHBOARD: readonly Guard[] = [
  {
    properties: ['S-DASH-1'],
    file: 'src-renderer/dashboard/router/routes.ts',
    guard: '  if (origin !== base) return undefined;\n',
    without: '',
    tests: [[ROUTES, 'is a page of the dashboard that needs an account, and nothing else']],
  },
  {
    properties: ['S-DASH-1'],
    file: 'src-renderer/dashboard/router/routes.ts',
    guard: "return isPublic(route) || route.page === 'missing' ? undefined : addressOf(route);",
    without: 'return next;',
    tests: [[ROUTES, 'is a page of the dashboard that needs an account, and nothing else']],
  },
  {
    properties: ['S-DASH-2'],
    file: 'src-renderer/dashboard/api/create-dashboard.ts',
    guard: 'if (person !== undefined && person !== status.account.id) resources.clear();',
    without: '',
    tests: [[SESSION, 'forgets all answers when the session ends or another person signs in']],
  },
  {
    properties: ['S-DASH-2'],
    file: 'src-renderer/dashboard/api/create-dashboard.ts',
    guard: '      events.stop();\n      resources.clear();\n',
    without: '      events.stop();\n',
    tests: [[SESSION, 'forgets all answers when the session ends or another person signs in']],
  },
];
