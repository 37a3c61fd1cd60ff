/** Close codes of the documented protocol (the document names none; these are those of the published code). */
export const CLOSE = {
  /** The session has ended, and nothing can follow. */
  ended: 1000,
  /** `hello` or `auth` was refused or is missing, the access has ended, or a newer connection of the same program has replaced this one. */
  auth: 4001,
  session: 4002,
  offline: 4003,
  /** The client reads too slowly. */
  behind: 1013,
} as const;

/** Reasons of 4001. */
export const AUTH_FAILED = 'Auth failed';
export const REPLACED = 'Replaced';
