import type { Guard } from '../guard.ts';

/** “A shared folder” of docs/SECURITY.md. */
export const FOLDERS: readonly Guard[] = [
  {
    file: 'src-main/agent/folders/request-path.ts',
    guard: "if (name === '' || name.startsWith('.') || !name.isWellFormed() || Buffer.byteLength(name) > LIMITS.name)",
    without:
      "if ((name === '' || name.startsWith('.') || !name.isWellFormed() || Buffer.byteLength(name) > LIMITS.name) && false)",
    tests: [['unit/agent/folders/request-path.test.ts', '%s names nothing']],
  },
  {
    file: 'src-main/agent/folders/request-path.ts',
    guard: 'if (/[\\p{Cc}/\\\\]/u.test(name))',
    without: 'if ((/[\\p{Cc}/\\\\]/u.test(name)) && false)',
    tests: [['unit/agent/folders/request-path.test.ts', '%s names nothing']],
  },
  {
    file: 'src-main/agent/folders/folder-server.ts',
    guard: 'if (!this.#isOwnName(headers.host))',
    without: 'if ((!this.#isOwnName(headers.host)) && false)',
    tests: [
      ['integration/folders/folder.test.ts', 'is not read by a page whose name %s was made to mean this machine'],
    ],
  },
];
