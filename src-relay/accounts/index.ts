/**
 * Accounts of a relay: passwords, sessions, API tokens, passkeys, mails and one-time links. An account lists, invites and asks; only a device key opens.
 * Loaded only with accounts on, and by `clawreach-relay account`.
 */
export type { Self } from './account-profile.ts';
export { AccountRateLimits } from './account-rates.ts';
export { findAccount, findAccountByEmail, viewAccount, type AccountRow } from './account-rows.ts';
export { recordAudit, type AuditEvent } from './audit.ts';
export { clientNetwork } from './client-network.ts';
export { createAccounts, type Accounts, type AccountsInit } from './create-accounts.ts';
export { signedOut } from './errors.ts';
export { FIRST_ACCOUNT_FILE, type FirstAccountLink } from './first-account.ts';
export { ACCOUNT_LIMITS, ACCOUNT_RATES, type AccountRates } from './limits.ts';
export {
  createSmtpSender,
  Mailer,
  parseMailOptions,
  type Mail,
  type MailOptions,
  type SendMail,
} from './mail/index.ts';
export { OneTimeTokens, type OneTimeFacts, type OneTimeRow } from './one-time-tokens.ts';
export { AccountOperator, type ListedAccount, type OperatorLink } from './operator.ts';
export type { AccountParts, Client } from './parts.ts';
export type { OwnSession, PasskeyResult } from './passkey-sign-ins.ts';
export { PasswordHasher } from './passwords/index.ts';
export type { AccountData, AccountListener, AccountTask, AfterCommit, Invitations } from './ports.ts';
export { SessionCallers } from './session-callers.ts';
export type { SignedIn, SignInResult } from './sign-ins.ts';
export { SiteAddress, type RelyingParty } from './site-address.ts';
