import * as z from 'zod';
import { text } from './fields.ts';
import { defineRoutes } from './route.ts';

/** Modes of signing up: `closed` (the operator makes accounts), `invited` (with an invitation), `open`. */
export const SIGN_UP_MODES = ['closed', 'invited', 'open'] as const;
export type SignUpMode = (typeof SIGN_UP_MODES)[number];

const relayView = z.object({
  version: text(64),
  /** ID of the relay's key, `relayKeyId`, to compare with what a device shows. */
  keyId: text(64),
  signUp: z.enum(SIGN_UP_MODES),
  /** The relay sends mail. Without it, an owner or the operator hands one-time links over. */
  mail: z.boolean(),
  /** The relay serves the documented protocol, whose terminals it can read. */
  plainProtocol: z.boolean(),
  /** The relay gives scripts that install ClawReach from its signed releases. */
  installs: z.boolean(),
  /** A new machine needs the admission token, which the relay prints when it starts. */
  needsToken: z.boolean(),
  /** A new machine comes in with the code of an account, or by pairing with a machine that is here; no token counts. */
  accountsOnly: z.boolean(),
  /** Pin of the relay's own certificate, which no authority vouches for; null for another certificate. */
  pin: text(100).nullable(),
});
/** Facts about the relay that a page needs before anyone signs in. */
export type RelayView = z.infer<typeof relayView>;

/** Routes about the relay itself. */
export const RELAY_ROUTES = defineRoutes({
  'relay.get': {
    summary: 'Returns what this relay offers.',
    method: 'GET',
    path: '/api/v1/relay',
    output: relayView,
    who: 'anyone',
  },
  'relay.openApi': {
    summary: 'Returns this document.',
    method: 'GET',
    path: '/api/v1/openapi.json',
    output: z.record(z.string(), z.unknown()),
    who: 'anyone',
  },
});
