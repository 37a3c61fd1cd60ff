import { ClawReachError } from '#shared/errors.ts';

/** Error of a link between this device's project and an account. Codes `account-link.*`; `src-shared/locales` has their texts. */
export class AccountLinkError extends ClawReachError {
  override readonly name = 'AccountLinkError';
}

/** Code of an `AccountLinkError`. */
export type AccountLinkErrorCode =
  /** The relay has no accounts, or isn't one. */
  | 'account-link.unavailable'
  /** This device owns no project at the relay. */
  | 'account-link.not-owner'
  | 'account-link.not-linked'
  /** The relay has another key than the one that the person has seen. */
  | 'account-link.relay-changed';

/** Creates an AccountLinkError. `message` is for logs. */
export function accountLinkError(code: AccountLinkErrorCode, message: string): AccountLinkError {
  return new AccountLinkError(code, message);
}
