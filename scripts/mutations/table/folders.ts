import type { Guard } from '../guard.ts';

const NAMES = 'src-node/transfers/served-names.ts';
const SERVED = 'src-node/transfers/served-folder.ts';
const SAFE = 'src-node/transfers/safe-folder.ts';
const SHARES = 'src-main/agent/files/folders/shares.ts';
const SERVER = 'src-main/agent/files/folders/folder-server.ts';
const CLIENT = 'src-main/agent/files/folders/folder-client.ts';
const ADMISSION = 'src-main/agent/files/receiver/admission.ts';
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
    guard: 'if (!this.#private.isFolder(identity) && !(await this.#isMadeUp(next.itself, identity))) return next;',
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
    properties: ['S-FILE-12'],
    file: 'src-node/transfers/incoming-folder.ts',
    guard: 'const target = await merge.rules.enter(to, as);',
    without: 'const target = await to.enter(as);',
    tests: [[SHARED, 'takes nothing for the profile below it, also not by merging folders']],
  },
  {
    properties: ['S-FILE-12'],
    file: SERVED,
    guard: 'if (!(await folder.isInPlace().catch(() => false))) throw missing([basename(folder.path)]);',
    without: '',
    tests: [['unit/agent/files/merge.test.ts', 'nothing goes elsewhere with a folder that is moved meanwhile']],
  },
  {
    properties: ['S-FILE-12'],
    file: 'src-main/agent/files/folders/folder-shelf.ts',
    guard: 'if (await folder.isInPlace()) return await work(folder);',
    without: "if (path !== '') return await work(folder);",
    tests: [[HOSTILE, 'serves nothing of a folder that was moved away or replaced, however busy its peer is']],
  },
  {
    properties: ['S-FILE-12'],
    file: SERVED,
    guard: 'if (this.#private.areIn(identityOf(facts)))',
    without: 'if (names.length === 0)',
    tests: [[HOSTILE, 'moves no folder that holds the keys of this machine, by whatever name']],
  },
  {
    properties: ['S-FILE-12'],
    file: 'src-node/transfers/pseudo-file-system.ts',
    guard: "process.platform === 'linux' &&",
    without: "process.platform === 'win32' &&",
    tests: [[HOSTILE, 'serves nothing of what the system makes up, such as other programs']],
  },
  {
    properties: ['S-FILE-14'],
    file: SERVER,
    guard: '        // The disk may have been slow to open it.\n        check();\n',
    without: '',
    tests: [[HOSTILE, 'does nothing any more when the folder was taken away before it was open']],
  },
  {
    properties: ['S-FILE-14'],
    file: 'src-node/transfers/incoming-folder.ts',
    guard: '  signal.throwIfAborted();\n  await rename(from.at(name), to.at(as));',
    without: '  await rename(from.at(name), to.at(as));',
    tests: [['unit/agent/files/merge.test.ts', 'a merge ends before the next file when the right is taken away']],
  },
  {
    properties: ['S-FILE-3'],
    file: 'src-main/agent/files/sender/outgoing-transfer.ts',
    guard: 'record.here !== undefined && !this.#options.takeTurn(this)',
    without: "record.id === '' && !this.#options.takeTurn(this)",
    tests: [
      [
        'unit/agent/files/served.test.ts',
        'a peer that asks for everything again and again has only so many trees listed at a time',
      ],
    ],
  },
  {
    properties: ['S-FILE-3'],
    file: CLIENT,
    guard: ' || entries.length + answer.entries.length > LISTED_AT_ONCE',
    without: '',
    tests: [['unit/agent/files/folder-client.test.ts', 'has an end']],
  },
  {
    properties: ['S-FILE-3'],
    file: CLIENT,
    guard: 'if (entry.name <= last) throw unexpected();',
    without: '',
    tests: [['unit/agent/files/folder-client.test.ts', 'goes on after what is known: %s']],
  },
  {
    properties: ['S-FILE-3'],
    file: 'src-shared/files/folder-wire.ts',
    guard: 'const listedEntry = z.object({ name: servedName,',
    without: 'const listedEntry = z.object({ name: folderName,',
    tests: [['unit/agent/files/folder-client.test.ts', 'has no name that no machine serves: %j']],
  },
  {
    properties: ['S-FILE-5'],
    file: ADMISSION,
    guard: 'if (offer.top !== 1 || offer.roots[0]?.name !== record.names[0])',
    without: 'if (offer.top === 0)',
    tests: [['unit/agent/files/requested.test.ts', 'nothing else is taken in place of what was asked for: %s']],
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
    file: ADMISSION,
    guard: '      if (into === undefined) return mayOffer(peerId);\n',
    without: '      if (into === undefined) return true;\n',
    tests: [['unit/agent/files/requested.test.ts', 'another one is not taken, whatever was asked for']],
  },
  {
    properties: ['S-FILE-6'],
    file: ADMISSION,
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
