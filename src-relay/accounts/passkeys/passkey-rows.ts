import type { Kysely, Selectable } from 'kysely';
import { fromHex, toBase64Url, toHex, toUtf8 } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { toUuid, type PasskeyView } from '#shared/platform/index.ts';
import type { Database } from '../../store/index.ts';

/** Stored passkey. */
export type PasskeyRow = Selectable<Database['passkeys']>;

/** Kinds of connection to an authenticator that browsers know (Web Authentication Level 3, section 5.8.4). */
export const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Lists the passkeys of an account, the oldest first. */
export function listPasskeys(database: Kysely<Database>, account: string): Promise<readonly PasskeyRow[]> {
  return database
    .selectFrom('passkeys')
    .selectAll()
    .where('account', '=', account)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** Returns the number of passkeys of an account. */
export async function countPasskeys(database: Kysely<Database>, account: string): Promise<number> {
  const { count } = await database
    .selectFrom('passkeys')
    .select((builder) => builder.fn.countAll<number | string>().as('count'))
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * Returns the ID of a passkey for the API. Credential IDs have up to 1023 bytes, so it is the start of their hash, 32 hexadecimal digits.
 */
export function passkeyId(crypto: Pick<CryptoBackend, 'sha256'>, credential: string): string {
  return toHex(crypto.sha256(toUtf8(credential)).subarray(0, 16));
}

/** Returns a passkey as its account sees it. */
export function passkeyView(crypto: Pick<CryptoBackend, 'sha256'>, row: PasskeyRow): PasskeyView {
  return {
    id: toUuid(passkeyId(crypto, row.id)),
    name: row.name,
    createdAt: row.created_at,
    usedAt: row.used_at,
  };
}

/**
 * Returns the account's handle, by which an authenticator finds its passkey (Web Authentication Level 3, section 5.4.3), as base64url. Tells nothing of
 * the person.
 */
export function userHandle(account: string): string {
  return toBase64Url(fromHex(account));
}

/** Parses the stored transports. */
export function transportsOf({ transports }: Pick<PasskeyRow, 'transports'>): Transport[] {
  const known: unknown = JSON.parse(transports);
  return Array.isArray(known) ? knownTransports(known) : [];
}

/** Keeps the transports that browsers know. */
export function knownTransports(transports: readonly unknown[]): Transport[] {
  return TRANSPORTS.filter((transport) => transports.includes(transport));
}
