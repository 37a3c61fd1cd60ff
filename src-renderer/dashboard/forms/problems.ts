import { normalizeEmail, PLATFORM_LIMITS, PLATFORM_ROUTES } from '#shared/platform/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { text } from '../../locale/index.ts';

/** Returns what is wrong with an e-mail address, in the language of the page; undefined if nothing is. */
export function emailProblem(email: string): string | undefined {
  if (email.trim() === '') return text('auth.email.missing');
  return normalizeEmail(email) === undefined ? text('auth.email.invalid') : undefined;
}

/** Returns what is wrong with a password to set. The relay also rejects common ones. */
export function newPasswordProblem(password: string): string | undefined {
  const length = new TextEncoder().encode(password.normalize('NFC')).length;
  if (length < PLATFORM_LIMITS.passwordShortest)
    return text('auth.password.short', { count: PLATFORM_LIMITS.passwordShortest });
  return length > PLATFORM_LIMITS.passwordLongest
    ? text('auth.password.long', { count: PLATFORM_LIMITS.passwordLongest })
    : undefined;
}

/** Returns what is wrong with a name or label that a person gives. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === '') return text('site.name.missing');
  if ([...name].length > PLATFORM_LIMITS.name) return text('site.name.long', { count: PLATFORM_LIMITS.name });
  const isValid = safeParse(PLATFORM_ROUTES['projects.create'].input, { name }).success;
  return isValid ? undefined : text('site.name.invalid');
}
