import { PLATFORM_LIMITS } from '#shared/platform/index.ts';

/** Mail as text. */
export type MailText = Readonly<{ subject: string; text: string }>;

/** Kinds of mail. */
export type MailKind =
  /** Answer to a sign-up. */
  | 'sign-up'
  /** Answer to a sign-up with the address of an account. */
  | 'account-exists'
  /** Question whether an address belongs to an account. */
  | 'verify'
  | 'reset'
  /** Notice to the former address. */
  | 'email-changed'
  | 'password-changed'
  /** Invitation to a project. */
  | 'invitation';

/** Life of an invitation, days. */
const INVITATION_DAYS = PLATFORM_LIMITS.invitationLife / (24 * 3_600_000);

/**
 * Texts of the mails, in English. Each says which relay sends it, why, and what to do if the reader didn't ask for it. None holds a text that someone
 * typed: a stranger could write to anyone with it.
 * @param host name of the relay
 */
export const MAIL_TEXTS: { readonly [Kind in MailKind]: (host: string, link: string) => MailText } = {
  'sign-up': (host, link) => ({
    subject: `Confirm your address for ${host}`,
    text: `Someone signed up at ${host} with this address.

If it was you, open this link within an hour and enter your password again:
${link}

If it wasn't, do nothing. Without your answer there is no account.`,
  }),
  'account-exists': (host, link) => ({
    subject: `You already have an account at ${host}`,
    text: `Someone signed up at ${host} with this address, which already has an account.

If it was you, sign in instead:
${link}

If it wasn't, do nothing. Your account is unchanged.`,
  }),
  verify: (host, link) => ({
    subject: `Confirm your address for ${host}`,
    text: `An account at ${host} wants to use this address.

If the account is yours, open this link within an hour:
${link}

If it isn't, do nothing.`,
  }),
  reset: (host, link) => ({
    subject: `Reset your password for ${host}`,
    text: `Someone asked for a new password for your account at ${host}.

If it was you, open this link within an hour and choose one:
${link}

If it wasn't, do nothing. Your password is unchanged.`,
  }),
  'email-changed': (host) => ({
    subject: `Your address for ${host} was changed`,
    text: `Your account at ${host} has another address now. Mails no longer go to this one.

If you didn't change it, write to the administrator of ${host}.`,
  }),
  'password-changed': (host, link) => ({
    subject: `Your password for ${host} was changed`,
    text: `Your account at ${host} has a new password. All other sessions were ended.

If you didn't change it, reset it, and check your passkeys and API tokens:
${link}`,
  }),
  invitation: (host, link) => ({
    subject: `Invitation to a project at ${host}`,
    text: `You are invited to a project at ${host}. Its people see each other's devices and can ask to use them.

Open this link within ${INVITATION_DAYS} days to see who invites you:
${link}

If you don't know what this is about, do nothing.`,
  }),
};
