import { errorCode, errorMessage, ClawReachError } from '#shared/errors.ts';

/** Next steps for system errors. */
const NEXT: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'Another program (perhaps another relay) listens there: stop it, or choose another port with --listen 0.0.0.0:PORT.',
  EACCES: 'Ports below 1024 need privileges: choose a higher one with --listen, or let a proxy listen there.',
  EADDRNOTAVAIL: 'This machine has no such address: see `ip address`, or leave the host out of --listen.',
  ENOTFOUND: 'The host in --listen is not known: use an address of this machine.',
};

/** Words for system errors, before their codes. */
const WORDS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'it is in use',
  EACCES: 'this user may not use it',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'that host is not known',
};

/** Next steps for error codes of the relay. */
const NEXT_BY_CODE: Readonly<Record<string, string>> = {
  'relay.port-variable': 'Set PORT to a number from 0 to 65535, or give the address by --listen.',
  'relay.stun-port': 'Choose another UDP port with --stun PORT, or go without: --stun off.',
  'relay.data-directory': 'Make it writable for this user, or choose another one with --data DIR.',
  'relay.backup':
    'Name a folder that does not exist yet, on a disk with room, and the data folder of the relay with --data DIR.',
  'relay.key': 'Restore the file from a backup. Deleting it makes a new key, and every client has to be told.',
  'relay.admission-token': 'Set CLAWREACH_RELAY_ADMISSION_TOKEN to a longer one, or delete the file for a new one.',
  'relay.admission-accounts': 'Add --accounts on, or choose --admission token.',
  'relay.seal-key':
    'Restore the file from a backup, or set CLAWREACH_RELAY_SEAL_KEY to 32 bytes in base64url: openssl rand -base64 32 | tr +/ -_',
  'relay.database': 'Is another relay running on this data directory? Otherwise restore relay.db from a backup.',
  'relay.node-version': 'Install Node 24 or newer: https://nodejs.org/',
  'relay.accounts-address':
    'Give its address with --public-url https://relay.example, or listen on this machine only: --listen 127.0.0.1:7474.',
  'relay.accounts-mail': 'Set SMTP_URL and MAIL_FROM, or choose --sign-up invited or closed.',
  'relay.mail': 'Set SMTP_URL=smtp://user:password@mail.example:587 and MAIL_FROM=relay@example.org, or neither.',
  'relay.data-folder': "Name the relay's data folder with --data DIR. A relay makes it when it first starts.",
  'relay.account': 'See all addresses: clawreach-relay account list',
  'relay.account-exists': 'For a link that sets a new password: clawreach-relay account reset EMAIL',
  'relay.account-email': 'Give it as anna@example.org.',
  'relay.account-name': 'Give another one with --name NAME.',
  'relay.instance': 'See all instances: clawreach-relay instance list',
  'relay.instance-id': 'Give it as office-bot: lower-case letters, digits, dots, hyphens and underscores.',
  'relay.instance-exists': 'Choose another ID. All instances: clawreach-relay instance list',
  'relay.project': 'Give the name or ID of a project with --project NAME. All: clawreach-relay instance projects',
  'relay.public-url': 'Give it as wss://relay.example:7474 or https://relay.example.',
  'tls.certificate': 'Check --cert and --key: PEM, readable for this user, and belonging together.',
  'tls.write': 'Make the data directory writable for this user, or choose another one with --data DIR.',
};

/** Returns two lines for the person who started the relay: what happened, and what to do. Pure. */
export function startErrorText(error: unknown): string {
  const reason = error instanceof ClawReachError ? String(error.details['reason'] ?? '') : '';
  const code = errorCode(error);
  // The steps for system errors name --listen, which doesn't change the STUN port.
  const byReason = code === 'relay.stun-port' ? undefined : NEXT[reason];
  const next = byReason ?? NEXT_BY_CODE[code] ?? 'Start again with --log-level debug to see more.';
  const message = errorMessage(error);
  const words = WORDS[reason];
  const what =
    words !== undefined && message.endsWith(`: ${reason}`)
      ? `${message.slice(0, -reason.length)}${words} (${reason})`
      : message;
  return `clawreach-relay: ${what}  [${code}]\n  ${next}`;
}
