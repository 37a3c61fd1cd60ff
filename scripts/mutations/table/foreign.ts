import type { Guard } from '../guard.ts';

/** Guards of foreign instances at the relay. */
export const FOREIGN: readonly Guard[] = [
  {
    properties: ['S-FOREIGN-1'],
    file: 'src-relay/foreign/authenticator.ts',
    guard: 'if (row === undefined || key === NO_KEY || !isRight)',
    without: 'if (row === undefined || key === NO_KEY)',
    tests: [
      [
        'integration/relay/foreign/signed-requests.test.ts',
        'needs its own method and path in its signature, and the key of the instance',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-1'],
    file: 'src-relay/foreign/flights.ts',
    guard: 'if (splitAddress(from).instance !== sender.id)',
    without: 'if (false)',
    tests: [['integration/relay/foreign/messages.test.ts', 'from another instance than the one that signs is refused']],
  },
  {
    properties: ['S-FOREIGN-1'],
    file: 'src-relay/foreign/registrar.ts',
    guard: 'if (publicKey === null || !equalBytes(publicKey, given))',
    without: 'if (false)',
    tests: [
      ['integration/relay/foreign/signed-requests.test.ts', 'pins the first public key, until the key is renewed'],
    ],
  },
  {
    properties: ['S-FOREIGN-2'],
    file: 'src-relay/foreign/authenticator.ts',
    guard: 'if (Math.abs(at - now) > limits.clockSkew)',
    without: 'if (false)',
    tests: [
      [
        'integration/relay/foreign/signed-requests.test.ts',
        'counts 299 s before and after the time of the relay, and not at 301 s; a refusal tells the time',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-2'],
    file: 'src-relay/foreign/authenticator.ts',
    guard: 'if (this.#nonces.has(instance, nonce))',
    without: 'if (false)',
    tests: [
      [
        'integration/relay/foreign/signed-requests.test.ts',
        'counts once: its nonce is refused the second time, of this instance alone',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-2'],
    file: 'src-relay/foreign/nonce-book.ts',
    guard: 'if (this.#until.size >= this.#limits.nonces) return false;',
    without: 'if (this.#until.size >= this.#limits.nonces) this.#until.clear();',
    tests: [
      [
        'integration/relay/foreign/floods.test.ts',
        'of nonces is refused while they can count again: none is forgotten early',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-3'],
    file: 'src-relay/foreign/authenticator.ts',
    guard: 'if (at < startedAt || ',
    without: 'if (',
    tests: [
      [
        'integration/relay/foreign/signed-requests.test.ts',
        'no request from before it counts again, also one whose clock was ahead',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-3'],
    file: 'src-relay/foreign/authenticator.ts',
    guard: ' || timestamp <= (this.#aheadBefore.get(row.id) ?? row.ahead)',
    without: '',
    tests: [
      [
        'integration/relay/foreign/signed-requests.test.ts',
        'no request from before it counts again, also one whose clock was ahead',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-3'],
    file: 'src-relay/foreign/authenticator.ts',
    guard: 'await store.transact((transaction) => noteAhead(transaction, row.id, timestamp));',
    without: '',
    tests: [
      [
        'integration/relay/foreign/signed-requests.test.ts',
        'no request from before it counts again, also one whose clock was ahead',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-4'],
    file: 'src-relay/foreign/instance-keys.ts',
    guard: 'return `foreign-instance ${instance}`;',
    without: "return `foreign-instance ${instance === '' ? '' : 'any'}`;",
    tests: [
      [
        'integration/relay/foreign/signed-requests.test.ts',
        'works for no other instance, though a stolen database could exchange rows',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-4'],
    file: 'src-relay/foreign/start-foreign.ts',
    guard: "connection.close(CLOSE_AUTH, 'no longer registered');",
    without: '',
    tests: [['integration/relay/foreign/messages.test.ts', 'is replaced by a newer one, and ends with its key']],
  },
  {
    properties: ['S-FOREIGN-5'],
    file: 'src-relay/foreign/flights.ts',
    guard: 'if (recipient?.project !== sender.project) {',
    without: 'if (recipient === undefined) {',
    tests: [
      [
        'integration/relay/foreign/messages.test.ts',
        'to no instance or agent of the project is unknown, and a foreign project looks the same',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-5'],
    file: 'src-relay/foreign/flights.ts',
    guard: 'if (row?.project !== sender.project)',
    without: 'if (row === undefined)',
    tests: [
      [
        'integration/relay/foreign/messages.test.ts',
        'to no instance or agent of the project is unknown, and a foreign project looks the same',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-5'],
    file: 'src-relay/foreign/flights.ts',
    guard: 'if (flight?.recipient !== recipient || flight.to !== receipt.from)',
    without: 'if (flight === undefined)',
    tests: [['integration/relay/foreign/messages.test.ts', 'takes no receipt for a message of another recipient']],
  },
  {
    properties: ['S-FOREIGN-6'],
    file: 'src-relay/foreign/flights.ts',
    guard: 'if (publicKey !== null && !this.#isSigned(publicKey, flight, receipt))',
    without: 'if (false)',
    tests: [
      [
        'integration/relay/foreign/messages.test.ts',
        'of an instance with a public key needs its signature and the hash, and reaches the sender',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-6'],
    file: 'src-relay/foreign/flights.ts',
    guard: ' || receipt.hash !== toHex(crypto.sha256(toUtf8(flight.message)))',
    without: '',
    tests: [
      [
        'integration/relay/foreign/messages.test.ts',
        'of an instance with a public key needs its signature and the hash, and reaches the sender',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-7'],
    file: 'src-relay/foreign/flights.ts',
    guard: 'return load.bytes + bytes <= inFlight && load.messages < messagesInFlight;',
    without: 'return true;',
    tests: [
      [
        'integration/relay/foreign/messages.test.ts',
        'is bounded for each instance, in number and bytes, and frees itself',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-7'],
    file: 'src-relay/foreign/authenticator.ts',
    guard: 'if (wait > 0)',
    without: 'if (false)',
    tests: [
      [
        'integration/relay/foreign/floods.test.ts',
        'of one instance is refused with the time to wait, and holds up no other',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-7'],
    file: 'src-relay/foreign/serve-sockets.ts',
    guard: 'this.#faults.take(',
    without: 'this.#faults.wait(',
    tests: [['integration/relay/foreign/floods.test.ts', 'of malformed messages ends its connection']],
  },
  {
    properties: ['S-FOREIGN-8'],
    file: 'src-relay/foreign/serve-sockets.ts',
    guard: 'const connection = this.#connection;',
    without: "const connection = this.#connection; this.#context.logger.debug('message', { text: String(text) });",
    tests: [['integration/relay/foreign/floods.test.ts', 'content is in no file, log or metric of the relay']],
  },
  {
    properties: ['S-FOREIGN-1'],
    file: 'src-relay/foreign/serve-sockets.ts',
    guard: 'else if (this.#isRegistering) this.#end(',
    without: 'else if (this.#isRegistering) void (',
    tests: [
      [
        'integration/relay/foreign/messages.test.ts',
        'that begins without a register, or sends before its answer, ends',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-7'],
    file: 'src-relay/foreign/serve-sockets.ts',
    guard: 'maxPayload: limits.body',
    without: 'maxPayload: 10 * limits.body',
    tests: [
      [
        'integration/relay/foreign/floods.test.ts',
        'of connections without a register ends in time; a message above 64 KiB ends its connection',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-7'],
    file: 'src-relay/foreign/serve-sockets.ts',
    guard: 'maxBuffered: limits.unsent',
    without: 'maxBuffered: 1000 * limits.unsent',
    tests: [
      [
        'integration/relay/foreign/floods.test.ts',
        'is closed once too much waits for it, and its senders are told that it is offline',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-7'],
    file: 'src-relay/foreign/serve-sockets.ts',
    guard: 'authenticationTimeout: limits.registration',
    without: 'authenticationTimeout: 60_000',
    tests: [
      [
        'integration/relay/foreign/floods.test.ts',
        'of connections without a register ends in time; a message above 64 KiB ends its connection',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-4'],
    file: 'src-relay/foreign/start-foreign.ts',
    guard: "replaced.close(CLOSE_REPLACED, 'replaced');",
    without: '',
    tests: [['integration/relay/foreign/messages.test.ts', 'is replaced by a newer one, and ends with its key']],
  },
  {
    properties: ['S-FOREIGN-4'],
    file: 'src-relay/foreign/instance-rows.ts',
    guard: ".where('accounts.disabled_at', 'is', null)",
    without: '',
    tests: [
      ['integration/relay/foreign/signed-requests.test.ts', 'ends with its instance, its project and its account'],
    ],
  },
  {
    properties: ['S-FOREIGN-7'],
    file: 'src-relay/foreign/authenticator.ts',
    guard: 'if (this.#nonces.has(instance, nonce)) throw',
    without: 'this.takeRate(instance); if (this.#nonces.has(instance, nonce)) throw',
    tests: [['integration/relay/foreign/floods.test.ts', 'of copies uses up no rate of the instance that they are of']],
  },
];
