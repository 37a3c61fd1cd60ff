import type { Guard } from '../guard.ts';

/** Guards of sessions, hops and paths. */
export const LINKS: readonly Guard[] = [
  {
    properties: ['S-LINK-16'],
    file: 'src-main/agent/discovery/service.ts',
    guard: 'if ([...this.#recognizers].some((peerId) => !peers.has(peerId))) {',
    without: 'if ([...this.#recognizers].some((peerId) => !peers.has(peerId)) && false) {',
    tests: [
      [
        'unit/agent/discovery/service.test.ts',
        'takes back at once what it has said to a peer that is to hear nothing more',
      ],
    ],
  },
  {
    properties: ['S-LINK-16'],
    file: 'src-node/webrtc/sockets.ts',
    guard: "if (options.signal?.aborted === true) throw new WebRtcError('udp.failed', 'given up');",
    without: '',
    tests: [
      ['unit/node/webrtc/library.test.ts', 'is asked for no connection that was given up while it was being loaded'],
    ],
  },
  {
    properties: ['S-LINK-5'],
    file: 'src-main/agent/links/handshake-error.ts',
    guard: 'if (error instanceof HandshakeError && KEY_CHANGED.has(error.code))',
    without: 'if ((error instanceof HandshakeError && KEY_CHANGED.has(error.code)) && false)',
    tests: [['unit/agent/links/damaged-answer.test.ts', 'of another identity is reported as a changed key']],
  },
  {
    properties: ['S-RELAY-10'],
    file: 'src-relay/hub/peer-connections.ts',
    guard:
      "if (\n      attachment === undefined ||\n      attachment.side.dataConnection !== undefined ||\n      attachment.connection.state !== 'attaching'\n    )",
    without:
      "if (\n      (attachment === undefined ||\n      attachment.side.dataConnection !== undefined ||\n      attachment.connection.state !== 'attaching'\n    ) && false)",
    tests: [
      ['integration/relay/links.test.ts', 'a ticket is good once, for its own place'],
      [
        'integration/hostile-relay/man-in-the-middle.test.ts',
        'who takes the ticket of a side gets its place and nothing of it; a used ticket opens nothing',
      ],
    ],
  },
  {
    properties: ['S-LINK-5'],
    file: 'src-shared/handshake/pin.ts',
    guard: 'if (certificate.generation < pin.generation)',
    without: 'if ((certificate.generation < pin.generation) && false)',
    tests: [['unit/agent/links/damaged-answer.test.ts', 'of a key that was replaced is reported as a changed key']],
  },
  {
    properties: ['S-LINK-9'],
    file: 'src-shared/handshake/resumption.ts',
    guard: "concatBytes(established.exportSecret('clawreach path 1', KEY_LENGTH), sessionSecret)",
    without: "established.exportSecret('clawreach path 1', KEY_LENGTH)",
    tests: [['unit/shared/link/hostile-paths.test.ts', '%s and disturbs nothing']],
  },
  {
    properties: ['S-LINK-6'],
    file: 'src-shared/noise/transport-cipher.ts',
    guard: 'this.#key = undefined;\n      throw error;',
    without: '      throw error;',
    tests: [
      ['unit/shared/noise/transport-cipher.test.ts', 'with any bit changed are refused, and nothing opens after that'],
    ],
  },
  {
    properties: ['S-LINK-5'],
    file: 'src-shared/handshake/initiator.ts',
    guard: 'if (!(error instanceof AuthenticationError) && !(error instanceof FormatError)) throw error;\n',
    without: '    if (!(error instanceof RangeError)) throw error;\n',
    tests: [
      [
        'unit/agent/links/damaged-answer.test.ts',
        'by any one bit is reported as damaged, never as a changed key, and the next try succeeds',
      ],
    ],
  },
  {
    properties: ['S-LINK-16'],
    file: 'src-main/agent/links/paths/allowed-paths.ts',
    guard:
      'return hops.length === route.hops.length && hops.every(({ peerId }, index) => peerId === route.hops[index]);',
    without: 'return true;',
    tests: [
      [
        'unit/agent/links/paths/allowed-paths.test.ts',
        'with named hops allows paths through exactly these, whatever the mode',
      ],
    ],
  },
  {
    properties: ['S-LINK-17'],
    file: 'src-main/agent/links/hops/hop-dialer.ts',
    guard: "if (errorCode(error) === 'via.refused') this.#refusals.add(hop);",
    without: '',
    tests: [['unit/agent/links/hops/hops.test.ts', 'raises no request there, and asks at most once a minute']],
  },
  {
    properties: ['S-LINK-16'],
    file: 'src-main/agent/links/paths/allowed-paths.ts',
    guard: 'if (route.hops.length === 0) return modeAllows(route.mode, kind);',
    without: 'if (route.hops.length === 0) return true;',
    tests: [
      [
        'unit/agent/links/chosen-paths.test.ts',
        'is kept by every byte whatever happens, and the link is there soon after a path that both allow is',
      ],
    ],
  },
  {
    properties: ['S-LINK-22'],
    file: 'src-main/agent/streams/stream-gate.ts',
    guard: 'this.#hasRight(peerId) ? this.#options.facts() : undefined',
    without: 'this.#options.facts()',
    tests: [['unit/agent/streams/stream-gate.test.ts', 'learns its system, and more only with a right here']],
  },
  {
    properties: ['S-LINK-22'],
    file: 'src-main/agent/about/about.ts',
    guard: 'cleanLine(value, MOST_TEXT) || undefined',
    without: 'value || undefined',
    tests: [['unit/agent/about/about.test.ts', 'leaves out each fact that is not one, and cleans the others']],
  },
  {
    properties: ['S-LINK-12'],
    file: 'src-main/agent/about/about.ts',
    guard: "z.enum(PEER_SYSTEMS).catch('other')",
    without: 'z.string()',
    tests: [['unit/agent/about/about.test.ts', 'is a word that is known, or no more than that it is another']],
  },
  {
    properties: ['S-LINK-11'],
    file: 'src-main/agent/direct/dialable.ts',
    guard: 'if (CLOSED.some((network) => isInNetwork(address, network)))',
    without: 'if (CLOSED.some((network) => isInNetwork(address, network)) && false)',
    tests: [['unit/agent/direct/dialable.test.ts', 'is not dialed when it is %s: %s']],
  },
  {
    properties: ['S-LINK-11'],
    file: 'src-main/agent/direct/transport.ts',
    guard: 'if (target === undefined || !this.isDialable(address))',
    without: 'if ((target === undefined || !this.isDialable(address)) && false)',
    tests: [['unit/agent/direct/transport.test.ts', 'dials what may be dialed, and nothing else']],
  },
  {
    properties: ['S-LINK-15'],
    file: 'src-main/agent/links/incoming-handshakes.ts',
    guard: "if (handshake.purpose === 'hop' && kind !== 'via')",
    without: "if ((handshake.purpose === 'hop' && kind !== 'via') && false)",
    tests: [
      [
        'unit/agent/links/hops/incoming-hop-sessions.test.ts',
        'is not had without a pairing, by a replay, or by another path than through a peer',
      ],
    ],
  },
  {
    properties: ['S-LINK-17'],
    file: 'src-main/agent/links/hops/hops.ts',
    guard: 'if (route(peerId).hops.length > 0)',
    without: 'if ((route(peerId).hops.length > 0) && false)',
    tests: [
      [
        'unit/agent/links/hops/hops.test.ts',
        'are an error at the one device that says so, and nothing waits for itself',
      ],
    ],
  },
  {
    properties: ['S-LINK-18'],
    file: 'src-main/agent/links/incoming-handshakes.ts',
    guard: 'if (from !== undefined && peerId !== from)',
    without: 'if ((from !== undefined && peerId !== from) && false)',
    tests: [
      [
        'unit/agent/links/udp-handshakes.test.ts',
        'a path over UDP is of the peer in whose session it was prepared, and of no other that is paired',
      ],
    ],
  },
  {
    properties: ['S-LINK-18'],
    file: 'src-main/agent/links/incoming-handshakes.ts',
    guard: "if (kind === 'udp')",
    without: "if ((kind === 'udp') && false)",
    tests: [
      [
        'unit/agent/links/udp-handshakes.test.ts',
        'a path over UDP is a further one of a session: nobody begins a session or a hop by it',
      ],
    ],
  },
  {
    properties: ['S-LINK-14'],
    file: 'src-main/agent/links/hops/hop-server.ts',
    guard: 'if (own >= HOP_LIMITS.passedOnPerOpener || this.#streams.size >= HOP_LIMITS.passedOn)',
    without: 'if ((own >= HOP_LIMITS.passedOnPerOpener || this.#streams.size >= HOP_LIMITS.passedOn) && false)',
    tests: [
      [
        'unit/agent/links/hops/hop-transport.test.ts',
        'passes on eight streams of one opener, and another when one has ended',
      ],
    ],
  },
  {
    properties: ['S-LINK-11'],
    file: 'src-main/agent/webrtc/udp-transport.ts',
    guard: 'if (!this.#isOpen(address))',
    without: 'if ((!this.#isOpen(address)) && false)',
    tests: [
      [
        'unit/agent/webrtc/hostile-peer.test.ts',
        'has nothing sent to where no peer can be: loopback, this link, whole networks, metadata services, names',
      ],
    ],
  },
  {
    properties: ['S-LINK-5'],
    file: 'src-shared/handshake/first-message.ts',
    guard: 'if (!equalBytes(mac, macOf(crypto, responder, noiseMessage)))',
    without: 'if (!equalBytes(mac, macOf(crypto, responder, noiseMessage)) && false)',
    tests: [['integration/hostile-relay/handshakes.test.ts', 'and reflects message 1 to its sender gets a refusal']],
  },
  {
    properties: ['S-LINK-9'],
    file: 'src-main/agent/links/incoming-handshakes.ts',
    guard: 'if (known && link !== undefined)',
    without: 'if ((known && link !== undefined) && false)',
    tests: [
      [
        'unit/agent/links/resumption-attacks.test.ts',
        'does not notice a flood of tries to go on with it, and four of a peer are looked at, at a time',
      ],
    ],
  },
  {
    properties: ['S-LINK-19'],
    file: 'src-main/agent/webrtc/udp-answers.ts',
    guard: 'if (this.#answers.size >= UDP_LIMITS.answers)',
    without: 'if ((this.#answers.size >= UDP_LIMITS.answers) && false)',
    tests: [['unit/agent/webrtc/hostile-peer.test.ts', 'shares eight connections that are being made with all others']],
  },
  {
    properties: ['S-LINK-5', 'S-LINK-18'],
    file: 'src-main/agent/links/incoming-handshakes.ts',
    guard: 'if (from !== undefined && peerId !== from)\n',
    without: 'if (false)\n',
    tests: [
      ['unit/agent/links/links.test.ts', 'cannot reflect a device to itself, or name another sender'],
      [
        'unit/agent/links/udp-handshakes.test.ts',
        'a path over UDP is of the peer in whose session it was prepared, and of no other that is paired',
      ],
    ],
  },
  {
    properties: ['S-LINK-18'],
    file: 'src-main/agent/links/incoming-handshakes.ts',
    guard: "if (kind === 'udp') throw",
    without: 'if (false) throw',
    tests: [
      [
        'unit/agent/links/udp-handshakes.test.ts',
        'a path over UDP is a further one of a session: nobody begins a session or a hop by it',
      ],
    ],
  },
  {
    properties: ['S-LINK-19'],
    file: 'src-main/agent/webrtc/udp-answers.ts',
    guard: 'if (!this.#budget.take(peerId)) throw',
    without: 'if (false) throw',
    tests: [
      ['unit/agent/webrtc/hostile-peer.test.ts', 'has one connection made at a time, four at once, then one each 15 s'],
    ],
  },
  {
    properties: ['S-LINK-19'],
    file: 'src-main/agent/webrtc/udp-answers.ts',
    guard: 'if (this.#answers.size >= UDP_LIMITS.answers)',
    without: 'if (false)',
    tests: [['unit/agent/webrtc/hostile-peer.test.ts', 'shares eight connections that are being made with all others']],
  },
  {
    properties: ['S-LINK-11'],
    file: 'src-main/agent/webrtc/udp-transport.ts',
    guard: 'if (!this.#isOpen(address)) return false;',
    without: '',
    tests: [
      [
        'unit/agent/webrtc/hostile-peer.test.ts',
        'has nothing sent to where no peer can be: loopback, this link, whole networks, metadata services, names',
      ],
    ],
  },
  {
    properties: ['S-LINK-14'],
    file: 'src-main/agent/links/hops/hop-server.ts',
    guard: 'if (own >= HOP_LIMITS.passedOnPerOpener',
    without: 'if (false && own >= HOP_LIMITS.passedOnPerOpener',
    tests: [
      [
        'unit/agent/links/hops/hop-transport.test.ts',
        'passes on eight streams of one opener, and another when one has ended',
      ],
    ],
  },
  {
    properties: ['S-LINK-7'],
    file: 'src-node/crypto/aead.ts',
    guard: "throw new AuthenticationError('crypto.open', 'a message did not authenticate', { cause: error });",
    without: '',
    tests: [
      ['unit/agent/links/links.test.ts', 'is found when it %s: the path ends, and the session goes on over another'],
    ],
  },
  {
    properties: ['S-LINK-8'],
    file: 'src-main/agent/links/incoming-handshakes.ts',
    guard: 'if (this.#options.allows(peerId, { kind, hops, dialed: false })) return;',
    without: 'return;',
    tests: [
      [
        'unit/agent/links/resumption-attacks.test.ts',
        'over the relay is not forced on a device whose person wants direct ones only',
      ],
    ],
  },
  {
    properties: ['S-LINK-7'],
    file: 'src-main/agent/relay/early-data-channel.ts',
    guard: 'this.#otherSwitched || bytes !== this.#receivedEarly',
    without: 'this.#otherSwitched',
    tests: [['unit/agent/relay/connections.test.ts', 'costs one connection, not all, when early data does not add up']],
  },
  {
    properties: ['S-LINK-13'],
    file: 'src-shared/link/paths/path.ts',
    guard: 'this.#end(new AuthenticationError(',
    without: 'this.#events.pathViolated(this, new AuthenticationError(',
    tests: [['integration/links/hostile-hop.test.ts', 'and %s can do no more than end the path']],
  },
  {
    properties: ['S-LINK-17'],
    file: 'src-main/agent/links/hops/hops.ts',
    guard: 'notBefore: now + this.#pause(tries) }',
    without: 'notBefore: now + 1000 }',
    tests: [
      [
        'unit/agent/links/hops/hop-reconnector.test.ts',
        'that links and leaves, or is needed by turns, is dialed no faster for it',
      ],
      [
        'unit/agent/links/hops/hostile-hops.test.ts',
        'has those that did pass it on dialed at their pace, two at most, however often it comes and goes',
      ],
    ],
  },
  {
    properties: ['S-LINK-10'],
    file: 'src-shared/link/streams/credit.ts',
    guard: 'const possible = FLOOR_CREDIT + this.#extra + this.#ledger.available(this.interactive);',
    without: 'const possible = Infinity;',
    tests: [
      [
        'unit/shared/link/parts.test.ts',
        'of all streams together stays within the session window, whatever is read or not',
        'leaves the reserve to interactive streams when bulk is never read',
      ],
    ],
  },
  {
    properties: ['S-LINK-20'],
    file: 'src-main/agent/webrtc/udp-transport.ts',
    guard: "if (!isOn() || !allows(peerId)) return 'udp.off';",
    without: "if (!isOn()) return 'udp.off';",
    tests: [
      [
        'unit/agent/webrtc/hostile-peer.test.ts',
        'learns no address where its person is set to relay only, or this device to outbound only',
      ],
    ],
  },
  {
    properties: ['S-LINK-20'],
    file: 'src-main/agent/webrtc/udp-answers.ts',
    guard: 'if (!maySend(address)) return;',
    without: '',
    tests: [
      [
        'unit/agent/webrtc/hostile-peer.test.ts',
        'is told addresses in an answer only where it could dial them, and no more than sixteen',
      ],
    ],
  },
  {
    properties: ['S-LINK-18', 'S-LINK-19'],
    file: 'src-shared/webrtc/webrtc-channel.ts',
    guard: 'bytes.length <= last.bytes.length - last.length',
    without: 'bytes.length <= last.bytes.length',
    tests: [
      [
        'unit/node/webrtc/library.test.ts',
        'keeps what is cut into single bytes in a few pieces, and hands it on in order',
      ],
    ],
  },
  {
    properties: ['S-LINK-21'],
    file: 'src-main/agent/links/paths/path-comparison.ts',
    guard: 'return this.#switchedAt + Math.min(longestDwell, dwell * 2 ** (this.#switches - 1));',
    without: 'return this.#switchedAt + Math.min(longestDwell, dwell);',
    tests: [
      [
        'unit/agent/links/paths/path-choice-measured.test.ts',
        'moves after 1, 2, 4, 8, 16 and then each 32 minutes where whatever is in use is the worse one at once',
      ],
    ],
  },
  {
    properties: ['S-LINK-18'],
    file: 'src-node/webrtc/library.ts',
    guard:
      "if (!isLibrary(library)) throw new TypeError('node-datachannel is another one than expected');\n    return library;",
    without: 'return library as Library;',
    tests: [['unit/node/webrtc/library.test.ts', 'leaves out connections over UDP where it %s: said once']],
  },
  {
    properties: ['S-LINK-20'],
    file: 'src-main/agent/webrtc/dial-udp.ts',
    guard: 'if (!this.#options.maySend(address)) return;',
    without: '',
    tests: [
      [
        'unit/agent/webrtc/hostile-peer.test.ts',
        'tells its own addresses only where others could dial them, and no more than sixteen',
      ],
    ],
  },
];
