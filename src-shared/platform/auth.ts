import * as z from 'zod';
import { accountView } from './account-fields.ts';
import { currentPassword, done, email, name, newPassword, secret, time } from './fields.ts';
import { passkeyAssertion, passkeyRequestOptions } from './passkey-fields.ts';
import { defineRoutes } from './route.ts';

/** End of a sign-in: the answer set the cookie, or the account wants its passkey as a second factor. */
const signInAnswer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('signed-in'), account: accountView }),
  /** `ticket` goes to `auth.passkeyOptions`, once, within five minutes. */
  z.object({ status: z.literal('passkey-needed'), ticket: secret, expiresAt: time }),
]);
export type SignInAnswer = z.infer<typeof signInAnswer>;

const signUpAnswer = z.discriminatedUnion('status', [
  /** Also if the address has an account already, which gets a mail that says so. */
  z.object({ status: z.literal('verify') }),
  /** The token of an invitation or of the first start came with the request. */
  z.object({ status: z.literal('signed-in'), account: accountView }),
]);
export type SignUpAnswer = z.infer<typeof signUpAnswer>;

/** Routes that begin, confirm and end a session. Answers that depend on an address take equal time whether it has an account. */
export const AUTH_ROUTES = defineRoutes({
  'auth.signUp': {
    summary: 'Creates an account. Without a token, answers alike whether the address has an account, and sends a mail.',
    method: 'POST',
    path: '/api/v1/auth/sign-up',
    input: z.strictObject({
      email,
      password: newPassword,
      name,
      /** Token of an invitation's link, or of the link for the first account. */
      token: secret.optional(),
    }),
    output: signUpAnswer,
    errors: [
      'account.sign-up',
      'account.weak-password',
      'account.link',
      'account.exists',
      'account.no-mail',
      'platform.limit',
    ],
    who: 'anyone',
  },
  'auth.lookUpSignUp': {
    summary: 'Checks the link for the first account, without using the link.',
    method: 'POST',
    path: '/api/v1/auth/sign-up/look-up',
    input: z.strictObject({ token: secret }),
    output: done,
    errors: ['account.link'],
    who: 'anyone',
  },
  'auth.verify': {
    summary:
      'Verifies the address that a mailed link was sent to. Requires a session of the account, or its password, so ' +
      "that no one verifies an address for someone else's account.",
    method: 'POST',
    path: '/api/v1/auth/verify',
    input: z.strictObject({ token: secret, password: currentPassword.optional() }),
    output: signInAnswer,
    errors: ['account.link', 'account.credentials', 'account.disabled'],
    who: 'anyone',
  },
  'auth.signIn': {
    summary: 'Signs in with address and password.',
    method: 'POST',
    path: '/api/v1/auth/sign-in',
    input: z.strictObject({ email, password: currentPassword }),
    output: signInAnswer,
    errors: ['account.credentials', 'account.disabled'],
    who: 'anyone',
  },
  'auth.signOut': {
    summary: 'Ends this session.',
    method: 'POST',
    path: '/api/v1/auth/sign-out',
    output: done,
    who: 'account',
  },
  'auth.stepUp': {
    summary: 'Confirms this session with the password, for ten minutes.',
    method: 'POST',
    path: '/api/v1/auth/step-up',
    input: z.strictObject({ password: currentPassword }),
    output: z.object({ strongUntil: time }),
    errors: ['account.credentials'],
    who: 'account',
  },
  'auth.reset': {
    summary: 'Mails a link that resets the password. Answers alike whether the address has an account.',
    method: 'POST',
    path: '/api/v1/auth/reset',
    input: z.strictObject({ email }),
    output: done,
    errors: ['account.no-mail'],
    who: 'anyone',
    status: 202,
  },
  'auth.confirmReset': {
    summary: 'Sets a new password by a one-time link, and ends all sessions of the account.',
    method: 'POST',
    path: '/api/v1/auth/reset/confirm',
    input: z.strictObject({ token: secret, password: newPassword }),
    output: signInAnswer,
    errors: ['account.link', 'account.weak-password', 'account.disabled'],
    who: 'anyone',
  },
  'auth.passkeyOptions': {
    summary: 'Begins a sign-in, the second factor of one, or a step-up with a passkey.',
    method: 'POST',
    path: '/api/v1/auth/passkey/options',
    input: z.discriminatedUnion('purpose', [
      z.strictObject({ purpose: z.literal('sign-in') }),
      z.strictObject({ purpose: z.literal('second-factor'), ticket: secret }),
      /** Requires a session. */
      z.strictObject({ purpose: z.literal('step-up') }),
    ]),
    output: passkeyRequestOptions,
    errors: ['account.link', 'account.no-passkey', 'account.passkeys-unavailable', 'platform.signed-out'],
    who: 'anyone',
  },
  'auth.verifyPasskey': {
    summary: 'Ends what `auth.passkeyOptions` began. The challenge in the response says which, and counts once.',
    method: 'POST',
    path: '/api/v1/auth/passkey/verify',
    input: z.strictObject({ response: passkeyAssertion }),
    output: z.discriminatedUnion('status', [
      z.object({ status: z.literal('signed-in'), account: accountView }),
      z.object({ status: z.literal('stepped-up'), strongUntil: time }),
    ]),
    errors: ['account.passkey', 'account.disabled', 'account.passkeys-unavailable', 'platform.signed-out'],
    who: 'anyone',
  },
});
