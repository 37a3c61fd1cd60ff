import type { Guard } from '../guard.ts';

/** Guards of the relay, the direct port and local users, before a device is paired. */
export const RELAY: readonly Guard[] = [
  {
    properties: ['S-LINK-1'],
    file: 'src-shared/handshake/first-message.ts',
    guard: 'if (!equalBytes(mac, macOf(crypto, responder, noiseMessage)))',
    without: 'if ((!equalBytes(mac, macOf(crypto, responder, noiseMessage))) && false)',
    tests: [['unit/shared/handshake/handshake.test.ts', 'a message for another device is refused']],
  },
  {
    properties: ['S-RELAY-6'],
    file: 'src-main/agent/network/relay-settings.ts',
    guard: 'const isRenewed = tls && pin !== undefined',
    without: 'const isRenewed = pin !== undefined',
    tests: [
      [
        'unit/agent/network/relay-settings.test.ts',
        'a new pin of the same relay replaces the key of a relay that was set up again; no pin, or the same, keeps it',
      ],
    ],
  },
  {
    properties: ['S-RELAY-2'],
    file: 'src-relay/hub/dispatcher.ts',
    guard: '|| !shareProject(connection, responder)) {',
    without: ') {',
    tests: [
      ['integration/relay/control.test.ts', 'what is wrong with a connect is told, and a stranger looks like nobody'],
    ],
  },
  {
    properties: ['S-RELAY-12'],
    file: 'src-relay/hub/hello.ts',
    guard: 'if (facts.tlsPin.length > 0 || !expected.acceptsPage(facts.authority)) {',
    without: 'if (facts.tlsPin.length > 0) {',
    tests: [['integration/relay/pages.test.ts', 'of a page with %s is refused']],
  },
  {
    properties: ['S-RELAY-12'],
    file: 'src-relay/http/public-url.ts',
    guard:
      "return this.accepts(authority, host, NO_PIN) || this.#isInCertificate(splitAuthority(authority)?.host ?? '');",
    without: 'return true;',
    tests: [
      [
        'integration/relay/pages.test.ts',
        'at a relay with TLS comes by one of its names, over https, and signs no pin',
      ],
    ],
  },
  {
    properties: ['S-RELAY-12'],
    file: 'src-relay/hub/control-handshake.ts',
    guard: 'if (shares.hostOf(share) === undefined || devices.get(peer) !== undefined)',
    without: 'if (false)',
    tests: [['integration/relay/pages.test.ts', 'is refused without an open share, and reaches no one']],
  },
  {
    properties: ['S-RELAY-14'],
    file: 'src-relay/hub/admission.ts',
    guard: '!equalBytes(fromBase64Url(enrolTicket.proof), enrolTicketProof(crypto, ticket.key, facts))',
    without: 'false',
    tests: [
      ['integration/relay/enrol-tickets.test.ts', 'a proof counts for one device on one connection to one relay'],
    ],
  },
  {
    properties: ['S-RELAY-14'],
    file: 'src-relay/hub/admission.ts',
    guard: 'if (error === undefined) await useEnrolTicket(transaction, id, ticket, member, now);',
    without: ';',
    tests: [['integration/relay/enrol-tickets.test.ts', 'a ticket makes one device a member of its project, once']],
  },
  {
    properties: ['S-RELAY-14'],
    file: 'src-relay/hub/admission.ts',
    guard: "if (ticket.admits === 'browser' && role !== 'browser')",
    without: 'if (member.length === 0)',
    tests: [
      [
        'integration/relay/enrol-tickets.test.ts',
        'the ticket of a member admits a browser only, that of the owner any device',
      ],
    ],
  },
  {
    properties: ['S-RELAY-14'],
    file: 'src-relay/hub/enrol-tickets.ts',
    guard: 'if (!isOwner && row.role === null) return undefined;',
    without: ';',
    tests: [
      [
        'integration/relay/enrol-tickets.test.ts',
        'a ticket ends with its time, its account and its place in the project',
      ],
    ],
  },
  {
    properties: ['S-RELAY-13'],
    file: 'src-relay/hub/message-forwarder.ts',
    guard: 'if (recipient.unsent + body.length > limits.messageBuffer)',
    without: 'if (body.length < 0)',
    tests: [
      ['integration/relay/messages.test.ts', 'a device that does not read is spared the messages of others, and stays'],
    ],
  },
  {
    properties: ['S-RELAY-1'],
    file: 'src-relay/hub/hello.ts',
    guard: 'return equalBytes(fromBase64Url(hello.admission), admissionProof(crypto, token, facts));',
    without: 'return true;',
    tests: [
      ['integration/relay/hello.test.ts', 'an unknown device needs the token, and the proof of a wrong one is none'],
    ],
  },
  {
    properties: ['S-RELAY-1'],
    file: 'src-relay/hub/admission.ts',
    guard: 'if (!equalBytes(enrolment.relayKey, this.#options.relayKey))',
    without: 'if ((!equalBytes(enrolment.relayKey, this.#options.relayKey)) && false)',
    tests: [
      ['integration/relay/hello.test.ts', 'an enrolment lets in exactly the device it names, at this relay, in time'],
    ],
  },
  {
    properties: ['S-RELAY-3'],
    file: 'src-relay/hub/address-log.ts',
    guard: 'this.#perCause.take(cause, now) === 0 && ',
    without: '',
    tests: [
      [
        'unit/relay/address-log.test.ts',
        'by one address that floods for a day stay below half a megabyte, and say how many were left out',
      ],
    ],
  },
  {
    properties: ['S-RELAY-3'],
    file: 'src-node/logging/rotating-file.ts',
    guard: 'if (this.#size > 0 && this.#size + bytes.length > this.#rotation.maxBytes)',
    without: 'if ((this.#size > 0 && this.#size + bytes.length > this.#rotation.maxBytes) && false)',
    tests: [
      [
        'unit/node/logging/rotating-file.test.ts',
        'a log of any length takes the room of its files, and the newest lines are there',
      ],
    ],
  },
  {
    properties: ['S-RELAY-4'],
    file: 'src-relay/http/client-address.ts',
    guard: 'isLoopbackAuthority(host) &&\n',
    without: '',
    tests: [['integration/relay/metrics.test.ts', 'are not read by a page whose name was pointed here: Host: %s']],
  },
  {
    properties: ['S-RELAY-6'],
    file: 'src-main/agent/relay/hello.ts',
    guard: 'if (config.relayKeyPin !== undefined && !equalBytes(config.relayKeyPin, challenge.relayKey))',
    without: 'if ((config.relayKeyPin !== undefined && !equalBytes(config.relayKeyPin, challenge.relayKey)) && false)',
    tests: [
      [
        'unit/agent/relay/authentication.test.ts',
        'is left before anything is signed when its key is not the pinned one',
      ],
    ],
  },
  {
    properties: ['S-RELAY-7'],
    file: 'src-node/sockets/tls-trust.ts',
    guard: 'if (socket.authorized) return seen;',
    without: 'return seen;',
    tests: [
      ['integration/relay-client/dialing.test.ts', 'is not trusted by itself: its pin is told, and nothing is sent'],
    ],
  },
  {
    properties: ['S-RELAY-4'],
    file: 'src-relay/http/client-address.ts',
    guard: '&&\n    !isForwarded(request)',
    without: '',
    tests: [['integration/relay/metrics.test.ts', 'are not read through a proxy of this machine that sends %s']],
  },
  {
    properties: ['S-RELAY-6', 'S-NET-2'],
    file: 'src-relay/hub/hello.ts',
    guard: 'if (!expected.tlsPins.some((pin) => equalBytes(pin, facts.tlsPin)))',
    without: 'if ((!expected.tlsPins.some((pin) => equalBytes(pin, facts.tlsPin))) && false)',
    tests: [
      ['integration/relay/hello.test.ts', 'with TLS the hello is bound to the certificate that was seen'],
      [
        'integration/proxy/proxy.test.ts',
        'is found by a relay with TLS of its own, even where its authority is trusted',
      ],
    ],
  },
  {
    properties: ['S-KEY-1'],
    file: 'src-node/files/file-secret-store.ts',
    guard: 'if (!status.isFile() || foreign)',
    without: 'if ((!status.isFile() || foreign) && false)',
    tests: [['integration/files/files.test.ts', 'that others may use (%o) is refused with the command that helps']],
  },
  {
    properties: ['S-RELAY-4'],
    file: 'src-relay/http/routes.ts',
    guard: 'return !behindProxy && isOwnMachine(request);',
    without: 'return isOwnMachine(request);',
    tests: [
      [
        'integration/relay/metrics.test.ts',
        'are read by nobody where the relay is set up behind a proxy, which need not say that it is there',
      ],
    ],
  },
  {
    properties: ['S-RELAY-7'],
    file: 'src-node/sockets/tls-trust.ts',
    guard: 'if (equalBytes(seen, pin)) return seen;',
    without: 'return seen;',
    tests: [['integration/relay-client/dialing.test.ts', 'is trusted by its pin, and no other']],
  },
  {
    properties: ['S-RELAY-5'],
    file: 'src-relay/stun/stun-responder.ts',
    guard: "if (wait > 0) return 'limited';",
    without: '',
    tests: [
      ['integration/relay/stun.test.ts', 'falls silent for an address that asks too much, whose sender may be forged'],
    ],
  },
  {
    properties: ['S-RELAY-5'],
    file: 'src-relay/stun/stun-responder.ts',
    guard: '|| from.port === 0',
    without: '',
    tests: [['unit/relay/stun-responder.test.ts', 'from port 0, where nobody can be answered, does not end the relay']],
  },
  {
    properties: ['S-KEY-6'],
    file: 'src-main/agent/diagnostics/report.ts',
    guard: 'if (kind !== undefined && value.length > 2 && !/^(?:localhost|[\\d.]+|::1?)$/.test(value))',
    without: 'if ((kind !== undefined && value.length > 2 && !/^(?:localhost|[\\d.]+|::1?)$/.test(value)) && false)',
    tests: [['unit/agent/diagnostics/report.test.ts', 'tells neither who nor where, also where the log does']],
  },
  {
    properties: ['S-RELAY-6'],
    file: 'src-main/agent/relay/hello.ts',
    guard: 'if (!this.#crypto.ed25519Verify(this.relayKey, welcomeTranscript(this.#facts), signature))',
    without: 'if ((!this.#crypto.ed25519Verify(this.relayKey, welcomeTranscript(this.#facts), signature)) && false)',
    tests: [
      [
        'unit/agent/relay/authentication.test.ts',
        'is found when it forwards the challenge of the pinned relay and cannot sign the welcome',
      ],
    ],
  },
  {
    properties: ['S-KEY-2'],
    file: 'src-node/control-socket/proof.ts',
    guard: 'if (!timingSafeEqual(given, expected))',
    without: 'if ((!timingSafeEqual(given, expected)) && false)',
    tests: [
      [
        'integration/control-socket/key.test.ts',
        'says nothing to whoever does not know the key, and takes nothing from them',
      ],
    ],
  },
  {
    properties: ['S-KEY-1'],
    file: 'src-node/files/private-directory.ts',
    guard: 'if (HAS_MODES && (status.uid !== process.getuid?.() || (status.mode & 0o077) !== 0))',
    without: 'if ((HAS_MODES && (status.uid !== process.getuid?.() || (status.mode & 0o077) !== 0)) && false)',
    tests: [['integration/files/files.test.ts', 'in a directory that others may enter is refused']],
  },
  {
    properties: ['S-RELAY-3'],
    file: 'src-relay/http/pending-sockets.ts',
    guard: "if (group !== '' && count > this.#limits.unauthenticatedPerAddress)",
    without: "if ((group !== '' && count > this.#limits.unauthenticatedPerAddress) && false)",
    tests: [
      [
        'integration/relay/control.test.ts',
        'unfinished connections of one address take its share and no more, and other addresses get in',
      ],
    ],
  },
  {
    properties: ['S-LINK-1', 'S-LINK-2'],
    file: 'src-shared/handshake/pin.ts',
    guard:
      "if (pin === undefined)\n    throw new HandshakeError('handshake.unknown-peer', 'the other device is not paired with this one');",
    without: 'if (pin === undefined) return;',
    tests: [
      [
        'integration/direct/strangers.test.ts',
        'that has a valid handshake of a device that is not paired hears nothing',
      ],
    ],
  },
  {
    properties: ['S-LINK-1'],
    file: 'src-main/agent/links/incoming-handshakes.ts',
    guard: '(from !== undefined && this.#options.peers.lookup(from) === undefined)',
    without: 'false',
    tests: [
      [
        'integration/hostile-relay/rights.test.ts',
        'is refused when it was never paired, though its certificate is valid and it is in the project',
      ],
    ],
  },
  {
    properties: ['S-RELAY-8'],
    file: 'src-main/agent/network/pairing-relays.ts',
    guard: 'if (own !== undefined && url !== own && parts.peers.size > 0) {',
    without: 'if (false) {',
    tests: [['integration/agent/relays.test.ts', 'a link never takes a device away from the relay of its peers']],
  },
  {
    properties: ['S-RELAY-9'],
    file: 'src-main/agent/relay/control-client.ts',
    guard: 'this.fail(type === undefined ? asKnown(error) : handlingError(error, type));',
    without: 'throw error;',
    tests: [['unit/agent/relay/connections.test.ts', 'is left: %s']],
  },
  {
    properties: ['S-LINK-2'],
    file: 'src-node/sockets/direct/direct-half-open.ts',
    guard: "if (read === 'malformed') {\n      this.drop();",
    without: "if (read === 'malformed') {\n      this.destroy();",
    tests: [['integration/direct/strangers.test.ts', 'that %s hears nothing and is ended when its time is over']],
  },
  {
    properties: ['S-LINK-3'],
    file: 'src-node/sockets/direct/direct-listener.ts',
    guard: 'for (const group of groups.values()) endExcess(group, this.#limits.halfOpenPerAddress, known);',
    without: '',
    tests: [['integration/direct/strangers.test.ts', 'never has more than its share of half-open connections']],
  },
  {
    properties: ['S-KEY-3'],
    file: 'src-node/files/file-secret-store.ts',
    guard: 'await link(temporary, this.#path);',
    without: 'await rename(temporary, this.#path);',
    tests: [['integration/files/files.test.ts', 'is never overwritten, not even by one of two that save at once']],
  },
  {
    properties: ['S-RELAY-9'],
    file: 'src-main/agent/relay/control-client.ts',
    guard: 'else if (this.#held.length < MOST_HELD) this.#held.push(event);',
    without: 'else if (this.#held.length >= 0) this.#held.push(event);',
    tests: [['unit/agent/relay/slow-signature.test.ts', 'a flood ends the connection, and nothing is sent any more']],
  },
  {
    properties: ['S-RELAY-18'],
    file: 'src-relay/store/account-devices.ts',
    guard: "builder('account', '=', account),",
    without: '',
    tests: [
      [
        'integration/relay/add-requests.test.ts',
        'a request reaches the devices of its account, with the account that the relay knows, and no one else',
      ],
    ],
  },
  {
    properties: ['S-RELAY-18'],
    file: 'src-relay/hub/dispatcher.ts',
    guard: "this.#take('addRequestsPerAccount', found.account)",
    without: '0',
    tests: [
      [
        'integration/relay/add-requests.test.ts',
        'requests are few for each device, and for each account however many browsers it has',
      ],
    ],
  },
];
