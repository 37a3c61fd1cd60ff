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
    guard: 'if (hasMail) links.admit(email, inviter);',
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
    guard: "require('node:os').setPriority(${NICE});",
    without: '',
    tests: [
      [
        'unit/relay/accounts/hash-threads.test.ts',
        'have a lower priority, with which they still get on on a busy machine, and no other thread gets it',
      ],
    ],
  },
  {
    properties: ['S-ACCOUNT-5'],
    file: 'src-relay/accounts/sign-ins.ts',
    guard: 'const check = await hasher.check(',
    without: "const check = account === undefined ? 'wrong' : await hasher.check(",
    tests: [
      [
        'integration/relay/accounts/strangers.test.ts',
        'looks like one without at a %s, whatever its state, by answer and work',
      ],
    ],
  },
  {
    properties: ['S-ACCOUNT-6'],
    file: 'src-relay/accounts/create-accounts.ts',
    guard: 'crypto.sha256(init.relayKey.sign(toUtf8(CHALLENGE_KEY)))',
    without: 'crypto.sha256(toUtf8(CHALLENGE_KEY))',
    tests: [
      ['integration/relay/accounts/one-time.test.ts', 'opens no session, link, API token, passkey or configuration'],
    ],
  },
  {
    properties: ['S-ACCOUNT-7'],
    file: 'src-relay/accounts/one-time-tokens.ts',
    guard:
      ".set({ used_at: now })\n      .where('hash', '=', hashSecret(this.#crypto, token))\n      .where('purpose', '=', purpose)\n      .where('used_at', 'is', null)",
    without:
      ".set({ used_at: now })\n      .where('hash', '=', hashSecret(this.#crypto, token))\n      .where('purpose', '=', purpose)",
    tests: [['integration/relay/accounts/one-time.test.ts', 'counts once, also for those who race']],
  },
  {
    properties: ['S-ACCOUNT-7'],
    file: 'src-relay/accounts/password-resets.ts',
    guard: "const ended = await sessions.end(transaction, account.id, 'all');",
    without: 'const ended: readonly string[] = [];',
    tests: [
      [
        'integration/relay/accounts/one-time.test.ts',
        'that resets a password ends all sessions, API tokens and other links, and no second factor',
      ],
    ],
  },
  {
    properties: ['S-ACCOUNT-8'],
    file: 'src-relay/accounts/sign-ups.ts',
    guard: 'await this.#signIns.checkPassword(found, found.email, password, client);',
    without: '',
    tests: [
      [
        'integration/relay/accounts/sign-up.test.ts',
        'makes an account only of an answered mail, and with the password of that sign-up',
        'with a foreign address gains nothing when its owner opens the mail',
      ],
    ],
  },
  {
    properties: ['S-ACCOUNT-9'],
    file: 'src-relay/accounts/account-rates.ts',
    guard: "this.#take('signInPerAccount', `${group} ${email}`);",
    without: "this.#take('signInPerAccount', email);",
    tests: [['integration/relay/accounts/limits.test.ts', 'are few for an account and network, and lock no one out']],
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
      [
        'integration/relay/accounts/limits.test.ts',
        'is hashed a few at a time, 32 wait, and the rest is told to come later',
      ],
    ],
  },
  {
    properties: ['S-ACCOUNT-11'],
    file: 'src-relay/accounts/sessions/account-sessions.ts',
    guard: ".where((builder) => builder.or([builder('kind', '=', 'api'), builder('used_at', '>', usedAfter(now))]))",
    without: '',
    tests: [
      [
        'integration/relay/accounts/limits.test.ts',
        'ends when it is unused for two weeks, after 90 days in any case, and a step-up after ten minutes',
      ],
    ],
  },
  {
    properties: ['S-ACCOUNT-12'],
    file: 'src-relay/accounts/passkeys/challenges.ts',
    guard: 'if (bytes.length !== length + TAG_BYTES) return undefined;',
    without: '',
    tests: [['unit/relay/accounts/fuzz.test.ts', 'are no challenge of this relay']],
  },
  {
    properties: ['S-ACCOUNT-13'],
    file: 'src-relay/platform/serve-routes.ts',
    guard: "if (body !== undefined && caller.kind === 'account' && !(await callers.isCurrent(caller.session.id))) {",
    without: 'if (Math.random() > 1) {',
    tests: [
      [
        'integration/relay/accounts/limits.test.ts',
        'for its body leaves no password, token, passkey, project or address behind',
      ],
    ],
  },
  {
    properties: ['S-ACCOUNT-13'],
    file: 'src-relay/accounts/sessions/account-sessions.ts',
    guard: 'if (!(await this.isCurrent(transaction, id, now))) throw signedOut();',
    without: '',
    tests: [['integration/relay/accounts/limits.test.ts', 'for a hash sets no password']],
  },
  {
    properties: ['S-ACCOUNT-14'],
    file: 'src-relay/accounts/account-rates.ts',
    guard: "if (account !== undefined) this.#take('mailPerAccount', account);",
    without: '',
    tests: [['integration/relay/accounts/mails.test.ts', 'are few, to however many addresses']],
  },
  {
    properties: ['S-ACCOUNT-14'],
    file: 'src-relay/accounts/audit.ts',
    guard: 'if (account !== undefined) await deleteBeyond(transaction, account, limits.auditRowsPerAccount);',
    without: '',
    tests: [['integration/relay/accounts/limits.test.ts', 'pushes no event of others out of it']],
  },
  {
    properties: ['S-ACCOUNT-7'],
    file: 'src-relay/accounts/routes/auth-routes.ts',
    guard: "const signedInAs = caller.kind === 'account' && caller.session.kind === 'web' ? caller : undefined;",
    without: "const signedInAs = caller.kind === 'account' ? caller : undefined;",
    tests: [
      [
        'integration/relay/accounts/one-time.test.ts',
        'for another address counts neither with an API token nor after a new password',
      ],
    ],
  },
];
