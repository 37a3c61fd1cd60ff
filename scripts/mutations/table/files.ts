import type { Guard } from '../guard.ts';

const SENDER = 'unit/agent/files/hostile-sender.test.ts';
const SENDING = 'unit/agent/files/sender.test.ts';
const CRASH = 'unit/agent/files/crash.test.ts';
const RECEIVED_TEST = 'unit/agent/files/received.test.ts';
const TRANSFERS = 'integration/transfers/transfers.test.ts';
const CANCEL = 'integration/transfers/cancel.test.ts';
const SERVED_TEST = 'unit/agent/files/served.test.ts';
const LOG_TEST = 'unit/agent/files/file-log.test.ts';
const TIDYING_TEST = 'unit/agent/files/tidying.test.ts';
const NAMES = 'unit/shared/files/names.test.ts';
const RECEIVING = 'src-main/agent/files/receiver/receiving.ts';
const RECEIVED = 'src-main/agent/files/receiver/received.ts';
const INCOMING = 'src-main/agent/files/receiver/incoming-transfers.ts';
const ADMISSION = 'src-main/agent/files/receiver/admission.ts';
const FOLDER = 'src-node/transfers/incoming-folder.ts';
const SHELL_TRANSPORT = 'unit/shared/app-api/transport/shell-transport.test.ts';
const WINDOW_FILES = 'unit/desktop/transfers/window-files.test.ts';
const CHOSEN = 'src-main/desktop/transfers/chosen-paths.ts';
const JOURNAL = 'src-node/files/disk-journal-file.ts';
const JOURNAL_TEST = 'unit/node/files/disk-journal-order.test.ts';
const WRITTEN = 'says that records are on the disk after they and the name of the file are';
const REPLACED = 'gives a file that replaces another one its name once it is on the disk, and says so once its name is';
const NOT_PERMANENT =
  'loses nothing that it said is on the disk after a file that has replaced another one could not be made permanent';
const ARRIVED = 'what has arrived is byte-exact, whatever is killed at which moment';

