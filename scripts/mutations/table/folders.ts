import type { Guard } from '../guard.ts';

/** Guards of shared folders. */
export const FOLDERS: readonly Guard[] = [
  {
    properties: ['S-FOLDER-1'],
    file: 'src-main/agent/forwards/folders/request-path.ts',
    guard: "if (name === '' || name.startsWith('.') || !name.isWellFormed() || Buffer.byteLength(name) > LIMITS.name)",
    without:
      "if ((name === '' || name.startsWith('.') || !name.isWellFormed() || Buffer.byteLength(name) > LIMITS.name) && false)",
    tests: [['unit/agent/forwards/folders/request-path.test.ts', '%s names nothing']],
  },
  {
    properties: ['S-FOLDER-1'],
    file: 'src-main/agent/forwards/folders/request-path.ts',
    guard: 'if (/[\\p{Cc}/\\\\]/u.test(name))',
    without: 'if ((/[\\p{Cc}/\\\\]/u.test(name)) && false)',
    tests: [['unit/agent/forwards/folders/request-path.test.ts', '%s names nothing']],
  },
  {
    properties: ['S-FOLDER-4'],
    file: 'src-main/agent/forwards/folders/folder-server.ts',
    guard: 'if (!this.#isKnownHost(headers.host))',
    without: 'if ((!this.#isKnownHost(headers.host)) && false)',
    tests: [
      ['integration/folders/folder.test.ts', 'is not read by a page whose name %s was made to mean this machine'],
    ],
  },
  {
    properties: ['S-FOLDER-3'],
    file: 'src-main/agent/forwards/folders/folder-server.ts',
    guard: 'late: (socket) => endWith(socket, 408),',
    without: 'late: () => undefined,',
    tests: [
      [
        'integration/folders/slow-clients.test.ts',
        'a client that sends its head a byte at a time is told so and ended',
      ],
    ],
  },
  {
    properties: ['S-FOLDER-3'],
    file: 'src-main/agent/forwards/folders/folder-server.ts',
    guard: '    this.#server.setTimeout(this.#limits.stall);\n',
    without: '',
    tests: [['integration/folders/slow-clients.test.ts', 'a client that does not take what it asked for is ended']],
  },
  {
    properties: ['S-FOLDER-3'],
    file: 'src-main/agent/forwards/folders/send-file.ts',
    guard: "if (bytesRead === 0) throw new Error('the file has become shorter');",
    without: 'if (bytesRead === 0) sent += 1;',
    tests: [['integration/folders/folder.test.ts', 'get nothing behind a file that became shorter']],
  },
  {
    properties: ['S-FOLDER-2'],
    file: 'src-main/agent/forwards/folders/folder-server.ts',
    guard: "if (method !== 'GET' && method !== 'HEAD') {",
    without: 'if (false) {',
    tests: [['integration/folders/folder.test.ts', 'refuses %s']],
  },
  {
    properties: ['S-FOLDER-1', 'S-FOLDER-2'],
    file: 'src-main/agent/forwards/folders/request-path.ts',
    guard: "name === '' || name.startsWith('.') ||",
    without: "name === '' ||",
    tests: [['integration/folders/folder.test.ts', 'is not reached by %s']],
  },
];
