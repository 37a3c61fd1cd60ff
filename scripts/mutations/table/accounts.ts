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
];
