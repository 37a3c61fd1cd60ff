import type { Guard } from '../guard.ts';

/** Guards of secrets and key stores. */
export const KEYS: readonly Guard[] = [
  {
    properties: ['S-KEY-3'],
    file: 'src-main/desktop/secrets/movable-secret.ts',
    guard: "if (isMoving && (sealing === undefined || (await keyStore.state()) !== 'ready'))",
    without: "if ((isMoving && (sealing === undefined || (await keyStore.state()) !== 'ready')) && false)",
    tests: [['unit/desktop/secrets/movable-secret.test.ts', 'is where it was when the key store has become %s']],
  },
  {
    properties: ['S-KEY-5'],
    file: 'src-main/desktop/secrets/choose-secret-store.ts',
    guard: 'if (sealed !== undefined && (await plain.load()) === undefined)',
    without: 'if ((sealed !== undefined && (await plain.load()) === undefined) && false)',
    tests: [
      [
        'unit/desktop/secrets/safe-storage-secret-store.test.ts',
        'is an error for a sealed secret when the key store is %s',
      ],
    ],
  },
  {
    properties: ['S-KEY-4'],
    file: 'src-shared/app-api/transport/shell-transport.ts',
    guard: 'if (handler === undefined)',
    without: 'if ((handler === undefined) && false)',
    tests: [
      [
        'unit/shared/app-api/transport/shell-transport.test.ts',
        'that only the application answers are refused by another shell, with a text that says where',
      ],
    ],
  },
  {
    properties: ['S-KEY-3', 'S-KEY-5'],
    file: 'src-main/desktop/secrets/safe-storage-secret-store.ts',
    guard: 'if (kept === undefined || !equalBytes(kept, inFile)) throw this.#conflict();',
    without: '',
    tests: [
      ['unit/desktop/secrets/movable-secret.test.ts', 'beside another secret is an error, and both stay'],
      ['unit/desktop/secrets/safe-storage-secret-store.test.ts', 'beside another secret is an error, and both stay'],
    ],
  },
  {
    properties: ['S-KEY-5'],
    file: 'src-main/desktop/secrets/choose-secret-store.ts',
    guard: 'if (sealed !== undefined && (await plain.load()) === undefined) {',
    without: 'if (false) {',
    tests: [
      [
        'unit/desktop/secrets/safe-storage-secret-store.test.ts',
        'is an error for a sealed secret when the key store is %s',
      ],
    ],
  },
  {
    properties: ['S-KEY-3'],
    file: 'src-main/desktop/secrets/safe-storage-secret-store.ts',
    guard: 'if (!equalBytes(kept, inFile)) throw this.#conflict();\n    await removeDurably(sealed);',
    without: 'await removeDurably(sealed);',
    tests: [
      [
        'unit/desktop/secrets/safe-storage-secret-store.test.ts',
        'is not removed for another one when the person moves the secret into the file',
      ],
    ],
  },
  {
    properties: ['S-KEY-5'],
    file: 'src-node/files/file-secret-store.ts',
    guard: '      await this.#checkUnsealed();\n      return undefined;',
    without: '      return undefined;',
    tests: [
      ['unit/desktop/secrets/safe-storage-secret-store.test.ts', 'does not make a new identity beside a sealed one'],
    ],
  },
  {
    properties: ['S-KEY-3'],
    file: 'src-main/desktop/secrets/safe-storage-secret-store.ts',
    guard: 'if (kept === undefined || !equalBytes(kept, inFile)) throw this.#conflict();',
    without: 'if (kept === undefined) throw this.#conflict();',
    tests: [
      [
        'unit/desktop/secrets/safe-storage-secret-store.test.ts',
        'stays when the key store gives back another secret than it sealed',
      ],
    ],
  },
  {
    properties: ['S-BROWSER-2'],
    file: 'src-main/agent/page/page-streams.ts',
    guard: "stream.refuse('rights.denied', 'a browser serves nothing');",
    without: 'stream.accept({});',
    tests: [
      [
        'integration/browser/page-agent.test.ts',
        'gives nothing: what a peer asks of it is refused, and calls that need a machine say so',
      ],
    ],
  },
  {
    properties: ['S-BROWSER-1'],
    file: 'src-browser/keys/page-keys.ts',
    guard: 'const EXTRACTABLE = false;',
    without: 'const EXTRACTABLE = true;',
    tests: [['unit/browser/keys/page-keys.test.ts', 'are never given out, in any form']],
  },
  {
    properties: ['S-BROWSER-3'],
    file: 'src-shared/link/paths/record-opener.ts',
    guard: '          this.#fail(record.result.error);\n          return;',
    without:
      '          this.#options.failed(record.result.error);\n          this.#waiting.shift();\n          continue;',
    tests: [
      [
        'unit/shared/link/record-opener.test.ts',
        'end with the first one that is not authentic: none after it is taken, also if it was opened before',
      ],
    ],
  },
  {
    properties: ['S-APPROVE-1'],
    file: 'src-main/agent/core/policy/policy.ts',
    guard: "return browser !== undefined && (this.#browsers() === 'never' || browser.endsAt <= this.#clock.now());",
    without: "return browser !== undefined && this.#browsers() === 'never';",
    tests: [
      [
        'unit/agent/peers/browsers.test.ts',
        'has ended at a start after its end, and is denied while the timer is late',
      ],
    ],
  },
  {
    properties: ['S-APPROVE-1'],
    file: 'src-main/agent/peers/browser-life.ts',
    guard: 'return { ...grant, expiresAt: Math.min(grant.expiresAt ?? Infinity, browser.endsAt) };',
    without: 'return grant;',
    tests: [['unit/agent/peers/browsers.test.ts', 'is not outlasted by a right that a person gives it later']],
  },
  {
    properties: ['S-APPROVE-2'],
    file: 'src-main/agent/peers/peer-book.ts',
    guard: 'browser: known?.browser ?? peer.browser,',
    without: 'browser: peer.browser,',
    tests: [
      ['unit/agent/peers/browsers.test.ts', 'stays when it pairs again as a machine, and is not prolonged by that'],
    ],
  },
  {
    properties: ['S-APPROVE-3'],
    file: 'src-shared/pairing/introduction.ts',
    guard: 'admit?.(introduction.browser);',
    without: '',
    tests: [
      ['unit/shared/pairing/browser-mark.test.ts', 'is refused by a device that takes none, and nothing is pinned'],
    ],
  },
  {
    properties: ['S-APPROVE-3'],
    file: 'src-main/agent/pairing/add-requests.ts',
    guard: "browsers() === 'never' || from",
    without: 'from',
    tests: [
      [
        'unit/agent/pairing/add-requests.test.ts',
        'are not shown where no browser may do anything, nor for this device or what is no ID',
      ],
    ],
  },
  {
    properties: ['S-APPROVE-5'],
    file: 'src-main/agent/pairing/add-requests.ts',
    guard: 'this.#taken.size >= MOST_ADD_REQUESTS_TAKEN || ',
    without: '',
    tests: [
      [
        'unit/agent/pairing/add-requests.test.ts',
        'are a few, however many a relay makes up, and come no more often because they were dismissed',
      ],
    ],
  },
  {
    properties: ['S-ANSWER-1'],
    file: 'src-main/agent/answering/answer-server.ts',
    guard: 'record?.browser?.answers === true &&',
    without: 'record?.browser !== undefined &&',
    tests: [
      [
        'unit/agent/answering/answering.test.ts',
        'are refused until a person has allowed that browser, and once they take it back',
      ],
    ],
  },
  {
    properties: ['S-ANSWER-2'],
    file: 'src-main/agent/answering/answer-server.ts',
    guard: 'asker !== peerId && !HERE_ONLY.has(right) && uncompared !== true',
    without: '!HERE_ONLY.has(right) && uncompared !== true',
    tests: [
      [
        'unit/agent/answering/answering.test.ts',
        'are those of others: no browser sees or approves what it has asked for itself',
      ],
    ],
  },
  {
    properties: ['S-APPROVE-6'],
    file: 'src-relay/hub/dispatcher.ts',
    guard: '!found.isSteppedUp',
    without: 'false',
    tests: [
      [
        'integration/relay/add-requests.test.ts',
        'a browser whose person gave no password within ten minutes asks no one',
      ],
    ],
  },
  {
    properties: ['S-INTRO-1'],
    file: 'src-main/agent/introductions/checks.ts',
    guard: 'if (!isSigner) throw',
    without: 'if (!isSigner && false) throw',
    tests: [
      [
        'unit/agent/introductions/target.test.ts',
        'of another signer, or brought by another device than its signer, pins no one',
      ],
    ],
  },
  {
    properties: ['S-INTRO-2'],
    file: 'src-main/agent/introductions/checks.ts',
    guard: 'if (!equalBytes(record.relayKey, facts.relayKey))',
    without: 'if (!equalBytes(record.relayKey, facts.relayKey) && false)',
    tests: [['unit/agent/introductions/target.test.ts', 'counts nowhere else']],
  },
  {
    properties: ['S-INTRO-2'],
    file: 'src-main/agent/introductions/checks.ts',
    guard: 'if (!facts.projects.includes(record.project))',
    without: 'if (!facts.projects.includes(record.project) && false)',
    tests: [['unit/agent/introductions/target.test.ts', 'counts nowhere else']],
  },
  {
    properties: ['S-INTRO-3'],
    file: 'src-main/agent/introductions/checks.ts',
    guard: 'if (isOld || record.serial > now + SERIAL_AHEAD)',
    without: 'if (record.serial > now + SERIAL_AHEAD)',
    tests: [
      [
        'unit/agent/introductions/target.test.ts',
        'that was used, or that a newer one has replaced, is refused, also after the newcomer is gone',
      ],
    ],
  },
  {
    properties: ['S-INTRO-4'],
    file: 'src-main/agent/introductions/checks.ts',
    guard: 'if (excess.length > 0) throw',
    without: 'if (excess.length > 99) throw',
    tests: [['unit/agent/introductions/target.test.ts', 'are never wider than what the introducer may hand on']],
  },
  {
    properties: ['S-INTRO-4'],
    file: 'src-main/agent/introductions/target.ts',
    guard: 'return !isFree && !this.#isLess(peerId, record);',
    without: 'return !isFree && this.#options.peers.get(record.newcomer)?.introduced?.by !== peerId;',
    tests: [['unit/agent/introductions/target.test.ts', 'is asked about again %s, and stays as it was until then']],
  },
  {
    properties: ['S-INTRO-4'],
    file: 'src-main/agent/peers/peer-book.ts',
    guard: "const kept = Object.entries(before.grants).filter(([, grant]) => grant.decision !== 'allow');",
    without: "const kept = Object.entries(before.grants).filter(([, grant]) => grant.decision === 'deny');",
    tests: [
      [
        'unit/agent/introductions/target.test.ts',
        'shrink with the next introduction, and what a person here asks about or denies stays so',
      ],
    ],
  },
  {
    properties: ['S-INTRO-5'],
    file: 'src-main/agent/introductions/checks.ts',
    guard: 'if (introducer.introduced !== undefined)',
    without: 'if (introducer.introduced !== undefined && false)',
    tests: [['unit/agent/introductions/target.test.ts', 'pins no one']],
  },
  {
    properties: ['S-INTRO-5'],
    file: 'src-main/agent/core/policy/policy.ts',
    guard: "if (right === 'introduce' && !mayIntroduce(record)) return 'deny';",
    without: '',
    tests: [['unit/agent/introductions/target.test.ts', 'never holds the right, whatever a person sets']],
  },
  {
    properties: ['S-INTRO-6'],
    file: 'src-main/agent/introductions/module.ts',
    guard: "if (right === 'introduce' && decision === 'deny') revoke(peerId);",
    without: 'void right;',
    tests: [
      [
        'integration/agent/introduced-peers.test.ts',
        'may introduce no more: those that it introduced end, with their terminals',
      ],
    ],
  },
  {
    properties: ['S-APPROVE-4'],
    file: 'src-main/agent/leave/leave.ts',
    guard: 'await store.keepNothing();',
    without: '',
    tests: [
      [
        'integration/browser/approval.test.ts',
        'signs out: the machine forgets it and ends its terminal, and no key stays',
      ],
    ],
  },
  {
    properties: ['S-BROWSER-6'],
    file: 'src-browser/store/page-store.ts',
    guard: 'if (kept?.account !== account) await removeAll(database);',
    without: '',
    tests: [
      [
        'integration/browser/accounts.test.ts',
        'begin without the documents of the former one, and the same account stays the same device',
      ],
    ],
  },
  {
    properties: ['S-BROWSER-6'],
    file: 'src-browser/tabs/agent-tabs.ts',
    guard: "if (notice.kind !== 'agent' && this.#isOfAnother(notice.account)) {",
    without: 'if (false) {',
    tests: [['integration/browser/accounts.test.ts', 'are two devices, and a tab of the former account leaves']],
  },
  {
    properties: ['S-BROWSER-4'],
    file: 'src-main/agent/core/policy/policy.ts',
    guard: 'this.#expiry.set(Number.isFinite(next) ? next : null);',
    without: 'this.#expiry.set(null);',
    tests: [
      ['integration/browser/page-life.test.ts', 'loses its terminal when its permission expires while someone types'],
    ],
  },
];
