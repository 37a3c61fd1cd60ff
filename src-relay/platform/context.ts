import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { PlainDeviceView, RelayView, SignUpMode } from '#shared/platform/index.ts';
import type { Hub } from '../hub/index.ts';
import type { RelayKey, Sealer } from '../keys/index.ts';
import type { Database, Store } from '../store/index.ts';
import type { PlatformTasks } from './tasks.ts';

/** Single-use secrets in the database, which holds only their hashes. The accounts implement it. */
export interface OneTimeSecrets {
  /** Creates a secret of 32 random bytes, base64url, and stores its hash. */
  create(database: Kysely<Database>, facts: OneTimeFacts, expiresAt: number): Promise<string>;

  /** Stores the hash of a code that the caller made. */
  store(database: Kysely<Database>, secret: string, facts: OneTimeFacts, expiresAt: number): Promise<void>;

  /** Returns what an unused secret is for, without using it; undefined if it was used, has expired, is for something else or never existed. */
  find(
    database: Kysely<Database>,
    secret: string,
    purpose: OneTimePurpose,
    now: number,
  ): Promise<OneTimeUse | undefined>;

  /** Uses a secret up. One of two callers gets it. */
  use(
    database: Kysely<Database>,
    secret: string,
    purpose: OneTimePurpose,
    now: number,
  ): Promise<OneTimeUse | undefined>;
}

/** Purposes of the platform's secrets: links of invitations, and codes for `clawreach account link`. */
export type OneTimePurpose = 'invite' | 'claim';

/** Facts that a secret stands for. */
export type OneTimeFacts = Readonly<{ purpose: OneTimePurpose; account?: string; email?: string; project?: string }>;

/** Facts of a secret that was found. */
export type OneTimeUse = Readonly<{
  account: string | null;
  email: string | null;
  project: string | null;
  expires_at: number;
}>;

/** Security event of a project, for the audit log. */
export type AuditEvent = Readonly<{
  /** Name such as `project.deleted`. */
  event: string;
  account?: string | undefined;
  project?: string | undefined;
  /** ID or name of the thing that the event is about; never a secret or an address of mail. */
  subject?: string;
  /** Address of the client. */
  address?: string;
}>;

/** Hands invitations to people. The accounts implement it. */
export interface InvitationLinks {
  /** Returns the link of an invitation. */
  linkTo(secret: string): string;

  /**
   * Takes a mail to an address from its rate, and from that of the account that asks for it.
   * @throws {PlatformError} `platform.rate`
   */
  admit(email: string, account: string): void;

  /** Sends the link by mail, in the background. Returns false if the relay has no mail server. */
  send(email: string, link: string): boolean;
}

/** Devices of the documented protocol, which the relay can read. The documented protocol implements it, if it is switched on. */
export interface PlainDevices {
  /**
   * Adds a plain device to a project. Writes the database.
   * @throws {PlatformError} `platform.limit`, `project.plain-off`
   */
  add(
    transaction: Transaction<Database>,
    device: Readonly<{ id: string; project: string; name: string; account: string }>,
    now: number,
  ): Promise<void>;

  /**
   * Creates a pairing code. The code before it and the device's token end; the caller then calls `recheck`. Writes the database.
   * @throws {PlatformError} `project.plain-off`
   */
  createCode(
    transaction: Transaction<Database>,
    device: Readonly<{ device: string; project: string }>,
    now: number,
  ): Promise<Readonly<{ code: string; expiresAt: number }>>;

  /** Returns the program that is connected as a plain device, by its ID of 32 hexadecimal digits; a connector where there are both. */
  kindOf(device: string): NonNullable<PlainDeviceView['kind']> | undefined;

  /**
   * Ends connections without a right. Called once a change is committed: a device deleted or given a new code, a person removed, an account disabled, a
   * sign-in ended, a project deleted or closed to the protocol.
   */
  recheck(): Promise<void>;
}

/** Parts of the hub that the platform uses. */
export type LiveDevices = Pick<Hub, 'isOnline' | 'liveLinks' | 'memberRemoved' | 'onlineIn'>;

/** Parts of the relay that all features of the platform share. Set up by `createPlatform`. */
export type PlatformContext = Readonly<{
  store: Store;
  tasks: PlatformTasks;
  clock: Clock;
  crypto: CryptoBackend;
  logger: Logger;
  relayKey: Pick<RelayKey, 'publicKey' | 'keyId'>;
  sealer: Sealer;
  /** Version of the program. */
  version: string;
  hub: LiveDevices;
  secrets: OneTimeSecrets;
  links: InvitationLinks;
  /** True if the relay sends mail. */
  hasMail: boolean;
  signUp: SignUpMode;
  /** Undefined if the relay doesn't serve the documented protocol. */
  plain: PlainDevices | undefined;
  /** Returns what a new machine needs to use the relay. */
  joining(): Pick<RelayView, 'installs' | 'needsToken' | 'accountsOnly' | 'pin'>;
}>;
