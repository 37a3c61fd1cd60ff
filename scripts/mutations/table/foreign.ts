import type { Guard } from '../guard.ts';

/** Guards of foreign instances at the relay, and of their messages on a device. */
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
    guard: 'if (splitAddress(message.from).instance !== idOf(sender))',
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
    guard: 'if (!this.#shares.hasRoom(user.project, this.#counts.get(user.id) ?? 0, 1)) return false;',
    without: 'if (!this.#shares.hasRoom(user.project, this.#counts.get(user.id) ?? 0, 1)) this.#nonces.clear();',
    tests: [
      [
        'integration/relay/foreign/floods.test.ts',
        'of nonces is refused while they can count again: none is forgotten early',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-2'],
    file: 'src-relay/foreign/authenticator.ts',
    guard: 'if (at < startedAt)',
    without: 'if (false)',
    tests: [
      [
        'integration/relay/foreign/signed-requests.test.ts',
        'no request from before it counts again, also one whose clock was ahead',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-2'],
    file: 'src-relay/foreign/authenticator.ts',
    guard: 'await this.#restore();',
    without: '',
    tests: [
      [
        'integration/relay/foreign/signed-requests.test.ts',
        'no request from before it counts again, also one whose clock was ahead',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-2'],
    file: 'src-relay/foreign/authenticator.ts',
    guard:
      'if (at > now) await store.transact((transaction) => keepNonce(transaction, { instance, nonce, timestamp }));',
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
    guard: 'if (connection !== undefined && isIn(sender, connection.project))',
    without: 'if (connection !== undefined)',
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
    guard: 'if (row !== undefined && isIn(sender, row.project))',
    without: 'if (row !== undefined)',
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
    guard: 'if (flight?.recipient !== recipient || flight.address !== receipt.from)',
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
  {
    properties: ['S-FOREIGN-9'],
    file: 'src-main/agent/messages/foreign/instance-book.ts',
    guard: 'concatBytes(LABEL, relayKey, fromHex(key), toUtf8(name))',
    without: 'concatBytes(LABEL, relayKey, toUtf8(name))',
    tests: [
      ['integration/messages/foreign-relay.test.ts', 'is another one: no right, and no yes to be read, counts for it'],
    ],
  },
  {
    properties: ['S-FOREIGN-15'],
    file: 'src-main/agent/messages/inbox/foreign-server.ts',
    guard: 'const same = this.#taking.get(id);',
    without: 'const same = undefined;',
    tests: [['unit/agent/messages/foreign.test.ts', 'wait for the person in bounded number, and each once']],
  },
  {
    properties: ['S-FOREIGN-11'],
    file: 'src-main/agent/messages/delivery/agent-deliveries.ts',
    guard: 'if (foreign !== undefined) return false;',
    without: 'void foreign;',
    tests: [
      [
        'unit/agent/messages/deliveries.test.ts',
        'what only the relay vouches for is never delivered, whatever the sender may do',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-11'],
    file: 'src-main/agent/core/policy/policy.ts',
    guard: "if (record.foreign === true && right !== 'message') return 'deny';",
    without: '',
    tests: [['unit/agent/messages/foreign.test.ts', 'has the right `message` and no other, whatever a book says']],
  },
  {
    properties: ['S-FOREIGN-5'],
    file: 'src-relay/foreign/devices.ts',
    guard: ".where('members.project_id', '=', from.project)",
    without: '',
    tests: [
      [
        'integration/messages/foreign-instances.test.ts',
        'to a device of another project looks like one to no device, by ID and by name',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-5'],
    file: 'src-relay/foreign/flights.ts',
    guard: 'sender.projects.includes(project)',
    without: 'true',
    tests: [
      [
        'integration/messages/foreign-instances.test.ts',
        'writes in no other name, to no program of another project, and acknowledges for no other',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-13'],
    file: 'src-main/agent/messages/foreign/create-foreign.ts',
    guard: 'if (!book.wasTold(instance.id, from))',
    without: 'if (false)',
    tests: [
      [
        'integration/messages/foreign-instances.test.ts',
        'needs a yes of each agent, once for each program, since the relay can read it',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-14'],
    file: 'src-main/agent/messages/foreign/relay-instances.ts',
    guard: 'sender.instance !== instance.name || ',
    without: '',
    tests: [
      [
        'integration/messages/foreign-relay.test.ts',
        'writes in the name of no paired machine, and can claim no more than its own word',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-14'],
    file: 'src-shared/foreign/device-messages.ts',
    guard: "    type: z.literal('message'),\n    id: foreignMessageId,\n    from: instanceAddress,",
    without:
      "    type: z.literal('message'),\n    verified: z.string().optional(),\n    id: foreignMessageId,\n    from: instanceAddress,",
    tests: [
      [
        'integration/messages/foreign-relay.test.ts',
        'writes in the name of no paired machine, and can claim no more than its own word',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-15'],
    file: 'src-main/agent/messages/foreign/create-foreign.ts',
    guard: 'if (asked >= FOREIGN_ASKED || !questions.take(peerId))',
    without: 'if (false)',
    tests: [
      [
        'integration/messages/foreign-relay.test.ts',
        'asks a few questions at most, whatever number of instances it names',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-15'],
    file: 'src-main/agent/messages/foreign/instance-book.ts',
    guard: 'if (this.#seen.size >= FOREIGN_SEEN)',
    without: 'if (false)',
    tests: [
      [
        'integration/messages/foreign-relay.test.ts',
        'names no more instances than are kept in memory, and those on which a person has decided stay',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-15'],
    file: 'src-main/agent/messages/inbox/foreign-server.ts',
    guard: '!hasShare || ',
    without: '',
    tests: [['unit/agent/messages/foreign.test.ts', 'leave room for those of other instances and of peers']],
  },
  {
    properties: ['S-FOREIGN-15'],
    file: 'src-main/agent/messages/foreign/relay-instances.ts',
    guard: ' || !this.#budget.take(from)',
    without: '',
    tests: [
      [
        'unit/agent/messages/foreign.test.ts',
        'is looked at in bounded number, of one instance and of all; the rest is dropped',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-10'],
    file: 'src-main/agent/messages/inbox/foreign-server.ts',
    guard: 'if (inbox.knows(arrival.peerId, id))',
    without: 'if (false)',
    tests: [
      [
        'integration/messages/foreign-instances.test.ts',
        'is stored once under one id, and never under that of another program',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-6'],
    file: 'src-relay/foreign/start-foreign.ts',
    guard: 'connections.find(id)?.bind(publicKey),',
    without: "id === '' ? publicKey : undefined,",
    tests: [
      [
        'integration/relay/foreign/messages.test.ts',
        'binds the connection that is open: its receipts need the signature from then on',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-16'],
    file: 'src-relay/foreign/fair-shares.ts',
    guard: 'const share = (this.#total - this.#used) / 2;',
    without: 'const share = this.#total - this.#used + ofProject;',
    tests: [
      [
        'integration/relay/foreign/floods.test.ts',
        'of messages of one project that wait for receipts leaves room for others',
      ],
      [
        'integration/relay/foreign/floods.test.ts',
        'of the nonces of one project, or one instance, leaves room for others',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-16'],
    file: 'src-relay/foreign/fair-shares.ts',
    guard: ' && own + amount <= (share - ofProject) / 2',
    without: ' && own >= 0',
    tests: [
      [
        'integration/relay/foreign/floods.test.ts',
        'of the nonces of one project, or one instance, leaves room for others',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-17'],
    file: 'src-main/agent/messages/outbox/outbox.ts',
    guard: 'if (entry.mayBeThere) await',
    without: 'if (false) await',
    tests: [
      [
        'unit/agent/messages/foreign.test.ts',
        'never say that they were taken back or have expired if the instance may have them, also after a crash',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-17'],
    file: 'src-main/agent/messages/outbox/foreign-delivery.ts',
    guard: 'await outbox.sending(entry);',
    without: 'entry.mayBeThere = true;',
    tests: [
      [
        'unit/agent/messages/foreign.test.ts',
        'never say that they were taken back or have expired if the instance may have them, also after a crash',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-18'],
    file: 'src-main/agent/messages/addresses.ts',
    guard: 'if (programName(text) !== undefined) return instances.named(text).id;',
    without: '',
    tests: [
      [
        'unit/agent/messages/addresses.test.ts',
        'have addresses of their own, and neither is found by that of the other',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-18'],
    file: 'src-main/agent/messages/addresses.ts',
    guard: 'const shown = this.#finds(name, peerId) ? name : peerId;',
    without: 'const shown = name;',
    tests: [
      ['unit/agent/messages/addresses.test.ts', 'stay apart if the machine is called like the address of a program'],
    ],
  },
  {
    properties: ['S-FOREIGN-18'],
    file: 'src-main/agent/messages/foreign/instance-book.ts',
    guard: 'if (found.length === 1) return only;',
    without: 'if (found.length > 0) return only;',
    tests: [
      [
        'unit/agent/messages/addresses.test.ts',
        'have addresses with the beginning of their ID, and none is guessed by the name alone',
      ],
    ],
  },
  {
    properties: ['S-FOREIGN-18'],
    file: 'src-relay/foreign/devices.ts',
    guard: "const label = name.startsWith(MACHINE) ? name.slice(MACHINE.length) : '';",
    without: 'const label = name.startsWith(MACHINE) ? name.slice(MACHINE.length) : name;',
    tests: [
      [
        'integration/messages/foreign-instances.test.ts',
        'is answered at the very address that it shows, in the API and the commands',
      ],
    ],
  },
];
