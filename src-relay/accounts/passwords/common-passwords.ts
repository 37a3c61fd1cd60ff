import { toUtf8 } from '#shared/bytes/index.ts';
import { PLATFORM_LIMITS } from '#shared/platform/index.ts';

let common: Promise<ReadonlySet<string>> | undefined;

/**
 * Reports whether a password is one of those that are tried first: on the list of common passwords in any case, a part of the address, or one
 * character repeated. Loads the list at the first call.
 * @param email address of the account
 */
export async function isCommonPassword(password: string, email: string): Promise<boolean> {
  const lower = password.toLowerCase();
  if (lower === email || lower === email.slice(0, email.indexOf('@')) || new Set(lower).size === 1) return true;
  common ??= loadCommon();
  return (await common).has(lower);
}

/** Loads the list, and keeps what is long enough to be a password here. */
async function loadCommon(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const long = dictionary['passwords-common'].filter(
    (password) => toUtf8(password).length >= PLATFORM_LIMITS.passwordShortest,
  );
  return new Set(long.map((password) => password.toLowerCase()));
}
