import * as z from 'zod';
import { accountView } from './account-fields.ts';
import { base64url, done, email, name, newPassword, shownCode, text, time, uuid } from './fields.ts';
import { invitationToMe } from './invitation-fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';
import { passkeyAttestation, passkeyCreationOptions } from './passkey-fields.ts';
import { PICTURE_TYPES, pictureInput } from './picture-fields.ts';
import { projectView } from './project-fields.ts';
import { defineRoutes } from './route.ts';
import { skillConfigView } from './skill-config-fields.ts';

const sessionView = z.object({
  id: uuid,
  /** Program that signed in, from its `User-Agent`. */
  agent: text(256),
  /** Network that it signed in from: an IPv4 address or an IPv6 /64. */
  addressGroup: text(64),
  createdAt: time,
  usedAt: time,
  expiresAt: time,
  /** The session of this request. */
  current: z.boolean(),
});
/** Session of the account in a browser. */
export type SessionView = z.infer<typeof sessionView>;

const passkeyView = z.object({
  id: uuid,
  name: text(PLATFORM_LIMITS.name),
  createdAt: time,
  usedAt: time.nullable(),
});
/** Passkey of the account. */
export type PasskeyView = z.infer<typeof passkeyView>;

const apiTokenView = z.object({
  id: uuid,
  name: text(PLATFORM_LIMITS.name),
  createdAt: time,
  usedAt: time.nullable(),
  expiresAt: time,
});
/** API token of the account, without the token itself. */
export type ApiTokenView = z.infer<typeof apiTokenView>;

const accountExport = z.object({
  exportedAt: time,
  account: accountView,
  picture: z.object({ type: z.enum(PICTURE_TYPES), bytes: base64url(PLATFORM_LIMITS.picture) }).nullable(),
  sessions: z.array(sessionView).max(PLATFORM_LIMITS.sessions),
  passkeys: z.array(passkeyView).max(PLATFORM_LIMITS.passkeys),
  tokens: z.array(apiTokenView).max(PLATFORM_LIMITS.apiTokens),
  projects: z.array(projectView).max(PLATFORM_LIMITS.memberships),
  invitations: z.array(invitationToMe).max(PLATFORM_LIMITS.memberships),
  skillConfigs: z.array(skillConfigView).max(PLATFORM_LIMITS.skillConfigs),
  plainSessions: z
    .array(z.object({ id: uuid, device: uuid, startedAt: time, endedAt: time.nullable(), reason: text(64).nullable() }))
    .max(100_000),
  audit: z
    .array(
      z.object({
        at: time,
        event: text(64),
        subject: text(256),
        project: uuid.nullable(),
        addressGroup: text(64),
      }),
    )
    .max(PLATFORM_LIMITS.auditRows),
});
/** Everything that the relay stores about an account, apart from secrets. */
export type AccountExport = z.infer<typeof accountExport>;

