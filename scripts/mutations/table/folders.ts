import type { Guard } from '../guard.ts';

const NAMES = 'src-node/transfers/served-names.ts';
const SERVED = 'src-node/transfers/served-folder.ts';
const SAFE = 'src-node/transfers/safe-folder.ts';
const SHARES = 'src-main/agent/files/folders/shares.ts';
const SERVER = 'src-main/agent/files/folders/folder-server.ts';
const INCOMING = 'src-main/agent/files/receiver/incoming-transfers.ts';
const MODULE = 'src-main/agent/files/module.ts';
const SHARED = 'integration/transfers/folders.test.ts';
const HOSTILE = 'unit/agent/files/hostile-folders.test.ts';

/** Guards of shared folders. */
export const FOLDERS: readonly Guard[] = [
  {
    properties: ['S-FOLDER-1'],
    file: NAMES,
    guard: "if (name === '' || name.startsWith('.') || !name.isWellFormed() || Buffer.byteLength(name) > LIMITS.name)",
    without:
      "if ((name === '' || name.startsWith('.') || !name.isWellFormed() || Buffer.byteLength(name) > LIMITS.name) && false)",
    tests: [['unit/agent/forwards/folders/request-path.test.ts', '%s names nothing']],
  },
  {
    properties: ['S-FOLDER-1'],
    file: NAMES,
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
    file: NAMES,
    guard: "name === '' || name.startsWith('.') ||",
    without: "name === '' ||",
    tests: [['integration/folders/folder.test.ts', 'is not reached by %s']],
  },
  {
    properties: ['S-FILE-12'],
    file: NAMES,
    guard: "name.startsWith('.') ||",
    without: '',
    tests: [[SHARED, 'gives nothing outside of it, whatever is asked for']],
  },
  {
    properties: ['S-FILE-12'],
    file: SAFE,
    guard: '(constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0)',
    without: '(constants.O_DIRECTORY ?? 0)',
    tests: [[SHARED, 'gives nothing outside of it, whatever is asked for']],
  },
  {
    properties: ['S-FILE-12'],
    file: 'src-main/agent/files/folders/folder-shelf.ts',
    guard: 'if (folder.path === path) return folder;',
    without: 'if (folder.path !== "") return folder;',
    tests: [[SHARED, 'is read from the folder that was shared, not from a link in its place']],
  },
  {
    properties: ['S-FILE-12'],
    file: SERVED,
    guard: 'if (!this.#private.isFolder(await next.identity())) return next;',
    without: 'if (name !== "") return next;',
    tests: [[SHARED, 'never holds the keys of this machine, by whatever name']],
  },
  {
    properties: ['S-FILE-12'],
    file: SERVED,
    guard: 'if (facts.nlink > 1n && (await this.#private.isFile(identityOf(facts)))) throw missing([at]);',
    without: '',
    tests: [[SHARED, 'never holds the keys of this machine, by whatever name']],
  },
  {
    properties: ['S-FILE-13'],
    file: SHARES,
    guard: "if (mode === 'write' && folder.mode !== 'write')",
    without: "if (mode === 'write' && folder.name === '')",
    tests: [[SHARED, 'is changed if it may be written to, and only then']],
  },
  {
    properties: ['S-FILE-14'],
    file: MODULE,
    guard: '        outgoing.revoke(peerId, ({ here }) => here !== undefined);\n',
    without: '',
    tests: [[SHARED, 'ends within a second when the right is taken away, and so do requests']],
  },
  {
    properties: ['S-FILE-14'],
    file: MODULE,
    guard: '    incoming.revoke(peerId, isUnshared);\n',
    without: '',
    tests: [[SHARED, 'end within a second when the folder may only be read from now on']],
  },
  {
    properties: ['S-FILE-6'],
    file: INCOMING,
    guard: '      if (into === undefined) return mayOffer(peerId);\n',
    without: '      if (into === undefined) return true;\n',
    tests: [['unit/agent/files/requested.test.ts', 'another one is not taken, whatever was asked for']],
  },
  {
    properties: ['S-FILE-6'],
    file: INCOMING,
    guard: "if (record?.there !== undefined) return { code: 'file.refused' };",
    without: '',
    tests: [['unit/agent/files/requested.test.ts', 'one that is %s is not taken any more']],
  },
  {
    properties: ['S-FILE-3'],
    file: SERVER,
    guard: 'count >= FOLDER_STREAMS_PER_PEER',
    without: 'count < 0',
    tests: [[HOSTILE, 'serves only so many streams of a peer']],
  },
  {
    properties: ['S-FILE-3'],
    file: SERVER,
    guard: 'new LineReader(link, FILES_LINE_BYTES)',
    without: 'new LineReader(link, 1e9)',
    tests: [[HOSTILE, 'takes no line that is too long']],
  },
];
