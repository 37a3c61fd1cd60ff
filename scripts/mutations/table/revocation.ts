import type { Guard } from '../guard.ts';

/** Guards of the end of rights. */
export const REVOCATION: readonly Guard[] = [
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
];
