import type { Guard } from '../guard.ts';

/** Guards of accounts at the relay. */
export const ACCOUNTS: readonly Guard[] = [
  {
    properties: ['S-ACCOUNT-1', 'S-ACCOUNT-2'],
    file: 'src-relay/accounts/site-address.ts',
    guard: 'return this.#public[0] ?? `${this.#scheme}://localhost:${this.#port()}`;',
    without: 'return `${this.#scheme}://localhost:${this.#port()}`;',
    tests: [
      [
        'integration/relay/accounts/mails.test.ts',
        'lead to its public address, whatever a request says, as text, over TLS with a login',
      ],
    ],
  },
  {
    properties: ['S-ACCOUNT-2'],
    file: 'src-relay/accounts/mail/smtp.ts',
    guard: 'requireTLS: server.requireTLS,',
    without: '',
    tests: [['integration/relay/accounts/mails.test.ts', 'get to no server with %s, nor does the password']],
  },
  {
    properties: ['S-ACCOUNT-9'],
    file: 'src-relay/accounts/account-rates.ts',
    guard: "this.#take('mailPerAddress', `${kind} ${email}`);",
    without: "this.#take('mailPerAddress', email);",
    tests: [
      [
        'integration/relay/accounts/mails.test.ts',
        'are few of each kind, and those that others cause keep no one from a reset',
      ],
    ],
  },
  {
    properties: ['S-ACCOUNT-9'],
    file: 'src-relay/platform/invitations/invitations.ts',
    guard: 'if (hasMail) links.admit(email);',
    without: '',
    tests: [
      [
        'integration/relay/accounts/mails.test.ts',
        'are few of each kind, and those that others cause keep no one from a reset',
      ],
    ],
  },
  {
    properties: ['S-ACCOUNT-3'],
    file: 'src-relay/accounts/passkeys/verify-response.ts',
    guard:
      'credential: { id: passkey.id, publicKey: Uint8Array.from(passkey.public_key), counter: passkey.counter },\n      requireUserVerification: true,',
    without:
      'credential: { id: passkey.id, publicKey: Uint8Array.from(passkey.public_key), counter: 0 },\n      requireUserVerification: false,',
    tests: [
      [
        'integration/relay/accounts/passkeys.test.ts',
        'counts with its person only, whatever the page asks for',
        '%s is refused, and the same without that is taken',
      ],
    ],
  },
  {
    properties: ['S-ACCOUNT-3'],
    file: 'src-relay/accounts/passkey-sign-ins.ts',
    guard: 'if (!(await useChallenge(transaction, challenge, this.#parts))) throw rejected(undefined);',
    without: '',
    tests: [['integration/relay/accounts/passkeys.test.ts', 'counts once, for one purpose and one session, in time']],
  },
  {
    properties: ['S-ACCOUNT-4'],
    file: 'src-relay/http/feature-requests.ts',
    guard: '!this.#options.isSameOrigin(request)',
    without: 'false',
    tests: [['integration/relay/accounts/foreign-pages.test.ts', 'at %s changes, reads and opens nothing']],
  },
  {
    properties: ['S-ACCOUNT-4'],
    file: 'src-relay/http/feature-sockets.ts',
    guard: '!this.#options.isSameOriginSocket(request)',
    without: 'false',
    tests: [['integration/relay/accounts/foreign-pages.test.ts', 'at %s changes, reads and opens nothing']],
  },
  {
    properties: ['S-ACCOUNT-10'],
    file: 'src-relay/accounts/passwords/hash-threads.ts',
    guard: "require('node:os').setPriority(19);",
    without: '',
    tests: [['unit/relay/accounts/hash-threads.test.ts', 'have the lowest priority, and no other thread gets it']],
  },
  {
    properties: ['S-ACCOUNT-10'],
    file: 'src-relay/accounts/passwords/hash-queue.ts',
    guard: 'if (this.#queue.size >= this.#waiting || signal?.aborted === true) throw busy();',
    without: 'if (signal?.aborted === true) throw busy();',
    tests: [
      [
        'unit/relay/accounts/passwords.test.ts',
        'runs two at a time, lets 32 wait in their order, and rejects the next at once',
      ],
    ],
  },
];
