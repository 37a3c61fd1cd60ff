import type { Guard } from '../guard.ts';

/** Guards of the window in a browser. */
export const BROWSER_WINDOW: readonly Guard[] = [
  {
    properties: ['S-WEB-2'],
    file: 'src-main/web-host/admissions.ts',
    guard: 'this.#tokens = this.#tokens.filter((other) => other !== token);',
    without: '',
    tests: [['unit/web-host/admissions.test.ts', 'are good once, for one session']],
  },
  {
    properties: ['S-WEB-3'],
    file: 'src-main/web-host/admissions.ts',
    guard: "if (this.#isThrottled()) return 'tries';",
    without: '',
    tests: [
      [
        'integration/web-host/web-host.test.ts',
        'is not looked at after twenty wrong ones within a minute, while an open window comes back',
      ],
    ],
  },
  {
    properties: ['S-WEB-4'],
    file: 'src-main/web-host/connection-owner.ts',
    guard: 'state === ESTABLISHED ? Number(uid) : UNKNOWN_OWNER',
    without: 'Number(uid)',
    tests: [
      [
        'unit/web-host/connection-owner.test.ts',
        'an end that was closed right after sending is nobody’s, though the kernel lists it as root’s',
      ],
    ],
  },
  {
    properties: ['S-WEB-2'],
    file: 'src-main/web-host/admissions.ts',
    guard: 'return this.#tokens.filter(({ expiresAt }) => expiresAt > now);',
    without: 'return this.#tokens;',
    tests: [['unit/web-host/admissions.test.ts', 'are good for ten minutes and not a moment longer']],
  },
  {
    properties: ['S-WEB-4'],
    file: 'src-main/web-host/connection-owner.ts',
    guard: 'every((uid) => uid === ownUid || uid === 0)',
    without: 'every(() => true)',
    tests: [
      [
        'integration/web-host/other-account.test.ts',
        'gets neither page nor window with a link that it has read in the process list; the link stays good for its owner',
      ],
    ],
  },
  {
    properties: ['S-WEB-4'],
    file: 'src-main/web-host/connection-owner.ts',
    guard: 'if (owners.length > 0) return owners',
    without: 'return owners',
    tests: [
      [
        'unit/web-host/connection-owner.test.ts',
        'that no table lists, or of which no table can be read, is not one’s own',
      ],
    ],
  },
  {
    properties: ['S-WEB-4'],
    file: 'src-main/cli/window.ts',
    guard: 'isSameUser,\n',
    without: '',
    tests: [['integration/web-host/other-account.test.ts', 'gets nothing of the window that the command serves']],
  },
  {
    properties: ['S-WEB-1'],
    file: 'src-node/local-http/request-guard.ts',
    guard: "if (host?.length !== 1 || !this.#hosts.has(host[0] ?? ''))",
    without: "if ((host?.length !== 1 || !this.#hosts.has(host[0] ?? '')) && false)",
    tests: [
      ['integration/web-host/web-host.test.ts', 'is refused when it was sent to another name, as after DNS rebinding'],
    ],
  },
  {
    properties: ['S-WEB-1'],
    file: 'src-node/local-http/request-guard.ts',
    guard: 'if (origin !== undefined && (origin.length !== 1 || origin[0] !== `http://${host[0]}`))',
    without: 'if ((origin !== undefined && (origin.length !== 1 || origin[0] !== `http://${host[0]}`)) && false)',
    tests: [['integration/web-host/web-host.test.ts', 'is refused when another page sends it']],
  },
  {
    properties: ['S-WEB-3'],
    file: 'src-shared/app-api/transport/connection.ts',
    guard: 'const input = safeParse(definition.input, params);',
    without: 'const input = { success: true as boolean, data: params as never, error: undefined as never };',
    tests: [
      [
        'integration/web-host/web-host.test.ts',
        'is refused call by call when it is garbage, by the shell and by the agent',
      ],
    ],
  },
  {
    properties: ['S-WEB-5'],
    file: 'src-main/web-host/files.ts',
    guard: " || (type.startsWith('text/html') && name !== '/index.html')",
    without: '',
    tests: [['integration/web-host/web-host.test.ts', 'are all there is: %s leads nowhere']],
  },
  {
    properties: ['S-WEB-5'],
    file: 'src-main/web-host/security-headers.ts',
    guard: '"frame-ancestors \'none\'",',
    without: '',
    tests: [
      [
        'integration/web-host/web-host.test.ts',
        'come with their types, and with headers that let the page do nothing else',
      ],
    ],
  },
  {
    properties: ['S-WEB-3'],
    file: 'src-shared/app-api/transport/shell-transport.ts',
    guard: 'const input = safeParse(SHELL_CALLS[method].input, params);',
    without: 'const input = { success: true as boolean, data: params as never, error: undefined as never };',
    tests: [
      [
        'unit/shared/app-api/fuzz.test.ts',
        'strange messages, a hundred thousand before a release, neither crash the shell nor reach a handler with input it does not take',
      ],
    ],
  },
];
