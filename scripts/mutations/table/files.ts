import type { Guard } from '../guard.ts';

const SENDER = 'unit/agent/files/hostile-sender.test.ts';
const SENDING = 'unit/agent/files/sender.test.ts';
const CRASH = 'unit/agent/files/crash.test.ts';
const NAMES = 'unit/shared/files/names.test.ts';
const RECEIVING = 'src-main/agent/files/receiver/receiving.ts';
const RECEIVED = 'src-main/agent/files/receiver/received.ts';
const INCOMING = 'src-main/agent/files/receiver/incoming-transfers.ts';
const FOLDER = 'src-node/transfers/incoming-folder.ts';
const ARRIVED = 'what has arrived is byte-exact, whatever is killed at which moment';

/** Guards of transfers of files. */
export const FILES: readonly Guard[] = [
  {
    properties: ['S-FILE-1'],
    file: 'src-shared/files/names.ts',
    guard: '.replaceAll(FORBIDDEN, SUBSTITUTE)',
    without: '',
    tests: [
      [NAMES, 'is one name of a file, whatever was sent'],
      [SENDER, 'writes nothing outside of its folder, whatever the names are'],
    ],
  },
  {
    properties: ['S-FILE-1'],
    file: 'src-shared/files/names.ts',
    guard: 'if (number === undefined) {',
    without: 'if (number !== -1) {',
    tests: [[SENDER, 'keeps names apart that clash after cleaning']],
  },
  {
    properties: ['S-FILE-1'],
    file: 'src-node/transfers/safe-folder.ts',
    guard: 'constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0)',
    without: 'constants.O_RDONLY | (constants.O_DIRECTORY ?? 0)',
    tests: [[SENDER, 'follows no link that is put in the place of a folder while files are written']],
  },
  {
    properties: ['S-FILE-1'],
    file: FOLDER,
    guard: 'facts.nlink !== 1',
    without: 'facts.nlink > 99',
    tests: [[SENDER, 'writes to no file of others that is put in the place of a part']],
  },
  {
    properties: ['S-FILE-2'],
    file: FOLDER,
    guard: '    await link(from, to);',
    without: '    await rename(from, to);\n    return true;',
    tests: [[SENDER, 'replaces nothing and hides nothing']],
  },
  {
    properties: ['S-FILE-2'],
    file: 'src-shared/files/names.ts',
    guard: "if (isTop && name.startsWith('.'))",
    without: "if (isTop && name === '.')",
    tests: [[SENDER, 'replaces nothing and hides nothing']],
  },
  {
    properties: ['S-FILE-3'],
    file: RECEIVED,
    guard: 'if (this.entries.count >= this.#offer.entries)',
    without: 'if (this.entries.count < 0)',
    tests: [[SENDER, 'is ended when it lists %s']],
  },
  {
    properties: ['S-FILE-3'],
    file: RECEIVED,
    guard: 'if (growth > Math.max(GROWTH_BYTES, this.#offer.bytes * GROWTH_PART))',
    without: 'if (growth < 0)',
    tests: [[SENDER, 'is ended when a file grows far beyond what was offered']],
  },
  {
    properties: ['S-FILE-3'],
    file: INCOMING,
    guard: 'count >= OFFERS_PER_PEER',
    without: 'count < 0',
    tests: [[SENDER, 'has only so many transfers open']],
  },
  {
    properties: ['S-FILE-4'],
    file: RECEIVING,
    guard: 'if (!equalBytes(root, fileRoot(sha256, size, hashes))) return false;',
    without: '',
    tests: [[SENDER, 'gets nothing into its place whose hash is wrong']],
  },
  {
    properties: ['S-FILE-4'],
    file: RECEIVING,
    guard: 'if (!isEnded) throw',
    without: 'if (hashes.length < 0) throw',
    tests: [[SENDER, 'is ended when it sends %s']],
  },
  {
    properties: ['S-FILE-4'],
    file: INCOMING,
    guard: 'data === undefined ? undefined : this.#active.get(data.transfer)',
    without: 'data === undefined ? undefined : [...this.#active.values()][0]',
    tests: [[SENDER, 'sends no contents for a transfer that is not its own or not under way']],
  },
  {
    properties: ['S-FILE-5'],
    file: 'src-main/agent/files/sender/sending.ts',
    guard: 'if (!this.#isListed || n >= entries.count || entries.isFolder(n))',
    without: 'if (n >= entries.count || entries.isFolder(n))',
    tests: [[SENDING, 'gets nothing before it has taken the transfer']],
  },
  {
    properties: ['S-FILE-6'],
    file: INCOMING,
    guard: 'if (into === undefined) return mayOffer(peerId);',
    without: 'if (into === undefined) return true;',
    tests: [[SENDER, 'does not go on with a transfer after it has lost the right meanwhile']],
  },
  {
    properties: ['S-FILE-6'],
    file: INCOMING,
    guard: 'if (denied !== undefined) return denied;',
    without: '',
    tests: [[SENDER, 'is asked about once for each transfer, and never begins one that was declined']],
  },
  {
    properties: ['S-FILE-7'],
    file: INCOMING,
    guard: "if (known?.state === 'cancelled') return await say({ type: 'cancel' });",
    without: '',
    tests: [[SENDER, 'gets a cancelled transfer nowhere any more']],
  },
  {
    properties: ['S-FILE-7'],
    file: 'src-shared/files/states.ts',
    guard: "new Set(['failed', 'refused'])",
    without: "new Set(['failed', 'refused', 'cancelled'])",
    tests: [[SENDING, 'cancels for good a transfer that %s']],
  },
  {
    properties: ['S-FILE-8'],
    file: RECEIVING,
    guard: '      await file.sync();\n      await received.keep([{ n, size }]);',
    without: '      await received.keep([{ n, size }]);',
    tests: [[CRASH, ARRIVED]],
  },
  {
    properties: ['S-FILE-8'],
    file: 'src-main/agent/files/receiver/unsynced-files.ts',
    guard: 'map(({ file }) => file.sync())',
    without: 'map(async () => undefined)',
    tests: [[CRASH, ARRIVED]],
  },
  {
    properties: ['S-FILE-8'],
    file: 'src-main/agent/files/receiver/placement.ts',
    guard: 'if (await this.#folder.isPlaced(this.#received.nameOf(n), this.#kindOf(n), as)) this.#placed.add(n);',
    without: "if (as === '') this.#placed.add(n);",
    tests: [[CRASH, ARRIVED]],
  },
  {
    properties: ['S-FILE-9'],
    file: 'src-node/transfers/source-disk.ts',
    guard: 'if (!isFolder && !facts.isFile()) return undefined;',
    without: '',
    tests: [[SENDING, 'lists no links, pipes or names that are no text, and follows none']],
  },
  {
    properties: ['S-FILE-9'],
    file: 'src-node/transfers/source-disk.ts',
    guard: '(constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0)',
    without: '(constants.O_NONBLOCK ?? 0)',
    tests: [[SENDING, 'opens no link that has taken the place of a file']],
  },
];