const GRANTED = 'src-node/transfers/granted-path.ts';
const WALK_TEST = 'unit/node/transfers/tree-walk.test.ts';
const GRANTED_TEST = 'unit/node/transfers/granted-path.test.ts';
const AGENT_FILES = 'src-main/agent/messages/agents/agent-files.ts';
const AGENT_FILES_TEST = 'integration/messages/agent-files.test.ts';
const MESSAGE_FILES_TEST = 'integration/messages/message-files.test.ts';
const PAGE_FILES_TEST = 'unit/browser/files/page-files.test.ts';
const PICKED_TEST = 'unit/browser/files/picked.test.ts';
const TOOLS_TEST = 'unit/cli/mcp-tools.test.ts';

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
    guard: 'if (this.#used.has(key)) return false;',
    without: '',
    tests: [[SENDER, 'keeps names apart that clash after cleaning']],
  },
  {
    properties: ['S-FILE-3'],
    file: 'src-shared/files/names.ts',
    guard: 'this.#next.set(family, number + 1);',
    without: '',
    tests: [
      [
        NAMES,
        'takes long names that differ in their last characters only, again and again, in little time by the rules of %s',
      ],
    ],
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
    guard: 'if (this.#listBytes > LIST_BYTES)',
    without: 'if (this.#listBytes < 0)',
    tests: [
      [
        RECEIVED_TEST,
        'has so many bytes at most, however few entries it has',
        'has no more of them when it is read again',
      ],
    ],
  },
  {
    properties: ['S-FILE-3'],
    file: RECEIVED,
    guard: '    await take(record.length);',
    without: '    if (record.length < 0) await take(0);',
    tests: [[RECEIVED_TEST, 'waits for space before it is written']],
  },
  {
    properties: ['S-FILE-3'],
    file: 'src-shared/files/wire.ts',
    guard: 'roots.length === Math.min(top, SHOWN_ROOTS)',
    without: 'roots.length <= top',
    tests: [[SENDER, 'gets no answer for an offer that %s']],
  },
  {
    properties: ['S-FILE-3'],
    file: RECEIVED,
    guard: 'shown !== undefined && (shown.name !== name || shown.kind !== kind)',
    without: 'shown !== undefined && name === undefined',
    tests: [[SENDER, 'is ended when it lists %s']],
  },
  {
    properties: ['S-FILE-3'],
    file: RECEIVED,
    guard: 'this.#top !== top ||',
    without: '',
    tests: [[SENDER, 'is ended when it lists %s']],
  },
  {
    properties: ['S-FILE-6'],
    file: ADMISSION,
    guard: 'if (!isSame(offer, record))',
    without: 'if (!isSame(offer, record) && offer.top === 0)',
    tests: [[SENDER, 'does not go on with other %s than a person has accepted']],
  },
  {
    properties: ['S-FILE-3'],
    file: RECEIVED,
    guard: 'if (more > 0 && this.#growth + more >',
    without: 'if (more < 0 && this.#growth + more >',
    tests: [
      [SENDER, 'is ended when a file grows far beyond what was offered'],
      [RECEIVED_TEST, 'is bounded over all attempts together: %s'],
    ],
  },
  {
    properties: ['S-FILE-3'],
    file: RECEIVED,
    guard: '    this.#parts.set(n, part);\n    this.#grow(n, part.size);',
    without: '    this.#parts.set(n, part);',
    tests: [[RECEIVED_TEST, 'is bounded over all attempts together: %s']],
  },
  {
    properties: ['S-FILE-3'],
    file: INCOMING,
    guard: 'count >= OFFERS_PER_PEER',
    without: 'count < 0',
    tests: [[SENDER, 'has only so many transfers open']],
  },
  {
    properties: ['S-FILE-3'],
    file: ADMISSION,
    guard:
      'return open.length >= UNFINISHED || open.filter(({ peer }) => peer === peerId).length >= UNFINISHED_PER_PEER;',
    without: 'return open.length < 0;',
    tests: [[SENDER, 'begins only so many transfers that it does not end, %s']],
  },
  {
    properties: ['S-FILE-4'],
    file: RECEIVING,
    guard: 'if (!equalBytes(root, fileRoot(this.#options.crypto.sha256, size, hashes))) return false;',
    without: '',
    tests: [[SENDER, 'gets nothing into its place whose hash is wrong']],
  },
  {
    properties: ['S-FILE-4'],
    file: 'src-main/agent/files/receiver/placement.ts',
    guard: 'if (!this.has(n)) await this.#folder.removeFile(this.#received.pathOf(n));',
    without: 'if (n < 0) return [];',
    tests: [
      [
        SENDER,
        'is not there if it came damaged',
        'is not there if the sender gives it up in its middle',
        'is not there if the sender gives it up and sends on',
        'is not there, nor asked for again, if it was given up in an earlier attempt',
      ],
    ],
  },
  {
    properties: ['S-FILE-4'],
    file: RECEIVING,
    guard: '      await wanted.receiving;\n      await this.#options.folder.giveUp',
    without: '      await this.#options.folder.giveUp',
    tests: [[SENDER, 'is not there if the sender gives it up and sends on']],
  },
  {
    properties: ['S-FILE-4'],
    file: RECEIVED,
    guard: 'if (this.isLost(record.n)) return;',
    without: '',
    tests: [[RECEIVED_TEST, 'stays so in the journal of an earlier version, which noted chunks after that']],
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
    file: ADMISSION,
    guard: 'if (into === undefined) return mayOffer(peerId);',
    without: 'if (into === undefined) return true;',
    tests: [[SENDER, 'does not go on with a transfer after it has lost the right meanwhile']],
  },
  {
    properties: ['S-FILE-6'],
    file: ADMISSION,
    guard: 'if (denied !== undefined) return denied;',
    without: '',
    tests: [[SENDER, 'is asked about once for each transfer, and never begins one that was declined']],
  },
  {
    properties: ['S-FILE-7'],
    file: INCOMING,
    guard: "if (known.state === 'cancelled') return { type: 'cancel' };",
    without: '',
    tests: [
      [SENDER, 'gets a cancelled transfer nowhere any more', 'though it is offered again before its attempt has ended'],
    ],
  },
  {
    properties: ['S-FILE-7'],
    file: INCOMING,
    guard: 'if (lastNow !== undefined) return await say(lastNow);',
    without: '',
    tests: [[SENDER, 'though it is offered again before its attempt has ended']],
  },
  {
    properties: ['S-FILE-7'],
    file: RECEIVING,
    guard: 'if (!this.#aborting.signal.aborted) this.#options.onPaused(reason);',
    without: 'this.#options.onPaused(reason);',
    tests: [[SENDER, 'though the disk is found to be full at that moment']],
  },
  {
    properties: ['S-FILE-3'],
    file: RECEIVING,
    guard: '      this.#aborting.signal.throwIfAborted();\n      const line = parseSenderLine(text);',
    without: '      const line = parseSenderLine(text);',
    tests: [[SENDER, 'takes up no memory with a list that it sends when its attempt has ended']],
  },
  {
    properties: ['S-FILE-7'],
    file: 'src-shared/files/states.ts',
    guard: "new Set(['failed', 'refused'])",
    without: "new Set(['failed', 'refused', 'cancelled'])",
    tests: [[SENDING, 'cancels for good a transfer that %s']],
  },
  {
    properties: ['S-FILE-7'],
    file: 'src-main/agent/files/receiver/placement.ts',
    guard: 'placing(n, as);\n      signal.throwIfAborted();',
    without: 'placing(n, as);',
    tests: [[SENDER, 'puts nothing more there, and tells what is: %s']],
  },
  {
    properties: ['S-FILE-7'],
    file: INCOMING,
    guard: 'this.#notePlaced(id, receiving));',
    without: 'undefined);',
    tests: [[SENDER, 'puts nothing more there, and tells what is: %s']],
  },
  {
    properties: ['S-FILE-8'],
    file: JOURNAL,
    guard: `      await file.datasync();
      await this.#syncDirectory();`,
    without: '',
    tests: [[JOURNAL_TEST, WRITTEN]],
  },
  {
    properties: ['S-FILE-8'],
    file: JOURNAL,
    guard: `      await file.datasync();
      await this.#makePermanent();
      this.#size = size;`,
    without: '      this.#size = size;',
    tests: [[JOURNAL_TEST, WRITTEN, REPLACED, NOT_PERMANENT]],
  },
  {
    properties: ['S-FILE-8'],
    file: JOURNAL,
    guard: `          await file.datasync();
          await this.#disk.rename`,
    without: '          await this.#disk.rename',
    tests: [[JOURNAL_TEST, REPLACED]],
  },
  {
    properties: ['S-FILE-8'],
    file: JOURNAL,
    guard: 'await directory.sync();',
    without: '',
    tests: [[JOURNAL_TEST, WRITTEN, REPLACED, NOT_PERMANENT]],
  },
  {
    properties: ['S-FILE-8'],
    file: JOURNAL,
    guard: 'this.#isRenamed = true;',
    without: '',
    tests: [[JOURNAL_TEST, REPLACED, NOT_PERMANENT]],
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
    properties: ['S-FILE-8'],
    file: 'src-main/agent/files/receiver/placement.ts',
    guard: '    await this.#folder.syncNames();\n',
    without: '',
    tests: [[CRASH, ARRIVED]],
  },
  {
    properties: ['S-FILE-6'],
    file: INCOMING,
    guard: 'if (known.peer !== peerId || (',
    without: 'if ((',
    tests: [[SENDER, 'gets nowhere with the ID of a transfer of another machine']],
  },
  {
    properties: ['S-FILE-9'],
    file: 'src-node/transfers/source-entry.ts',
    guard: 'if (!isFolder && !facts.isFile()) return undefined;',
    without: '',
    tests: [[SENDING, 'lists no links, pipes or names that are no text, and follows none']],
  },
  {
    properties: ['S-FILE-9'],
    file: 'src-node/transfers/source-disk.ts',
    guard: '(constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0)',
    without: '(constants.O_NONBLOCK ?? 0)',
    tests: [[SENDING, 'opens nothing behind such a link, since that may do something']],
  },
  {
    properties: ['S-FILE-10'],
    file: 'src-shared/app-api/transport/shell-transport.ts',
    guard: 'if (NOT_FOR_WINDOWS.has(message.method) || choosesPlace(message)) {',
    without: "if (message.method === '') {",
    tests: [[SHELL_TRANSPORT, 'name no path of this machine to the agent: %s']],
  },
  {
    properties: ['S-FILE-10'],
    file: 'src-shared/app-api/transport/shell-transport.ts',
    guard: " && 'into' in params",
    without: " && '' in params",
    tests: [[SHELL_TRANSPORT, 'name no path of this machine to the agent: %s']],
  },
  {
    properties: ['S-FILE-10'],
    file: CHOSEN,
    guard: 'this.#choices.delete(token);',
    without: '',
    tests: [[WINDOW_FILES, 'are known by a token, once and for a while']],
  },
  {
    properties: ['S-FILE-10'],
    file: CHOSEN,
    guard: ' || this.#clock.monotonic() - choice.at > CHOICE_LIFE',
    without: '',
    tests: [[WINDOW_FILES, 'are known by a token, once and for a while']],
  },
  {
    properties: ['S-APP-1'],
    file: 'src-main/desktop/window/connector.ts',
    guard: '    sender === this.#contents &&\n',
    without: '',
    tests: [['unit/desktop/window/connection.test.ts', 'is refused to %s']],
  },
  {
    properties: ['S-FILE-11'],
    file: 'src-renderer/features/terminals/files/typed-paths.ts',
    guard: 'paths.some((path) => ACTS.test(path)) ? undefined : ',
    without: '',
    tests: [['unit/renderer/terminals/typed-paths.test.ts', 'nothing is typed for %s']],
  },
  {
    properties: ['S-FILE-9'],
    file: 'src-node/transfers/source-disk.ts',
    guard: 'if (!isReached && !(await isAt(fd, path))) throw replaced();',
    without: 'if (fd < 0) throw replaced();',
    tests: [[SENDING, 'opens nothing behind it: %s']],
  },
  {
    properties: ['S-FILE-9'],
    file: 'src-node/transfers/source-disk.ts',
    guard: 'if (!(await folder.isInPlace())) throw',
    without: 'if (folder === undefined) throw',
    tests: [[SENDING, 'lists nothing behind one that takes its place meanwhile']],
  },
  {
    properties: ['S-GRANT-1'],
    file: GRANTED,
    guard: 'const found = partsWithin(folder, real);',
    without: 'const found = within;',
    tests: [
      [
        GRANTED_TEST,
        'is refused if a link leads outside, in any part, or in place of the folder itself',
        'is refused if a link leads to a hidden name',
      ],
    ],
  },
  {
    properties: ['S-GRANT-1'],
    file: GRANTED,
    guard: "if (parts.includes('..')) throw outside();",
    without: '',
    tests: [[GRANTED_TEST, 'is refused if it leads outside, also on the way: %j']],
  },
  {
    properties: ['S-GRANT-1'],
    file: GRANTED,
    guard: 'if (within.some(isHiddenName)) throw hidden();',
    without: '',
    tests: [[GRANTED_TEST, 'is refused if a part of its path is hidden, or looks so: %j']],
  },
  {
    properties: ['S-GRANT-1'],
    file: GRANTED,
    guard: 'if (found.some(isHiddenName)) throw hidden();',
    without: '',
    tests: [[GRANTED_TEST, 'is refused if a link leads to a hidden name']],
  },
  {
    properties: ['S-GRANT-1'],
    file: GRANTED,
    guard: 'await requireNoProfile(real, path);',
    without: '',
    tests: [[GRANTED_TEST, 'is refused in a profile of ClawReach, whatever its name, and below it']],
  },
  {
    properties: ['S-GRANT-1'],
    file: GRANTED,
    guard: 'await requireNoProfile(path, folder);',
    without: '',
    tests: [[GRANTED_TEST, 'is a folder with a whole path, and no part of a profile']],
  },
  {
    properties: ['S-GRANT-1'],
    file: 'src-node/transfers/source-disk.ts',
    guard: '(isHiddenName(name) ? undefined : await lookIn(folder, name))',
    without: 'await lookIn(folder, name)',
    tests: [[GRANTED_TEST, 'is listed without hidden files, links and profiles, which are counted']],
  },
  {
    properties: ['S-GRANT-1'],
    file: 'src-node/transfers/source-disk.ts',
    guard: 'if (isProfile(names)) throw',
    without: 'if (names.length < 0) throw',
    tests: [
      [GRANTED_TEST, 'is listed without hidden files, links and profiles, which are counted'],
      [
        WALK_TEST,
        'a tree of an agent has nothing of a profile, also of one that takes the place of its folder meanwhile',
      ],
    ],
  },
  {
    properties: ['S-FILE-12'],
    file: 'src-node/transfers/served-folder.ts',
    guard: 'enter: async (folder, name) => await this.#enter(folder, name),\n      names',
    without: 'enter: async (folder, name) => await folder.enter(name),\n      names',
    tests: [
      [WALK_TEST, 'a shared tree has no folder with keys of this device that takes the place of another one meanwhile'],
    ],
  },
  {
    properties: ['S-GRANT-1'],
    file: 'src-node/transfers/source-disk.ts',
    guard: '(await isReal(path).catch(() => false)) ? ',
    without: 'path.length > 0 ? ',
    tests: [[GRANTED_TEST, 'is not followed elsewhere by a link that takes the place of %s after it was checked']],
  },
  {
    properties: ['S-GRANT-2'],
    file: AGENT_FILES,
    guard: ' || (told !== undefined && told !== files)',
    without: '',
    tests: [[AGENT_FILES_TEST, 'sends nothing without a folder, nor after it was taken away']],
  },
  {
    properties: ['S-GRANT-2'],
    file: AGENT_FILES,
    guard: 'await this.#options.transfers.current?.cancelAll(agent);',
    without: '',
    tests: [[AGENT_FILES_TEST, 'ends when its folder is taken away or the agent is removed, as do its waits']],
  },
  {
    properties: ['S-GRANT-2'],
    file: 'src-main/agent/files/module.ts',
    guard: 'if (record?.agent !== agent) throw',
    without: 'if (record === undefined) throw',
    tests: [[AGENT_FILES_TEST, 'sees and ends its own transfers only']],
  },
  {
    properties: ['S-GRANT-2'],
    file: 'src-main/agent/files/sender/outgoing-transfers.ts',
    guard: '.length >= UNFINISHED_PER_AGENT)',
    without: '.length >= 10_000)',
    tests: [[AGENT_FILES_TEST, 'leaves room for those of people']],
  },
  {
    properties: ['S-GRANT-2'],
    file: 'src-main/cli/commands/mcp/message-desk.ts',
    guard: 'if (transfer.agent !== this.#agent)',
    without: "if (transfer.agent === '')",
    tests: [[TOOLS_TEST, 'show and cancel no transfer of the person or of another agent']],
  },
  {
    properties: ['S-GRANT-2'],
    file: 'src-main/cli/commands/mcp/server.ts',
    guard: 'files === undefined ? [] : fileTools(files)',
    without: "fileTools(files ?? '/')",
    tests: [[TOOLS_TEST, 'are not there without a folder that was named at installation']],
  },
  {
    properties: ['S-GRANT-3'],
    file: 'src-main/agent/files/module.ts',
    guard: "record.peer !== peerId || ('direction' in record",
    without: "('direction' in record",
    tests: [[MESSAGE_FILES_TEST, 'learns nothing of the transfers of others, nor gives them as its own']],
  },
  {
    properties: ['S-GRANT-3'],
    file: 'src-main/agent/files/module.ts',
    guard: "('direction' in record && record.direction !== direction)",
    without: 'false',
    tests: [[MESSAGE_FILES_TEST, 'names none that this machine has sent']],
  },
  {
    properties: ['S-GRANT-3'],
    file: 'src-shared/messages/message.ts',
    guard: '.max(MESSAGE_FILES).refine(isOfOneTransfer)',
    without: '',
    tests: [['unit/shared/messages/files.test.ts', 'is not taken with files that are %s']],
  },
  {
    properties: ['S-GRANT-1', 'S-GRANT-2'],
    file: 'src-main/agent/messages/module.ts',
    guard: 'ofAgent: folder !== undefined',
    without: 'ofAgent: false',
    tests: [
      [MESSAGE_FILES_TEST, 'is written by a person with any of their files, and by a program only below its folder'],
    ],
  },
  {
    properties: ['S-FILE-6'],
    file: 'src-main/agent/core/policy/policy.ts',
    guard: "size > (record.grants[right]?.most ?? Infinity) ? 'ask'",
    without: "size < 0 ? 'ask'",
    tests: [[TRANSFERS, 'lets transfers up to it through, and asks about each larger one']],
  },
  {
    properties: ['S-FILE-6'],
    file: 'src-main/agent/core/approvals/store.ts',
    guard: "(outcome === 'denied' || size <= most)",
    without: "(outcome === 'denied' || size <= most || size > 0)",
    tests: [[TRANSFERS, 'that a yes sets answers no larger request that waits; a higher one does']],
  },
  {
    properties: ['S-FILE-3'],
    file: INCOMING,
    guard: '    active.hasTurn = true;',
    without: '',
    tests: [[SENDER, 'has only so many lists read at a time, however many it offers at once']],
  },
  {
    properties: ['S-FILE-3'],
    file: INCOMING,
    guard: 'if (!this.#lists.take(id, active.peerId, bytes))',
    without: 'if (!this.#lists.take(id, active.peerId, bytes) && bytes < 0)',
    tests: [[SENDER, 'is asked to come again while its lists take up too much memory']],
  },
  {
    properties: ['S-FILE-3'],
    file: ADMISSION,
    guard: 'shared === undefined ? undefined : into?.path);',
    without: 'undefined);',
    tests: [[SENDER, 'takes no more than it has room for']],
  },
  {
    properties: ['S-FILE-12'],
    file: 'src-node/transfers/incoming-disk.ts',
    guard: 'return await spaceAt(folder.itself);',
    without: 'return await spaceAt(join(root, ...path));',
    tests: [[SENDER, 'learns nothing of a disk to which a link in a shared folder leads']],
  },
  {
    properties: ['S-FILE-6'],
    file: 'src-main/agent/files/module.ts',
    guard: "return !isAsked && policy.decision(peerId, 'send', undefined, size) !== 'allow';",
    without: 'return isAsked && size < 0;',
    tests: [[CANCEL, 'ends what runs and would need a question now, within a second: %s']],
  },
  {
    properties: ['S-FILE-3'],
    file: INCOMING,
    guard: 'const most = (): number => this.#admission.mostBytes(offer, active.peerId);',
    without:
      'const before = this.#admission.mostBytes(offer, active.peerId);\n      const most = (): number => before;',
    tests: [[SENDER, 'is ended when more comes than a limit that was lowered meanwhile']],
  },
  {
    properties: ['S-FILE-3'],
    file: RECEIVING,
    guard: 'folder: options.folder.target,',
    without: "folder: '/',",
    tests: [[SENDER, 'is watched while files come']],
  },
  {
    properties: ['S-FILE-3'],
    file: 'src-main/agent/files/sender/outgoing-transfers.ts',
    guard: 'if (here === undefined || this.#lists.take(id, peer, bytes)) return;',
    without: 'if (here === undefined || this.#lists.take(id, peer, bytes) || bytes > 0) return;',
    tests: [
      [SERVED_TEST, 'a peer fills no disk with the lists of copies that wait for it'],
      [SERVED_TEST, 'nor with the lists of copies that are over: those are given up for new ones'],
    ],
  },
  {
    properties: ['S-FILE-3'],
    file: 'src-main/agent/core/store/repeated-entries.ts',
    guard: 'entries.has(key) || entries.size < APART',
    without: 'entries.has(key) || entries.size >= 0',
    tests: [
      [LOG_TEST, 'a peer that changes shared folders without end fills no log, and all of it is counted'],
      [LOG_TEST, 'nor one that sends without end: files and bytes are added up'],
    ],
  },
  {
    properties: ['S-FILE-3'],
    file: 'src-main/agent/files/transfer-book.ts',
    guard: '.slice(-MOST_HIDDEN_FOLDERS)',
    without: '',
    tests: [[TIDYING_TEST, 'only so many folders are kept, the newest ones']],
  },
  {
    properties: ['S-FILE-13'],
    file: 'src-main/agent/files/tidying.ts',
    guard: 'for (const hidden of book.hidden()) await this.#try(() => this.#tidyHidden(hidden));',
    without: '',
    tests: [
      [TIDYING_TEST, 'the trash of a folder that is no longer shared is emptied after a week, and not before'],
      [TIDYING_TEST, 'a trash is emptied also where its folder was renamed'],
    ],
  },
  {
    properties: ['S-FILE-6'],
    file: 'src-main/agent/files/page/page-files.ts',
    guard: 'if (!hasOpen(peerId)) {',
    without: 'if (false) {',
    tests: [[PAGE_FILES_TEST, 'refuses what it has not asked for']],
  },
  {
    properties: ['S-FILE-6'],
    file: 'src-main/agent/files/page/page-files.ts',
    guard: 'mayOffer: () => false,',
    without: 'mayOffer: () => true,',
    tests: [[PAGE_FILES_TEST, 'refuses another transfer of a machine of which it has asked for one']],
  },
  {
    properties: ['S-FILE-3'],
    file: 'src-browser/files/memory-journal.ts',
    guard: 'if (this.#size + more > PAGE_JOURNAL_BYTES)',
    without: 'if (false)',
    tests: [[PAGE_FILES_TEST, 'ends a list that would fill the memory of the page']],
  },
  {
    properties: ['S-FILE-3'],
    file: 'src-browser/files/writers.ts',
    guard: 'if (position + bytes.length > PAGE_FILE_BYTES)',
    without: 'if (false)',
    tests: [[PICKED_TEST, 'is bounded, whatever a machine sends']],
  },
  {
    properties: ['S-FILE-3'],
    file: 'src-browser/files/place-folder.ts',
    guard: 'if (!isOpen && this.#writers.size >= PAGE_OPEN_FILES)',
    without: 'if (false)',
    tests: [
      [PAGE_FILES_TEST, 'ends when a machine begins more files than it may, and keeps few open between attempts'],
    ],
  },
  {
    properties: ['S-FILE-6'],
    file: 'src-main/agent/files/transfers.ts',
    guard: 'onOver: (record) => void incoming.abandon(record.id).then(() => onOver(record)),',
    without: 'onOver,',
    tests: [[PAGE_FILES_TEST, 'is written to no more, and is removed, when the machine sends and refuses it at once']],
  },
  {
    properties: ['S-FILE-5'],
    file: 'src-browser/files/place-folder.ts',
    guard: "if (place.kind !== 'folder') throw notOneFile();\n    if (path.length === 0)",
    without: "if (place.kind !== 'folder') return undefined as never;\n    if (path.length === 0)",
    tests: [[PAGE_FILES_TEST, 'takes no folder in place of one file']],
  },
  {
    properties: ['S-FILE-10'],
    file: 'src-browser/picks/page-picks.ts',
    guard: 'if (this.#taken.has(token)) return undefined;',
    without: '',
    tests: [[PICKED_TEST, 'is asked for again by the agent of another tab, until it is needed no more']],
  },
];
