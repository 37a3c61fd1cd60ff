import type { Guard } from '../guard.ts';

/** Guards of pairing. */
export const PAIRING: readonly Guard[] = [
  {
    properties: ['S-PAIR-8'],
    file: 'src-main/agent/core/approvals/store.ts',
    guard: "if (decision === 'approve') this.#peers.requireCompared(pending.peerId);",
    without: ';',
    tests: [
      [
        'unit/agent/core/approvals/store.test.ts',
        'is let in by no yes, whether the words came %s; it goes on waiting, and a yes counts once they are confirmed',
      ],
    ],
  },
  {
    properties: ['S-PAIR-10'],
    file: 'src-relay/store/transaction.ts',
    guard: "if (!mayEnrol) return 'no-authority';",
    without: '',
    tests: [['integration/relay/membership.test.ts', 'a pending member is reached by members, and enrols no device']],
  },
  {
    properties: ['S-PAIR-10'],
    file: 'src-relay/store/transaction.ts',
    guard: "existing.role !== 'owner' && mayEnrol",
    without: "existing.role !== 'owner'",
    tests: [['integration/relay/membership.test.ts', 'a pending member raises no role, not even its own']],
  },
  {
    properties: ['S-PAIR-10'],
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
    properties: ['S-PAIR-10'],
    file: 'src-main/agent/pairing/joiner-registration.ts',
    guard: "relay.knowsPending && trust(member) !== 'compared' ? this.#role : 'member'",
    without: "'member'",
    tests: [
      [
        'integration/agent/memberships.test.ts',
        'a device that used a code enrols no other before the words are confirmed',
      ],
    ],
  },
  {
    properties: ['S-PAIR-4'],
    file: 'src-shared/pairing/invite.ts',
    guard: 'checkOpening(crypto, facts, joiner.share, joinerNonce);',
    without: ';',
    tests: [
      ['unit/shared/pairing/commitment.test.ts', 'cannot open the nonce that it finds once it knows the inviter’s'],
    ],
  },
  {
    properties: ['S-RELAY-1'],
    file: 'src-relay/hub/dispatcher.ts',
    guard: "if (connection.state === 'joiner' && !JOINER_MAY.has(message.type))",
    without: "if ((connection.state === 'joiner' && !JOINER_MAY.has(message.type)) && false)",
    tests: [['integration/relay/control.test.ts', 'a joiner is let in without the token and may do one thing']],
  },
  {
    properties: ['S-PAIR-5', 'S-PAIR-13'],
    file: 'src-shared/pairing/join.ts',
    guard: "if ('inviter' in method && peer.peerId !== method.inviter)",
    without: 'if (false)',
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
    properties: ['S-PAIR-1'],
    file: 'src-relay/hub/dispatcher.ts',
    guard: "this.#refuseMailbox(connection, 'rate', 'too many codes",
    without: "void (connection, 'rate', 'too many codes",
    tests: [['integration/relay/control.test.ts', 'a flood of connects, codes and connections is told to wait']],
  },
  {
    properties: ['S-PAIR-6'],
    file: 'src-shared/redact.ts',
    guard:
      "copy[name] = secret && field !== undefined && field !== null ? '[redacted]' : redactValue(field, depth + 1);",
    without: 'copy[name] = redactValue(field, depth + 1);',
    tests: [['unit/node/logging/logger.test.ts', 'secrets are replaced wherever they stand, and in children']],
  },
  {
    properties: ['S-PAIR-14'],
    file: 'src-main/desktop/notifications/comparison-notice.ts',
    guard: "locked() ? '' : text('desktop.comparison.text', { id })",
    without: "text('desktop.comparison.text', { id })",
    tests: [['unit/desktop/notifications/comparison-notice.test.ts', 'name nobody on a locked screen']],
  },
  {
    properties: ['S-PAIR-15'],
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
    properties: ['S-PAIR-14', 'S-ASK-6'],
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
    properties: ['S-PAIR-3'],
    file: 'src-main/agent/pairing/pairing-service.ts',
    guard: "if (form === 'code' && this.#codeFailures >= MOST_CODE_FAILURES)",
    without: "if ((form === 'code' && this.#codeFailures >= MOST_CODE_FAILURES) && false)",
    tests: [
      [
        'unit/agent/pairing/pairing-service.test.ts',
        'after three wrong codes in a row only the link form is offered, until a pairing succeeds',
      ],
    ],
  },
  {
    properties: ['S-PAIR-15'],
    file: 'src-main/desktop/window/camera-gate.ts',
    guard: 'if (!on || !(await this.#options.askSystem()) || request !== this.#requests)',
    without: 'if ((!on || !(await this.#options.askSystem()) || request !== this.#requests) && false)',
    tests: [
      [
        'unit/desktop/window/camera-gate.test.ts',
        'the camera can be asked for a moment after the person has begun to scan, and not after they have ended',
      ],
    ],
  },
  {
    properties: ['S-PAIR-5'],
    file: 'src-shared/pairing/invite.ts',
    guard: 'if ((secret === undefined) !== (otherPoint === undefined))',
    without: 'if (((secret === undefined) !== (otherPoint === undefined)) && false)',
    tests: [['unit/shared/pairing/pairing.test.ts', 'does not mix with the code form']],
  },
  {
    properties: ['S-PAIR-13'],
    file: 'src-relay/hub/dispatcher.ts',
    guard: "if (mailbox === 'taken')",
    without: "if ((mailbox === 'taken') && false)",
    tests: [['integration/relay/by-hand.test.ts', 'nobody drives anybody else out']],
  },
  {
    properties: ['S-PAIR-3'],
    file: 'src-shared/pairing/secret.ts',
    guard: 'if (this.#codes.has(code)) throw',
    without: 'if (false) throw',
    tests: [['unit/agent/pairing/pairing-service.test.ts', 'a typed code has one run, however often it is typed']],
  },
  {
    properties: ['S-PAIR-3'],
    file: 'src-shared/pairing/secret.ts',
    guard: 'if (bytes === undefined) throw',
    without: 'if (false) throw',
    tests: [['unit/shared/pairing/attacks.test.ts', 'has no second run, in a new mailbox, after the first %s']],
  },
  {
    properties: ['S-PAIR-7'],
    file: 'src-main/agent/peers/peer-records.ts',
    guard: 'new Alarm(options.clock, () => void this.#dropExpired())',
    without: 'new Alarm(options.clock, () => undefined)',
    tests: [
      [
        'unit/agent/peers/peer-book.test.ts',
        'that is provisional is dropped at its time unless a link has confirmed it',
      ],
    ],
  },
  {
    properties: ['S-PAIR-7'],
    file: 'src-main/agent/peers/peer-records.ts',
    guard: 'this.#expiredAtStart = this.#dropExpired();',
    without: '',
    tests: [
      ['unit/agent/peers/peer-book.test.ts', 'that has run out while the agent was not there is dropped at load'],
      ['unit/agent/peers/words.test.ts', 'who ran out of time while no agent ran is told of once'],
    ],
  },
  {
    properties: ['S-PAIR-7'],
    file: 'src-shared/pairing/invite.ts',
    guard: 'return message === undefined ? undefined : open(message.sealed);',
    without: 'return message === undefined ? undefined : (open(message.sealed), KEPT);',
    tests: [
      [
        'unit/shared/pairing/final-confirmation.test.ts',
        'hears of a joiner that cannot store it, takes its part back, and says so',
      ],
    ],
  },
  {
    properties: ['S-PAIR-7'],
    file: 'src-shared/pairing/invite.ts',
    guard: '  } catch {\n    return undefined;\n  }',
    without: '  } catch {\n    return NOT_KEPT;\n  }',
    tests: [
      [
        'unit/shared/pairing/final-confirmation.test.ts',
        'is not made to take it back by a relay that says so, nor to believe that it was stored',
      ],
    ],
  },
  {
    properties: ['S-PAIR-7'],
    file: 'src-main/agent/peers/peer-book.ts',
    guard: 'else if (record.provisionalUntil !== null) this.forget(peerId);',
    without: '',
    tests: [
      ['unit/agent/peers/words.test.ts', 'a pairing is taken back of a peer that has not linked, and of no other'],
    ],
  },
  {
    properties: ['S-RELAY-7'],
    file: 'src-main/agent/network/relay-settings.ts',
    guard: '...(pin === undefined || isProven ? {} : { pinUnproven: true }),',
    without: '',
    tests: [
      [
        'unit/agent/network/relay-connection.test.ts',
        'a pin that nothing has answered for is not kept by the next setting of that relay; one that was seen is',
      ],
    ],
  },
  {
    properties: ['S-RELAY-7'],
    file: 'src-main/agent/network/relay-connection.ts',
    guard:
      'const isProven = await this.#proof.ofPin(input, signal);\n    if (input.force !== true) await this.#proof.requireAnswer(input, signal);',
    without: 'const isProven = true;',
    tests: [
      [
        'unit/agent/network/relay-connection.test.ts',
        'a wrong pin changes nothing: the relay of before stays, and is not left',
      ],
    ],
  },
  {
    properties: ['S-PAIR-11'],
    file: 'src-main/cli/control/code-input.ts',
    guard: 'if (!isTolerated && host.stdin.isTTY === true)',
    without: 'if (false)',
    tests: [['unit/cli/commands.test.ts', 'refuses %s as an argument on a terminal, and says how it is given']],
  },
  {
    properties: ['S-PAIR-11'],
    file: 'src-main/cli/control/code-input.ts',
    guard: 'reporter.warn(',
    without: 'String(',
    tests: [['unit/cli/commands.test.ts', 'takes a code as an argument in a script, with a warning']],
  },
  {
    properties: ['S-PAIR-8'],
    file: 'src-main/agent/peers/pairing-record.ts',
    guard: 'words === null ? { ...known?.grants, ...grants } : grantsAtOnce(known),',
    without: '{ ...known?.grants, ...grants },',
    tests: [
      [
        'unit/agent/peers/words.test.ts',
        'allow nothing before a person has confirmed the words, also after a restart, and all of it from then on',
      ],
    ],
  },
  {
    properties: ['S-PAIR-22'],
    file: 'src-main/agent/peers/pairing-record.ts',
    guard: 'if (record.forgottenAt !== undefined && isUncompared(record)) throw forgottenError(record);',
    without: '',
    tests: [['unit/agent/peers/words.test.ts', 'is allowed nothing more, whether its words were confirmed or not']],
  },
  {
    properties: ['S-PAIR-22'],
    file: 'src-main/agent/peers/pairing-record.ts',
    guard: "if (grant?.decision === 'allow' && record.forgottenAt !== undefined) throw forgottenError(record);",
    without: '',
    tests: [['unit/agent/peers/words.test.ts', 'is allowed nothing more, whether its words were confirmed or not']],
  },
  {
    properties: ['S-PAIR-22'],
    file: 'src-main/agent/peers/pairing-record.ts',
    guard: '!isBack && !isUncompared(known)',
    without: '!isUncompared(known)',
    tests: [
      [
        'unit/agent/peers/words.test.ts',
        'and pairs again has its words compared again, and what it was allowed waits for that, also after a restart',
      ],
    ],
  },
  {
    properties: ['S-PAIR-22'],
    file: 'src-main/agent/peers/pairing-record.ts',
    guard: 'if (known?.forgottenAt === undefined) return { ...known?.grants };',
    without: 'if (known !== undefined) return { ...known.grants };',
    tests: [
      [
        'unit/agent/peers/words.test.ts',
        'and pairs again has its words compared again, and what it was allowed waits for that, also after a restart',
      ],
    ],
  },
  {
    properties: ['S-PAIR-22'],
    file: 'src-main/agent/peers/pairing-record.ts',
    guard: 'forgottenAt: record.forgottenAt ?? before.forgottenAt,',
    without: '',
    tests: [
      [
        'unit/agent/peers/words.test.ts',
        'and does not finish is as it was before, also if it had removed this device: nothing more is allowed',
      ],
    ],
  },
  {
    properties: ['S-PAIR-22'],
    file: 'src-main/agent/peers/module.ts',
    guard: 'if (forgotNews.take(peerId))',
    without: '',
    tests: [
      [
        'integration/hostile-relay/rights.test.ts',
        'causes two notices by saying again and again that it has removed the target',
      ],
    ],
  },
  {
    properties: ['S-PAIR-22'],
    file: 'src-main/agent/network/network.ts',
    guard: 'if (isForgotten) options.onForgotten(peerId, removedBecause(reason));',
    without: '',
    tests: [
      [
        'integration/agent/pairing-without-relay.test.ts',
        'says that the other side has removed this one, and then allows it nothing',
      ],
    ],
  },
  {
    properties: ['S-PAIR-22'],
    file: 'src-main/agent/network/removal-notice.ts',
    guard: "return WORDS_DIFFER.test(reason) ? 'words' : undefined;",
    without: "return 'words';",
    tests: [
      [
        'integration/hostile-relay/rights.test.ts',
        'says that the words differ of no one but itself, and any other reason is none',
      ],
    ],
  },
  {
    properties: ['S-PAIR-8'],
    file: 'src-main/agent/peers/pairing-record.ts',
    guard: "if (pairing === null || pairing.words.join(' ') !== words.join(' '))",
    without: 'if (pairing === null)',
    tests: [['unit/agent/peers/words.test.ts', 'are not confirmed by other words than those of the latest pairing']],
  },
  {
    properties: ['S-PAIR-8'],
    file: 'src-main/agent/peers/pairing-record.ts',
    guard: 'if (pairing !== null && bounded !== undefined && isMore && isUncompared(record)) {',
    without: 'if (false) {',
    tests: [
      [
        'unit/agent/peers/words.test.ts',
        'gets no right by another way: it waits, as those that were given when pairing',
      ],
    ],
  },
  {
    properties: ['S-PAIR-8'],
    file: 'src-main/agent/peers/pairing-record.ts',
    guard: 'isOn && (grant.most ?? Infinity) >= most',
    without: 'isOn && most > 0',
    tests: [['unit/agent/peers/words.test.ts', 'may send no larger files than before']],
  },
  {
    properties: ['S-PAIR-8'],
    file: 'src-main/agent/peers/pairing-record.ts',
    guard: 'if (isUncompared(record))\n    throw',
    without: 'if (false)\n    throw',
    tests: [['unit/agent/peers/words.test.ts', 'gets no targets and is nobody’s own device, but may lose both']],
  },
  {
    properties: ['S-PAIR-8'],
    file: 'src-main/agent/peers/pairing-record.ts',
    guard: '!isUncompared(known) && fresh.length === 0;',
    without: '!isUncompared(known);',
    tests: [
      ['unit/agent/peers/words.test.ts', 'keeps what it may do, and gets nothing more before the words are confirmed'],
    ],
  },
  {
    properties: ['S-PAIR-2'],
    file: 'src-shared/pairing/handshake.ts',
    guard: 'initiator: false, psk });',
    without: 'initiator: false, psk: psk.map(() => 0) });',
    tests: [
      [
        'unit/shared/pairing/pairing.test.ts',
        'hands over the grants and the enrolment, and shows them in the clear nowhere',
      ],
    ],
  },
  {
    properties: ['S-PAIR-12'],
    file: 'src-shared/pairing/invite.ts',
    guard: 'await Promise.all([conversation.waitFor(method.agree({ peer, name, words, browser })), theirs]);',
    without: 'void method.agree({ peer, name, words, browser }).catch(() => undefined);\n    await theirs;',
    tests: [
      [
        'unit/shared/pairing/by-hand.test.ts',
        'takes two people: the %s says yes, then the %s',
        'ends for both when the %s sees something else',
      ],
    ],
  },
  {
    properties: ['S-PAIR-12'],
    file: 'src-shared/pairing/join.ts',
    guard: 'await Promise.all([last, ours]);',
    without: 'await Promise.all([last, void ours.catch(() => undefined)]);',
    tests: [
      [
        'unit/shared/pairing/by-hand.test.ts',
        'takes the person who asks also where the other side says at once that it is done: %s',
      ],
    ],
  },
  {
    properties: ['S-PAIR-13'],
    file: 'src-shared/pairing/invite.ts',
    guard:
      "const word = await withFailureCode('pairing.protocol', () => receive.open(sealed));\n      if (!equalBytes(word, AGREED)) throw new PairingError('pairing.protocol', 'another word than agreed');",
    without: 'void sealed;',
    tests: [
      [
        'unit/shared/pairing/by-hand.test.ts',
        'cannot say yes for a person by repeating, leaving out or changing what was said',
      ],
    ],
  },
  {
    properties: ['S-PAIR-7'],
    file: 'src-main/agent/pairing/joiner-registration.ts',
    guard: 'return () => pin.undo();',
    without: 'return () => undefined;',
    tests: [
      [
        'unit/agent/pairing/pairing-service.test.ts',
        'a joiner that cannot store the pairing tells the inviter, which takes its pin back',
      ],
    ],
  },
  {
    properties: ['S-PAIR-8'],
    file: 'src-main/agent/peers/peer-book.ts',
    guard: 'if (!targets.every((target) => known.has(JSON.stringify(target)))) requireCompared(record);',
    without: '',
    tests: [['unit/agent/peers/words.test.ts', 'gets no targets and is nobody’s own device, but may lose both']],
  },
  {
    properties: ['S-PAIR-8'],
    file: 'src-main/agent/peers/peer-book.ts',
    guard: 'if (own && !record.own) requireCompared(record);',
    without: '',
    tests: [['unit/agent/peers/words.test.ts', 'gets no targets and is nobody’s own device, but may lose both']],
  },
  {
    properties: ['S-PAIR-1'],
    file: 'src-relay/hub/mailbox-registry.ts',
    guard: 'return mailboxes.length <',
    without: 'return 0 <',
    tests: [
      ['unit/relay/mailboxes.test.ts', 'a connection has two mailboxes, one in earlier versions'],
      ['integration/relay/control.test.ts', 'never holds a third, by whichever way it asks'],
    ],
  },
  {
    properties: ['S-PAIR-13'],
    file: 'src-relay/hub/mailbox-registry.ts',
    guard: '      this.#open.delete(mailbox.key);\n      if (mailbox.isNameplate)',
    without: '      if (mailbox.isNameplate)',
    tests: [
      [
        'integration/relay/by-hand.test.ts',
        'cannot ask one that does not wait, or waits no more, and hears the same as of a place that nobody has',
      ],
    ],
  },
  {
    properties: ['S-PAIR-16', 'S-PAIR-5'],
    file: 'src-main/agent/pairing/direct/direct-invitations.ts',
    guard: '    this.#onOver();',
    without: '',
    tests: [
      [
        'integration/agent/replays-without-relay.test.ts',
        'is met with silence at the port once it is over, and changes nothing',
      ],
      [
        'integration/agent/attacks-without-relay.test.ts',
        'answers no claim before, beside and after an invitation, and not a used one',
      ],
    ],
  },
  {
    properties: ['S-PAIR-17'],
    file: 'src-main/agent/pairing/direct/direct-joiner.ts',
    guard: 'if (others.every(({ deposit }) => toHex(deposit) === toHex(first.deposit))) return first;',
    without: 'return first;',
    tests: [['integration/agent/attacks-without-relay.test.ts', 'is noticed beside it, before anything is used up']],
  },
  {
    properties: ['S-PAIR-18'],
    file: 'src-shared/pairing/secrets.ts',
    guard: 'return relayKey === undefined ? DIRECT_LABEL : LABEL;',
    without: 'return LABEL;',
    tests: [
      [
        'unit/shared/pairing/direct.test.ts',
        'shares neither prologue nor generator with one at a relay, not even at a relay with an empty or zero key',
      ],
    ],
  },
  {
    properties: ['S-PAIR-19'],
    file: 'src-main/agent/pairing/direct/direct-invitations.ts',
    guard: '!isFirst || !isHello(hello, this.claim.kind)',
    without: '!isFirst',
    tests: [
      [
        'integration/agent/attacks-without-relay.test.ts',
        'ends a claim that says too much or something else, and the invitation stays open',
      ],
    ],
  },
  {
    properties: ['S-PAIR-19'],
    file: 'src-main/agent/pairing/direct/channel-mailbox.ts',
    guard: 'length === 0 || isTooMuch',
    without: 'length === 0',
    tests: [['unit/agent/pairing/channel-mailbox.test.ts', 'ends with %s']],
  },
  {
    properties: ['S-PAIR-21'],
    file: 'src-main/agent/common-relay/common-relay.ts',
    guard: 'if (record === undefined || record.departure !== null) return false;',
    without: 'if (record === undefined) return false;',
    tests: [
      [
        'unit/agent/common-relay/common-relay.test.ts',
        'enrols no peer whose words are not compared, or that the relay has reported as removed',
      ],
    ],
  },
  {
    properties: ['S-PAIR-21'],
    file: 'src-main/agent/common-relay/common-relay.ts',
    guard: 'return record.pairing?.compared !== false;',
    without: 'return true;',
    tests: [
      [
        'unit/agent/common-relay/common-relay.test.ts',
        'enrols no peer whose words are not compared, or that the relay has reported as removed',
      ],
    ],
  },
  {
    properties: ['S-PAIR-21'],
    file: 'src-main/agent/common-relay/common-relay.ts',
    guard: "if (answer !== this.#proof(open.key, peerId, 'theirs')) return;",
    without: 'if (answer === undefined) return;',
    tests: [
      ['unit/agent/common-relay/common-relay.test.ts', 'enrols no peer at another relay, whatever the peer answers'],
    ],
  },
  {
    properties: ['S-PAIR-21'],
    file: 'src-main/agent/common-relay/common-relay.ts',
    guard: 'if (now - (this.#answered.get(peerId) ?? -Infinity) < ANSWER_INTERVAL) {',
    without: 'if (this.#answered.get(peerId) === -1) {',
    tests: [
      [
        'unit/agent/common-relay/common-relay.test.ts',
        'answers a peer that floods it once a second, and asks it no oftener',
      ],
    ],
  },
  {
    properties: ['S-PAIR-21'],
    file: 'src-main/agent/network/memberships.ts',
    guard: "if (membership.owed === 'member' && !this.#options.mayEnrol(membership.member as PeerId)) {",
    without: "if (membership.owed === 'member' && this.#options.mayEnrol === undefined) {",
    tests: [
      [
        'unit/agent/network/memberships.test.ts',
        'waits for a busy relay, and is not given to a peer that is removed or suspended by then',
      ],
    ],
  },
  {
    properties: ['S-PAIR-3', 'S-PAIR-17'],
    file: 'src-main/agent/pairing/pairing-service.ts',
    guard: "if (errorCode(error) === 'pairing.wrong-code') this.#codeFailures += 1;",
    without: '',
    tests: [
      ['integration/agent/replays-without-relay.test.ts', 'wrong codes at the relay and at the port count together'],
    ],
  },
  {
    properties: ['S-PAIR-7'],
    file: 'src-shared/pairing/invite.ts',
    guard: 'conversation.requireAlive();',
    without: '',
    tests: [['unit/shared/pairing/slow-signature.test.ts', 'the end by its own person counts: nothing is stored']],
  },
];
