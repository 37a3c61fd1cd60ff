import type { Guard } from '../guard.ts';

/** Guards of the end of rights. */
export const REVOCATION: readonly Guard[] = [
  {
    properties: ['S-RIGHT-4'],
    file: 'src-main/agent/peers/handlers.ts',
    guard: 'const unbar = policy.bar(peerId);',
    without: 'const unbar = (): void => undefined;',
    tests: [
      ['unit/agent/peers/removal.test.ts', 'a peer is allowed nothing over the link that tells it of its removal'],
    ],
  },
  {
    properties: ['S-RIGHT-4'],
    file: 'src-main/agent/peers/handlers.ts',
    guard: "if (link !== undefined || isUncompared(record)) return link?.state === 'up';",
    without: "if (isUncompared(record)) return link?.state === 'up';",
    tests: [
      [
        'integration/agent/rights.test.ts',
        'a linked machine that is removed can do nothing from then on, whether it answers or not',
      ],
    ],
  },
  {
    properties: ['S-TERM-13'],
    file: 'src-main/agent/terminals/viewers/sharing.ts',
    guard: "if (decision === 'deny')",
    without: "if ((decision === 'deny') && false)",
    tests: [['unit/agent/terminals/viewers/sharing.test.ts', 'a right that becomes %s cuts who looks on at once']],
  },
  {
    properties: ['S-RIGHT-2'],
    file: 'src-main/agent/targets/peer-targets.ts',
    guard: 'if (!this.#holds(holder, this.#decided(holder.peerId))) this.#end(holder);',
    without: '',
    tests: [['unit/agent/targets/approvals.test.ts', 'ends when %s, once']],
  },
  {
    properties: ['S-RIGHT-4'],
    file: 'src-shared/handshake/pin.ts',
    guard: 'if (pin === undefined)',
    without: 'if ((pin === undefined) && false)',
    tests: [['unit/shared/handshake/handshake.test.ts', 'is not answered when the pin was removed meanwhile']],
  },
  {
    properties: ['S-RIGHT-7'],
    file: 'src-main/agent/core/policy/policy.ts',
    guard: 'if (this.#peers.isSuspended(peerId)) return true;',
    without: ';',
    tests: [
      [
        'unit/agent/peers/suspension.test.ts',
        'it stays out after a restart, a new pairing, a new decision on a right and a newer certificate',
        'a disk that is full keeps no removed peer in',
      ],
    ],
  },
  {
    properties: ['S-RIGHT-7'],
    file: 'src-main/agent/targets/peer-targets.ts',
    guard: 'rights.isBarred(peerId) ||',
    without: '',
    tests: [
      [
        'unit/agent/targets/targets.test.ts',
        'reaches nothing, not even what was always allowed, and what is open ends, until a person readmits it',
      ],
    ],
  },
  {
    properties: ['S-RIGHT-7'],
    file: 'src-main/agent/network/network.ts',
    guard: '(peers.isSuspended(peerId) ? undefined : peers.get(peerId))',
    without: 'peers.get(peerId)',
    tests: [
      [
        'integration/hostile-relay/removals.test.ts',
        'keeps it out whatever it tries, until a person says yes; then all is as before',
      ],
    ],
  },
  {
    properties: ['S-RIGHT-7'],
    file: 'src-main/agent/network/module.ts',
    guard: "network.drop(change.peerId, 'peer.suspended');",
    without: ';',
    tests: [
      [
        'integration/hostile-relay/removals.test.ts',
        'ends its terminal and its link, and tells the person what happened',
      ],
    ],
  },
  {
    properties: ['S-RIGHT-8'],
    file: 'src-main/agent/peers/peer-book.ts',
    guard: 'if (record === undefined || record.departure?.at === at) return false;',
    without: 'if (record === undefined) return false;',
    tests: [
      [
        'unit/agent/peers/suspension.test.ts',
        'a person lets it back in, with the rights that it had, once for each removal',
      ],
    ],
  },
  {
    properties: ['S-RIGHT-3'],
    file: 'src-main/agent/terminals/service.ts',
    guard: "const holds = decision === 'allow' || (decision === 'ask' && !detached.granted);",
    without: 'const holds = true;',
    tests: [['unit/agent/terminals/service.test.ts', 'goes by the right of now: %s, granted then: %s, stays: %s']],
  },
  {
    properties: ['S-RIGHT-2', 'S-TERM-10'],
    file: 'src-main/agent/terminals/service.ts',
    guard: "this.#table.end('terminal.revoked', (owner) => owner.peerId === peerId);",
    without: '',
    tests: [
      [
        'integration/hostile-relay/rights.test.ts',
        'loses what runs, at once, when the right is taken back, and gets nothing new over the link it has',
      ],
      [
        'unit/agent/terminals/own-devices.test.ts',
        'owns what it took over: a right taken back ends what its device has now, and no more',
      ],
    ],
  },
  {
    properties: ['S-RELAY-11'],
    file: 'src-relay/store/transaction.ts',
    guard: 'existing.removed_serial !== null && existing.removed_serial >= serial',
    without: 'existing.removed_serial !== null && false',
    tests: [
      [
        'integration/relay/hello.test.ts',
        'a removal ends the connection, wins over its enrolment for ever, and loses to a newer one',
      ],
    ],
  },
  {
    properties: ['S-PLAIN-16'],
    file: 'src-main/agent/plain-relay/sessions/plain-sessions.ts',
    guard: 'for (const session of sessions) session.end();',
    without: '',
    tests: [
      [
        'integration/plain-relay/connector.test.ts',
        'ends with all others when the person says so, and with the relay when it is removed; the relay learns it',
      ],
    ],
  },
  {
    properties: ['S-RIGHT-9'],
    file: 'src-main/agent/peers/handlers.ts',
    guard: '!isSameGrant(was, grant)',
    without: 'isSameGrant === undefined',
    tests: [
      ['integration/agent/rights.test.ts', 'a right that was changed after the person saw it is not overwritten'],
    ],
  },
];
