import { PLATFORM_LIMITS, PlatformError } from '#shared/platform/index.ts';

/** Creates the error for a wrong password and for an address without an account. */
export function wrongCredentials(): PlatformError {
  return new PlatformError('account.credentials', 'address or password is wrong');
}

/** Creates the error for an account that the operator disabled. Only for those who have proved that it is theirs. */
export function disabled(): PlatformError {
  return new PlatformError('account.disabled', 'the account is disabled: ask the administrator of this relay');
}

/** Creates the error for a one-time link that doesn't count. */
export function invalidLink(): PlatformError {
  return new PlatformError('account.link', 'the link was used, has expired or was replaced: ask for a new one');
}

/** Creates the error for a password that is tried first. */
export function weakPassword(): PlatformError {
  return new PlatformError('account.weak-password', 'the password is a common one: choose another');
}

/** Creates the error for bytes that are no picture for an account. */
export function invalidPicture(): PlatformError {
  const side = PLATFORM_LIMITS.pictureSide;
  return new PlatformError('account.picture', `not a still WebP or PNG picture of at most ${side} × ${side} pixels`);
}

/** Creates the error for mails that a relay without a mail server can't send. */
export function noMail(): PlatformError {
  return new PlatformError('account.no-mail', 'this relay sends no mail: use a link that someone hands to you');
}

/** Creates the error for a relay that takes no sign-up of this kind. */
export function signUpClosed(): PlatformError {
  return new PlatformError('account.sign-up', 'this relay takes no such sign-up: ask its administrator for a link');
}

/** Creates the error for a link's holder who signs up with an address that has an account. */
export function accountExists(): PlatformError {
  return new PlatformError('account.exists', 'the address has an account: sign in with it, and open the link again');
}

/** Creates the error for passkeys at a relay whose address is no host name. */
export function passkeysUnavailable(): PlatformError {
  return new PlatformError('account.passkeys-unavailable', 'passkeys need a host name');
}

/** Creates the error for a passkey that is needed and not there. */
export function noPasskey(): PlatformError {
  return new PlatformError('account.no-passkey', 'the account has no passkey: add one first');
}

/** Creates the error for an account that has as much of something as it may. */
export function limitReached(): PlatformError {
  return new PlatformError('platform.limit', 'the account has as many as it may');
}

/** Creates the error for something that isn't the account's, or doesn't exist. */
export function notFound(): PlatformError {
  return new PlatformError('platform.not-found', 'not found');
}

/** Creates the error for a request that needs the session of a browser. */
export function signedOut(): PlatformError {
  return new PlatformError('platform.signed-out', 'sign in with a browser first');
}
