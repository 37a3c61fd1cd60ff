import type { Guard } from '../guard.ts';

/** “Pairing” of docs/SECURITY.md. */
export const PAIRING: readonly Guard[] = [
  {
    file: 'src-main/agent/approvals/store.ts',
    guard: "if (decision === 'approve') this.#peers.requireCompared(pending.peerId);",
    without: ';',
    tests: [
      [
        'unit/agent/approvals/store.test.ts',
        'is let in by no yes, whether the words came %s; it goes on waiting, and a yes counts once they are confirmed',
      ],
    ],
  },
  {
    file: 'src-relay/store/changes.ts',
    guard: "if (signer.role === 'pending') return 'no-authority';",
    without: '',
    tests: [['integration/relay/membership.test.ts', 'a pending member is rung by members, and lets no device in']],
  },
  {
    file: 'src-relay/store/changes.ts',
    guard: "existing.role !== 'owner' && signer.role !== 'pending'",
    without: "existing.role !== 'owner'",
    tests: [['integration/relay/membership.test.ts', 'a pending member raises nobody, and not itself']],
  },
  {
    file: 'src-main/agent/network/relay-connection.ts',
    guard: 'void this.memberships.settle();',
    without: '',
    tests: [
      [
        'integration/agent/memberships.test.ts',
        'words that differ cost the other device its membership, also where the relay is away at that time',
      ],
    ],
  },
  {
    file: 'src-main/agent/invitations/inviting.ts',
    guard: "relay.knowsPending && trust(member) !== 'compared' ? this.#role : 'member'",
    without: "'member'",
    tests: [
      ['integration/agent/memberships.test.ts', 'who uses a code lets nobody else in before the words are confirmed'],
    ],
  },
  {
    file: 'src-shared/pairing/invite.ts',
    guard: 'checkOpening(crypto, facts, joiner.share, joinerNonce);',
    without: ';',
    tests: [
      ['unit/shared/pairing/commitment.test.ts', 'cannot open the nonce that it finds once it knows the inviter’s'],
    ],
  },
  {
    file: 'src-relay/hub/dispatcher.ts',
    guard: "if (connection.state === 'joiner' && !JOINER_MAY.has(message.type))",
    without: "if ((connection.state === 'joiner' && !JOINER_MAY.has(message.type)) && false)",
    tests: [['integration/relay/control.test.ts', 'a joiner is let in without the token and may do one thing']],
  },
  {
    file: 'src-shared/pairing/join.ts',
    guard: "if (method.kind !== 'code' && peer.peerId !== method.inviter)",
    without: "if ((method.kind !== 'code' && peer.peerId !== method.inviter) && false)",
    tests: [
      [
        'unit/shared/pairing/pairing.test.ts',
        'refuses another device than the one in the link, even one that knows the secret',
      ],
      [
        'unit/shared/pairing/by-hand.test.ts',
        'with another device than the one whose ID was typed shows nobody anything, and fails',
      ],
    ],
  },
  {
    file: 'src-relay/hub/dispatcher.ts',
    guard: "this.#refuseMailbox(connection, 'rate', 'too many codes",
    without: "void (connection, 'rate', 'too many codes",
    tests: [['integration/relay/control.test.ts', 'a flood of connects, codes and connections is told to wait']],
  },
  {
    file: 'src-node/logging/redact.ts',
    guard:
      "copy[name] = secret && field !== undefined && field !== null ? '[redacted]' : redactValue(field, depth + 1);",
    without: 'copy[name] = redactValue(field, depth + 1);',
    tests: [['unit/node/logging/logger.test.ts', 'secrets are replaced wherever they stand, and in children']],
  },
  {
    file: 'src-main/desktop/notifications/comparison-notice.ts',
    guard: "locked() ? '' : TEXTS.comparison.text(id)",
    without: 'TEXTS.comparison.text(id)',
    tests: [['unit/desktop/notifications/comparison-notice.test.ts', 'name nobody on a locked screen']],
  },
  {
    file: 'src-main/desktop/window/requests.ts',
    guard: "return kinds?.length === 1 && kinds[0] === 'video' && isOwnOrigin(origin);",
    without: 'return true;',
    tests: [
      [
        'unit/desktop/window/guards.test.ts',
        'grants the camera, without sound, to our own page, while the person scans',
      ],
    ],
  },
  {
    file: 'src-main/desktop/notifications/approval-notices.ts',
    guard: "body: locked ? '' : count === 1",
    without: 'body: count === 1',
    tests: [
      ['unit/desktop/notifications/comparison-notice.test.ts', 'name nobody on a locked screen'],
      [
        'unit/desktop/notifications/approval-notices.test.ts',
        'name nobody on a locked screen',
        'say no more than how many they are once the screen is locked',
      ],
    ],
  },
  {
    file: 'src-main/agent/invitations/pairing-service.ts',
    guard: "if (form === 'code' && this.#codeFailures >= MOST_CODE_FAILURES)",
    without: "if ((form === 'code' && this.#codeFailures >= MOST_CODE_FAILURES) && false)",
    tests: [
      [
        'unit/agent/invitations/pairing-service.test.ts',
        'after three wrong codes in a row only the link form is offered, until a pairing succeeds',
      ],
    ],
  },
  {
    file: 'src-main/desktop/window/camera-gate.ts',
    guard: 'if (!on || !(await this.#options.askSystem()) || wish !== this.#wishes)',
    without: 'if ((!on || !(await this.#options.askSystem()) || wish !== this.#wishes) && false)',
    tests: [
      [
        'unit/desktop/window/camera-gate.test.ts',
        'the camera can be asked for a moment after the person has begun to scan, and not after they have ended',
      ],
    ],
  },
  {
    file: 'src-shared/pairing/invite.ts',
    guard: 'if ((secret === undefined) !== (otherPoint === undefined))',
    without: 'if (((secret === undefined) !== (otherPoint === undefined)) && false)',
    tests: [['unit/shared/pairing/pairing.test.ts', 'does not mix with the code form']],
  },
  {
    file: 'src-relay/hub/dispatcher.ts',
    guard: "if (mailbox === 'taken')",
    without: "if ((mailbox === 'taken') && false)",
    tests: [['integration/relay/by-hand.test.ts', 'nobody drives anybody else out']],
  },
  {
    file: 'src-shared/pairing/secret.ts',
    guard: 'if (this.#codes.has(code)) throw',
    without: 'if (false) throw',
    tests: [['unit/agent/invitations/pairing-service.test.ts', 'a typed code has one run, however often it is typed']],
  },
  {
    file: 'src-shared/pairing/secret.ts',
    guard: 'if (bytes === undefined) throw',
    without: 'if (false) throw',
    tests: [['unit/shared/pairing/attacks.test.ts', 'has no second run, in a new mailbox, after the first %s']],
  },
];
