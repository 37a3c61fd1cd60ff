import type { Generated } from 'kysely';

/** Use of an account session: a browser's cookie, or an API token. */
export type AccountSessionKind = 'web' | 'api';

/**
 * Purpose of a one-time token, which counts for nothing else. `verify`: a new address of an account; `setup`: the first account; `second-factor`: the
 * rest of a sign-in after the password; `claim`: a code for `clawreach account link`; `challenge`: a passkey's challenge that was answered.
 */
export type OneTimePurpose =
  | 'verify'
  | 'reset'
  | 'invite'
  | 'setup'
  | 'second-factor'
  | 'claim'
  | 'challenge'
  | 'plain-pair';

/** Tables of accounts and of everything that signs in to one. */
export type AccountTables = {
  accounts: {
    id: string;
    /** Address in the one form in which addresses are compared. Unique. */
    email: string;
    /** Time at which a mail to the address was answered; null while nothing proves the address. */
    email_verified_at: number | null;
    name: string;
    /** Password hash as PHC string; null for an account without a password. */
    password: string | null;
    /** 1 if signing in by password needs a passkey as well. */
    second_factor: Generated<0 | 1>;
    created_at: number;
    /** Time at which the operator disabled the account; null for an active one. */
    disabled_at: number | null;
  };
  /** Pictures of accounts, at most one for each. */
  account_pictures: {
    account: string;
    /** SHA-256 of the content, 64 hexadecimal digits. */
    hash: string;
    type: 'image/webp' | 'image/png';
    content: Uint8Array;
  };
  account_sessions: {
    id: string;
    account: string;
    /** SHA-256 of the cookie or API token. Unique. */
    token_hash: Uint8Array;
    kind: AccountSessionKind;
    /** Name that the person gave an API token; empty for a browser. */
    name: string;
    /** Network of the sign-in: an IPv4 /24 or an IPv6 /48. */
    address_group: string;
    /** Browser or program that signed in, from its `User-Agent`. */
    agent: string;
    created_at: number;
    used_at: number;
    /** End without regard to use. */
    expires_at: number;
    /** Time of the last step-up; null for none. */
    strong_at: number | null;
  };
  passkeys: {
    /** Credential ID, base64url. */
    id: string;
    account: string;
    /** COSE key. */
    public_key: Uint8Array;
    /** Signature counter. */
    counter: number;
    /** JSON array of the transports that the authenticator reported. */
    transports: string;
    name: string;
    created_at: number;
    used_at: number | null;
  };
  /** Single-use tokens and codes, which only their hash identifies. */
  one_time: {
    hash: Uint8Array;
    purpose: OneTimePurpose;
    account: string | null;
    email: string | null;
    project: string | null;
    /** Plain device that the code pairs. */
    device: string | null;
    expires_at: number;
    used_at: number | null;
  };
  /**
   * Sign-ups whose mail wasn't answered yet. An account is made of one only then, so that strangers can't leave accounts behind, and no password waits
   * at an address that someone else owns.
   */
  sign_ups: {
    /** SHA-256 of the token in the mail. */
    hash: Uint8Array;
    /** Address in the form of `accounts.email`. */
    email: string;
    name: string;
    /** Password hash as PHC string. */
    password: string;
    created_at: number;
    expires_at: number;
  };
  /** Configurations of the skill, one for each OpenClaw node. */
  skill_configs: {
    id: string;
    account: string;
    skill_slug: string;
    /** ID that the person entered; the node may belong to another relay. */
    node_id: string;
    name: string;
    /** Configuration, sealed with the relay's seal key. */
    sealed: Uint8Array;
    updated_at: number;
  };
  /** Security events of accounts and projects. Its rows outlive both, so `account` and `project` are no foreign keys. */
  account_audit: {
    /** Ascending number. */
    id: Generated<number>;
    at: number;
    account: string | null;
    project: string | null;
    event: string;
    /** Thing or person that the event is about. */
    subject: string;
    /** Network that caused the event, as in `account_sessions`; empty if none did. */
    address_group: string;
  };
};
