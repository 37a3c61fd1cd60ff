/** Limits of the accounts API, used by the relay and its clients. Sizes are bytes, texts characters, times ms. */
export const PLATFORM_LIMITS = {
  /** JSON body of a request. */
  body: 64 * 1024,
  /** Time within which the whole body must arrive. */
  bodyTimeout: 10_000,

  /** Name of an account, a project, a passkey, an API token or a node configuration, and label of a device. */
  name: 100,
  /** E-mail address in its canonical form, bytes (RFC 5321 section 4.5.3.1.3). */
  email: 254,
  /** Password, bytes of UTF-8. */
  passwordShortest: 10,
  passwordLongest: 256,

  /** Projects that one account owns. */
  projects: 20,
  /** Projects that one account owns or is a member of. */
  memberships: 200,
  people: 200,
  /** Picture of an account, bytes; and its width and height, pixels. */
  picture: 16 * 1024,
  pictureSide: 96,
  /** Sealed devices of a project in one list. */
  sealedDevices: 10_000,
  plainDevices: 500,
  pendingInvitations: 50,
  invitationLife: 14 * 24 * 3_600_000,
  skillConfigs: 200,
  /** JSON text of one node configuration. */
  skillConfig: 16 * 1024,
  passkeys: 20,
  apiTokens: 50,
  /** Sessions of one account; a new one ends the session that was unused for the longest time. */
  sessions: 100,
  auditRows: 20_000,
  auditRowsPerAccount: 2000,
  auditLife: 90 * 24 * 3_600_000,

  sessionIdle: 14 * 24 * 3_600_000,
  sessionLife: 90 * 24 * 3_600_000,
  /** Longest life of an API token that a person may choose, days. */
  apiTokenDays: 366,
  /** Time after a password or passkey during which a session is stepped up. */
  stepUp: 10 * 60_000,
  /** Life of a second-factor ticket and of a passkey's challenge. */
  passkeyChallenge: 5 * 60_000,
  /** Life of links that verify an address or reset a password. */
  mailedLink: 60 * 60_000,
  /** Life of a code for `clawreach account link`. */
  linkCode: 10 * 60_000,
  enrolTicket: 10 * 60_000,
  /** Life of the pairing code of a plain device. */
  plainCode: 15 * 60_000,
  /** Life of a token for one connection to `/session`. */
  terminalToken: 30_000,

  /** Entries of the history in one answer. */
  historyPage: 500,
  /** Prompt to an OpenClaw node; the body's limit leaves room for JSON escapes. */
  prompt: 32_000,
  /** One server-sent event of a node's answer. */
  nodeEvent: 64 * 1024,
  /** Nesting of JSON whose shape the contract doesn't know. */
  jsonDepth: 32,
  /** Message on the `events` socket, in either direction. */
  eventsMessage: 8 * 1024,
} as const;