/** Routes of the caller's own account: profile, password, sessions, passkeys, API tokens. */
export const ACCOUNT_ROUTES = defineRoutes({
  'account.get': {
    summary: 'Returns the account.',
    method: 'GET',
    path: '/api/v1/account',
    output: accountView,
    who: 'account',
  },
  'account.change': {
    summary: 'Changes the name.',
    method: 'PATCH',
    path: '/api/v1/account',
    input: z.strictObject({ name }),
    output: accountView,
    who: 'account',
  },
  'account.setPicture': {
    summary:
      'Sets the picture that people of common projects see: a still WebP or PNG picture of at most 96 × 96 pixels.',
    method: 'PUT',
    path: '/api/v1/account/picture',
    input: pictureInput,
    body: 'picture',
    output: accountView,
    errors: ['account.picture'],
    who: 'account',
  },
  'account.removePicture': {
    summary: 'Removes the picture.',
    method: 'DELETE',
    path: '/api/v1/account/picture',
    output: accountView,
    who: 'account',
  },
  'account.delete': {
    summary:
      'Deletes the account with its sessions, passkeys, tokens, configurations and own projects. Devices keep the ' +
      'projects that they gave it.',
    method: 'DELETE',
    path: '/api/v1/account',
    output: done,
    who: 'stepped-up',
  },
  'account.changeEmail': {
    summary: 'Mails a link to a new address. The address changes when `auth.verify` gets its token.',
    method: 'POST',
    path: '/api/v1/account/email',
    input: z.strictObject({ email }),
    output: done,
    errors: ['account.no-mail'],
    who: 'stepped-up',
    status: 202,
  },
  'account.setPassword': {
    summary: 'Sets the password and ends all other sessions.',
    method: 'PUT',
    path: '/api/v1/account/password',
    input: z.strictObject({ password: newPassword }),
    output: done,
    errors: ['account.weak-password'],
    who: 'stepped-up',
  },
  'account.setSecondFactor': {
    summary: 'Requires a passkey after the password, or no longer does.',
    method: 'PUT',
    path: '/api/v1/account/second-factor',
    input: z.strictObject({ required: z.boolean() }),
    output: accountView,
    errors: ['account.no-passkey'],
    who: 'stepped-up',
  },
  'account.export': {
    summary: 'Returns everything that the relay stores about the account, apart from secrets.',
    method: 'GET',
    path: '/api/v1/account/export',
    output: accountExport,
    who: 'account',
  },

  'sessions.list': {
    summary: 'Lists the sessions in browsers, the latest used first.',
    method: 'GET',
    path: '/api/v1/account/sessions',
    output: z.object({ sessions: z.array(sessionView).max(PLATFORM_LIMITS.sessions) }),
    who: 'account',
  },
  'sessions.end': {
    summary: 'Ends a session.',
    method: 'DELETE',
    path: '/api/v1/account/sessions/:session',
    output: done,
    who: 'account',
  },
  'sessions.endOthers': {
    summary: 'Ends all sessions in browsers but this one.',
    method: 'DELETE',
    path: '/api/v1/account/sessions',
    output: done,
    who: 'account',
  },

  'passkeys.list': {
    summary: 'Lists the passkeys.',
    method: 'GET',
    path: '/api/v1/account/passkeys',
    output: z.object({ passkeys: z.array(passkeyView).max(PLATFORM_LIMITS.passkeys) }),
    who: 'account',
  },
  'passkeys.options': {
    summary: 'Begins to add a passkey.',
    method: 'POST',
    path: '/api/v1/account/passkeys/options',
    output: passkeyCreationOptions,
    errors: ['platform.limit', 'account.passkeys-unavailable'],
    who: 'stepped-up',
  },
  'passkeys.create': {
    summary: 'Adds the passkey that the browser made from `passkeys.options`.',
    method: 'POST',
    path: '/api/v1/account/passkeys',
    input: z.strictObject({ name, response: passkeyAttestation }),
    output: passkeyView,
    errors: ['account.passkey', 'account.passkey-exists', 'account.passkeys-unavailable', 'platform.limit'],
    who: 'stepped-up',
    status: 201,
  },
  'passkeys.rename': {
    summary: 'Renames a passkey.',
    method: 'PATCH',
    path: '/api/v1/account/passkeys/:passkey',
    input: z.strictObject({ name }),
    output: passkeyView,
    who: 'stepped-up',
  },
  'passkeys.delete': {
    summary: 'Removes a passkey. The last one stays while the account has no password or requires a second factor.',
    method: 'DELETE',
    path: '/api/v1/account/passkeys/:passkey',
    output: done,
    errors: ['account.last-credential'],
    who: 'stepped-up',
  },

  'tokens.list': {
    summary: 'Lists the API tokens.',
    method: 'GET',
    path: '/api/v1/account/tokens',
    output: z.object({ tokens: z.array(apiTokenView).max(PLATFORM_LIMITS.apiTokens) }),
    who: 'account',
  },
  'tokens.create': {
    summary: 'Creates an API token. The answer is the only one that holds it.',
    method: 'POST',
    path: '/api/v1/account/tokens',
    input: z.strictObject({
      name,
      /** Days until it expires. */
      days: z.number().int().min(1).max(PLATFORM_LIMITS.apiTokenDays),
    }),
    output: z.object({ token: apiTokenView, secret: text(128) }),
    errors: ['platform.limit'],
    who: 'stepped-up',
    status: 201,
  },
  'tokens.delete': {
    summary: 'Ends an API token.',
    method: 'DELETE',
    path: '/api/v1/account/tokens/:token',
    output: done,
    who: 'stepped-up',
  },

  'account.createLinkCode': {
    summary:
      'Creates the code for `clawreach account link`, by which a device gives its project to this account. A new code ' +
      'replaces the one before. Where the relay admits devices of its accounts only, it admits a device, and needs a step-up.',
    method: 'POST',
    path: '/api/v1/account/link-code',
    output: z.object({
      code: shownCode,
      expiresAt: time,
      /** ID of the relay's key, which the device shows as well. */
      relayKeyId: text(64),
    }),
    /** At a relay that admits devices of its accounts only, the code admits one. */
    errors: ['platform.step-up'],
    who: 'account',
    status: 201,
  },
});
