import type { Guard } from '../guard.ts';

/** Guards of names, requests and targets of peers. */
export const PEERS: readonly Guard[] = [
  {
    properties: ['S-NAME-2'],
    file: 'src-main/cli/commands/machines/peer-format.ts',
    guard: "cleanName(name) === name && name !== ''",
    without: 'true',
    tests: [
      [
        'unit/cli/printed-names.test.ts',
        '`clawreach %s NAME` never reads a name as an option, nor as a command of the shell',
      ],
    ],
  },
  {
    properties: ['S-NAME-2'],
    file: 'src-shared/visible-text/name.ts',
    guard: "const rest = name.replace(LEADING_DASHES, '');",
    without: 'const rest = name;',
    tests: [['unit/agent/peers/peer-book.test.ts', 'is nothing that a command line reads as something else: %s']],
  },
  {
    properties: ['S-NAME-3'],
    file: 'src-main/agent/peers/names.ts',
    guard: 'if (span === undefined) return name;',
    without: 'if (true) return name;',
    tests: [['unit/agent/peers/peer-book.test.ts', 'has no short id of another device in it: %s']],
  },
  {
    properties: ['S-NAME-1'],
    file: 'src-shared/visible-text/skeleton.ts',
    guard: 'return plainLetters(caseFold(look(text)));',
    without: 'return caseFold(look(text));',
    tests: [['unit/shared/visible-text/lookalikes.test.ts', 'that look the same are the same: %s and %s']],
  },
  {
    properties: ['S-NAME-4'],
    file: 'src-shared/visible-text/pieces.ts',
    guard: "const shown = reading === 'read' ? piece.text : markRightToLeft(piece.text);",
    without: 'const shown = piece.text;',
    tests: [
      ['unit/shared/visible-text/direction.test.ts', 'is codes for a terminal, which could show it in another order'],
      [
        'unit/cli/commands.test.ts',
        'show right-to-left letters that a terminal could reorder as codes, and a prompt as prose',
      ],
      ['unit/desktop/notifications/approval-notices.test.ts', 'shows letters that the desktop could reorder as codes'],
    ],
  },
  {
    properties: ['S-NAME-1'],
    file: 'src-main/agent/peers/pinned-certificate.ts',
    guard: 'if (!equalBytes(known.signingKey, certificate.signingKey))',
    without: 'if ((!equalBytes(known.signingKey, certificate.signingKey)) && false)',
    tests: [
      [
        'unit/agent/peers/peer-book.test.ts',
        'takes a newer certificate, and never another identity or an earlier generation',
      ],
    ],
  },
  {
    properties: ['S-TARGET-2'],
    file: 'src-main/agent/targets/protected-networks.ts',
    guard: 'if (isIn(PROTECTED, address)) return true;',
    without: '',
    tests: [['unit/agent/targets/targets.test.ts', '%s: %s']],
  },
  {
    properties: ['S-TARGET-4'],
    file: 'src-main/agent/targets/pattern.ts',
    guard: 'return !isLoopbackIp(address) && (machine.isName(name) || !machine.has(address));',
    without: 'return true;',
    tests: [['unit/agent/targets/targets.test.ts', 'is not covered by the pattern of the name: %s']],
  },
  {
    properties: ['S-TARGET-6'],
    file: 'src-main/agent/core/store/audit.ts',
    guard: 'const tooMany = CAUSED_BY_OTHERS.has(event) && !this.#spend(causerOf(fields));',
    without: 'const tooMany = false;',
    tests: [
      ['unit/agent/core/store/audit.test.ts', 'what a peer causes without a right cannot push the rest out of the log'],
    ],
  },
  {
    properties: ['S-ASK-1'],
    file: 'src-main/agent/core/approvals/store.ts',
    guard: 'if (pending !== undefined && this.#clock.now() >= pending.expiresAt)',
    without: 'if ((pending !== undefined && this.#clock.now() >= pending.expiresAt) && false)',
    tests: [
      [
        'unit/agent/core/approvals/store.test.ts',
        'an answer that comes after the time counts for nothing even when the timer is late',
      ],
    ],
  },
  {
    properties: ['S-TARGET-1'],
    file: 'src-main/agent/targets/peer-targets.ts',
    guard: "if (this.#decided(requester.peerId).decision === 'deny')",
    without: "if ((this.#decided(requester.peerId).decision === 'deny') && false)",
    tests: [['unit/agent/targets/targets.test.ts', 'is refused without a look at its name where the right is denied']],
  },
  {
    properties: ['S-TARGET-2'],
    file: 'src-main/agent/targets/peer-targets.ts',
    guard: "if (host.kind === 'name' && isProtectedName(host.text))",
    without: "if ((host.kind === 'name' && isProtectedName(host.text)) && false)",
    tests: [['unit/agent/targets/targets.test.ts', '%s: %s']],
  },
  {
    properties: ['S-TARGET-5'],
    file: 'src-main/agent/targets/peer-targets.ts',
    guard: 'this.#sessionGrants.find(requester, requestKey(use, host, port))',
    without: 'this.#sessionGrants.find(requester, requestKey(use, host, 1))',
    tests: [['unit/agent/targets/approvals.test.ts', 'and not for %s']],
  },
  {
    properties: ['S-LINK-4'],
    file: 'src-shared/handshake/responder.ts',
    guard: 'if (!this.#replays.admit(peer.peerId, remoteStatic, remoteEphemeral))',
    without: 'if ((!this.#replays.admit(peer.peerId, remoteStatic, remoteEphemeral)) && false)',
    tests: [
      ['unit/shared/handshake/handshake.test.ts', 'is taken once, however much later it comes again'],
      [
        'integration/direct/strangers.test.ts',
        'that sends a recorded message 1 again hears nothing, and what it recorded goes on',
      ],
    ],
  },
  {
    properties: ['S-ASK-4'],
    file: 'src-main/agent/core/approvals/store.ts',
    guard: "if (decision === 'not-now') this.#pauses.refused(pending, id);",
    without: '',
    tests: [
      [
        'unit/agent/core/approvals/store.test.ts',
        'the same question is refused at once and shown to nobody, until its pause is over',
      ],
    ],
  },
  {
    properties: ['S-TARGET-1'],
    file: 'src-main/agent/targets/peer-targets.ts',
    guard: 'if (!mayBeAsked) throw denied();',
    without: '',
    tests: [['unit/agent/targets/targets.test.ts', '%s and %s port %i: %s']],
  },
  {
    properties: ['S-TARGET-2'],
    file: 'src-main/agent/targets/peer-targets.ts',
    guard: 'return reservedPorts.has(port) && (isLoopbackIp(address) || localAddresses.has(address));',
    without: 'return false;',
    tests: [
      [
        'unit/agent/targets/targets.test.ts',
        'keeps peers from the ports of this program, at every address of this machine',
      ],
    ],
  },
  {
    properties: ['S-TARGET-4'],
    file: 'src-main/agent/targets/peer-targets.ts',
    guard: 'const counted = addresses.filter((address) => coversAddress(grant, address, this.#isElsewhere));',
    without: 'const counted = addresses;',
    tests: [
      [
        'unit/agent/targets/approvals.test.ts',
        'does not count once the name leads elsewhere in this network, or into this machine',
      ],
    ],
  },
  {
    properties: ['S-TARGET-5'],
    file: 'src-main/agent/targets/peer-targets.ts',
    guard: "return use !== 'listen' || isLoopbackIp(address);",
    without: 'return true;',
    tests: [['unit/agent/targets/targets.test.ts', 'with the right as a whole is one of loopback']],
  },
  {
    properties: ['S-ASK-1'],
    file: 'src-main/agent/core/approvals/store.ts',
    guard: 'if (pending === undefined || !this.#pending.has(id))',
    without: 'if ((pending === undefined || !this.#pending.has(id)) && false)',
    tests: [
      ['unit/agent/core/approvals/store.test.ts', 'nothing is accepted by time: after two minutes a request is over'],
    ],
  },
  {
    properties: ['S-NAME-1'],
    file: 'src-main/agent/peers/pinned-certificate.ts',
    guard: 'if (certificate.generation < known.generation)',
    without: 'if ((certificate.generation < known.generation) && false)',
    tests: [
      [
        'unit/agent/peers/peer-book.test.ts',
        'takes a newer certificate, and never another identity or an earlier generation',
      ],
    ],
  },
  {
    properties: ['S-TARGET-6'],
    file: 'src-main/agent/targets/resolver.ts',
    guard: 'if (this.#waiting.filter((waiting) => waiting.peerId === peerId).length >= NAME_LIMITS.waitingPerPeer)',
    without:
      'if ((this.#waiting.filter((waiting) => waiting.peerId === peerId).length >= NAME_LIMITS.waitingPerPeer) && false)',
    tests: [['unit/agent/targets/targets.test.ts', 'or none, of ever new names, is refused beyond what may wait']],
  },
  {
    properties: ['S-TARGET-3'],
    file: 'src-main/agent/targets/peer-listener.ts',
    guard: 'if (reservedPorts.has(allowed.port))',
    without: 'if ((reservedPorts.has(allowed.port)) && false)',
    tests: [['integration/forwards/targets.test.ts', 'is refused at a port that is one of ours, also at %s']],
  },
  {
    properties: ['S-TARGET-7'],
    file: 'src-main/agent/forwards/datagrams/flows.ts',
    guard: 'if (id % 2 === this.#next % 2 || this.#takers.has(id))',
    without: 'if ((id % 2 === this.#next % 2 || this.#takers.has(id)) && false)',
    tests: [['integration/forwards/udp.test.ts', 'an association with %s is refused']],
  },
  {
    properties: ['S-ASK-3'],
    file: 'src-main/agent/core/approvals/request-text.ts',
    guard: 'if (asked > MOST_REQUEST_TEXT) return true;\n  const shown = shownText({ detail, facts });',
    without: "const shown = { detail: '', facts: [] };",
    tests: [
      [
        'unit/agent/streams/hidden-requests.test.ts',
        'cannot push what decides out of sight: too long to be shown is refused, and nobody is asked',
      ],
    ],
  },
  {
    properties: ['S-ASK-8'],
    file: 'src-main/agent/relay-offers/relay-offers.ts',
    guard: "outcome !== 'approved'",
    without: 'false',
    tests: [
      [
        'integration/agent/relay-offers.test.ts',
        'an offer that is declined, or withdrawn, changes nothing, and is not repeated at once',
      ],
    ],
  },
  {
    properties: ['S-ASK-8'],
    file: 'src-main/agent/relay-offers/relay-offers.ts',
    guard: 'instead(asked) !== instead(this.#question(peerId, offer.data))',
    without: 'false',
    tests: [
      [
        'integration/agent/relay-offers.test.ts',
        'an offer is never answered for good, and never without the relay that it replaces',
      ],
    ],
  },
  {
    properties: ['S-ASK-8'],
    file: 'src-main/agent/core/approvals/store.ts',
    guard: "if (right === 'use-relay' && (decision === 'ignore' || isLasting))",
    without: "if (right === 'use-relay' && decision === 'ignore' && isLasting)",
    tests: [
      [
        'integration/agent/relay-offers.test.ts',
        'an offer is never answered for good, and never without the relay that it replaces',
      ],
    ],
  },
  {
    properties: ['S-ASK-8'],
    file: 'src-main/agent/relay-offers/relay-offers.ts',
    guard: 'await relay.change({ url, ...(pin === undefined ? {} : { pin }) }, signal);',
    without: 'await relay.change({ url, force: true }, signal);',
    tests: [['integration/agent/relay-offers.test.ts', 'a relay that does not show the offered key is not used']],
  },
  {
    properties: ['S-ASK-8'],
    file: 'src-main/agent/relay-offers/relay-offers.ts',
    guard: "topic: 'use-relay' }",
    without: 'topic: url }',
    tests: [
      [
        'integration/agent/relay-offers.test.ts',
        'an offer that is declined, or withdrawn, changes nothing, and is not repeated at once',
      ],
    ],
  },
  {
    properties: ['S-NAME-1'],
    file: 'src-main/agent/peers/peer-book.ts',
    guard: '[this.#ownName(), ...[...this.#records.all.values()].map((record) => record.name)]',
    without: '[]',
    tests: [['unit/agent/peers/peer-book.test.ts', 'of another peer are not given a second time %s']],
  },
  {
    properties: ['S-NAME-4'],
    file: 'src-shared/visible-text/detail.ts',
    guard: 'return part.isShown && !/[⟨␣]/u.test(part.text) ? part.text : code(part.text);',
    without: "return part.isShown ? part.text : '';",
    tests: [
      [
        'unit/shared/visible-text/details.test.ts',
        'can be read back from what is shown: two that differ look different',
      ],
    ],
  },
  {
    properties: ['S-NAME-4'],
    file: 'src-shared/visible-text/pieces.ts',
    guard: 'const isSuspect = !/^[\\p{L}\\p{N}]/u.test(part) || couldBeLatin(part);',
    without: 'const isSuspect = false;',
    tests: [['unit/shared/visible-text/details.test.ts', 'are marked in %s']],
  },
  {
    properties: ['S-ASK-3'],
    file: 'src-main/agent/core/approvals/request-text.ts',
    guard: 'return { detail: clean(detail), facts:',
    without: 'return { detail, facts:',
    tests: [['unit/agent/core/approvals/store.test.ts', 'control characters in a request are marked, not hidden']],
  },
  {
    properties: ['S-ASK-3'],
    file: 'src-main/agent/core/approvals/request-text.ts',
    guard: 'JSON.stringify([detail, facts.map',
    without: 'JSON.stringify([detail.slice(0, 2048), facts.map',
    tests: [
      [
        'unit/agent/core/approvals/store.test.ts',
        'requests that differ behind what is shown are not taken for the same',
      ],
    ],
  },
  {
    properties: ['S-TARGET-4'],
    file: 'src-main/agent/targets/target-approvals.ts',
    guard: 'const shown = [...local, ...elsewhere.slice(0, SHOWN)]',
    without: 'const shown = addresses.slice(0, SHOWN)',
    tests: [
      [
        'unit/agent/targets/approvals.test.ts',
        'hides no address of this machine or its networks behind those that do not matter',
      ],
    ],
  },
  {
    properties: ['S-TARGET-8'],
    file: 'src-shared/link/datagram-queue.ts',
    guard: 'while (this.#size > this.#limits.datagramBytes) this.#drop(this.#largest(queue));',
    without: '',
    tests: [
      [
        'unit/shared/link/datagram-queue.test.ts',
        'is bounded in bytes: the flow that fills it loses its oldest, others nothing',
      ],
    ],
  },
  {
    properties: ['S-TARGET-8'],
    file: 'src-shared/link/datagram-queue.ts',
    guard: 'this.#flows.size === 1 || flow.credit >= datagram.size',
    without: 'true',
    tests: [['unit/shared/link/datagram-queue.test.ts', 'serves a small flow beside floods in turns by bytes']],
  },
  {
    properties: ['S-RELAY-9'],
    file: 'src-main/agent/relay/pending-connections.ts',
    guard: 'if (entry === undefined && !this.#ended.has(id)) throw unexpected(',
    without: 'if (false) throw unexpected(',
    tests: [
      [
        'integration/hostile-relay/lies.test.ts',
        'such as %s: the device hangs up, a terminal that runs goes on, and nothing comes of it',
      ],
    ],
  },
];
