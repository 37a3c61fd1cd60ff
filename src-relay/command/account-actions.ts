import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { cleanLine } from '#shared/visible-text/index.ts';
import { normalizeEmail, PLATFORM_LIMITS } from '#shared/platform/index.ts';
import { AccountOperator, type ListedAccount, type OperatorLink } from '../accounts/index.ts';
import { RelayStartError } from '../errors.ts';
import { originOf, parsePublicUrl } from '../http/index.ts';
import { withStore } from './open-data-folder.ts';
import { textTable } from './text-table.ts';

/** Options of every action: the data folder, and the relay's public URLs for links. */
export type AccountFlags = Readonly<{ data: string; publicUrl?: string }>;

/**
 * Creates an account, and prints the link that sets its password. This and the other actions open the database of the data folder, which a relay may use at
 * the same time.
 * @throws {RelayStartError} `relay.account*`, `relay.data-folder`, `relay.database`
 */
export async function createAccount(typed: string, flags: AccountFlags & Readonly<{ name?: string }>): Promise<void> {
  const email = parseEmail(typed);
  const name = cleanLine(flags.name ?? email.slice(0, email.indexOf('@')), PLATFORM_LIMITS.name);
  if (name === '') throw new RelayStartError('relay.account-name', 'the name is empty');
  const link = await withOperator(flags.data, (operator) => operator.create(email, name));
  if (link === undefined) throw new RelayStartError('relay.account-exists', `${email} already has an account`);
  print([`Created ${email}. Open this link to set the password:`, ...linkLines(link, flags)]);
}

/** Prints a link that sets a new password. @throws {RelayStartError} `relay.account*`, `relay.data-folder`, `relay.database` */
export async function resetAccount(
  typed: string,
  flags: AccountFlags & Readonly<{ removePasskeys: boolean }>,
): Promise<void> {
  const email = parseEmail(typed);
  const link = await withOperator(flags.data, (operator) => operator.reset(email, flags.removePasskeys));
  if (link === undefined) throw unknown(email);
  print([
    ...(flags.removePasskeys ? [`Removed the passkeys of ${email}.`] : []),
    `Open this link to set a new password for ${email}. Until then the old one works:`,
    ...linkLines(link, flags),
  ]);
}

/** Prints all accounts. @throws {RelayStartError} `relay.account*`, `relay.data-folder`, `relay.database` */
export async function listAccounts({ data }: AccountFlags): Promise<void> {
  const accounts = await withOperator(data, (operator) => operator.list());
  print(accounts.length === 0 ? ['There are no accounts.'] : textTable(accounts.map((each) => row(each))));
}

/** Disables an account. @throws {RelayStartError} `relay.account*`, `relay.data-folder`, `relay.database` */
export async function disableAccount(typed: string, { data }: AccountFlags): Promise<void> {
  const email = parseEmail(typed);
  if (!(await withOperator(data, (operator) => operator.disable(email)))) throw unknown(email);
  print([`Disabled ${email}. A running relay ends its connections within seconds.`]);
}

/** Enables an account again. @throws {RelayStartError} `relay.account*`, `relay.data-folder`, `relay.database` */
export async function enableAccount(typed: string, { data }: AccountFlags): Promise<void> {
  const email = parseEmail(typed);
  if (!(await withOperator(data, (operator) => operator.enable(email)))) throw unknown(email);
  print([`Enabled ${email}. It has to sign in again.`]);
}

/** Removes the profile picture of an account. @throws {RelayStartError} `relay.account*`, `relay.data-folder`, `relay.database` */
export async function removePicture(typed: string, { data }: AccountFlags): Promise<void> {
  const email = parseEmail(typed);
  const removed = await withOperator(data, (operator) => operator.removePicture(email));
  if (removed === undefined) throw unknown(email);
  print([
    removed
      ? `Removed the picture of ${email}. Pages that are open show it until they are loaded again.`
      : `${email} has no picture.`,
  ]);
}

function withOperator<Result>(folder: string, task: (operator: AccountOperator) => Promise<Result>): Promise<Result> {
  return withStore(folder, (store) =>
    task(new AccountOperator({ store, clock: systemClock, crypto: nativeBackend, dataDirectory: folder })),
  );
}

function parseEmail(typed: string): string {
  const email = normalizeEmail(typed);
  if (email === undefined) throw new RelayStartError('relay.account-email', `not an e-mail address: ${typed}`);
  return email;
}

function linkLines({ token, expiresAt }: OperatorLink, { publicUrl = '' }: AccountFlags): string[] {
  const origins = publicUrl.split(/[\s,]+/).flatMap((url) => (url === '' ? [] : [originOf(parsePublicUrl(url))]));
  const origin = origins.find((each) => each.startsWith('https:')) ?? origins[0];
  return [
    `  ${origin ?? 'https://YOUR-RELAY'}/reset-password#reset=${token}`,
    ...(origin === undefined
      ? ["Put the relay's address in the place of YOUR-RELAY, or give it with --public-url."]
      : []),
    `It works once, until ${new Date(expiresAt).toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
  ];
}

function row(account: ListedAccount): string[] {
  const state = [
    ...(account.isDisabled ? ['disabled'] : []),
    ...(account.hasPassword || account.passkeys > 0 ? [] : ['no password yet']),
    ...(account.isVerified ? [] : ['unverified']),
    ...(account.passkeys === 0 ? [] : [`${account.passkeys} ${account.passkeys === 1 ? 'passkey' : 'passkeys'}`]),
    ...(account.hasPicture ? ['picture'] : []),
  ].join(', ');
  const used = account.usedAt === null ? 'never' : new Date(account.usedAt).toISOString().slice(0, 10);
  return [account.email, account.name, state === '' ? 'active' : state, `used ${used}`];
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function unknown(email: string): RelayStartError {
  return new RelayStartError('relay.account', `${email} has no account`);
}
