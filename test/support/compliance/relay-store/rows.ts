import type { Insertable, Selectable, Transaction } from 'kysely';
import type { Database } from '#relay/store/index.ts';

/** One row of each table. */
export type Rows = { readonly [Table in keyof Database]: Selectable<Database[Table]> };
export type Table = keyof Database;

/** Largest number that is exact everywhere. */
const LATEST = Number.MAX_SAFE_INTEGER;
/** Each byte once, and a last zero. */
const BYTES = Uint8Array.from({ length: 257 }, (_, index) => index);

const ACCOUNT = '1'.repeat(32);
const PROJECT = '2'.repeat(32);
const PLAIN_DEVICE = '3'.repeat(32);
const PEER = 'PEER';

/** A row in every table, each with all columns set, numbers as large as they get and every byte. A row comes after those that it refers to. */
export const FULL_ROWS: Rows = {
  accounts: {
    id: ACCOUNT,
    email: 'zoë@example.org',
    email_verified_at: LATEST,
    name: 'Zoë \u{1F99E} "O\'Hara"',
    password: '$argon2id$',
    second_factor: 1,
    created_at: LATEST - 1,
    disabled_at: 2 ** 31,
  },
  account_pictures: { account: ACCOUNT, hash: 'f'.repeat(64), type: 'image/webp', content: BYTES },
  devices: {
    peer_id: PEER,
    certificate: BYTES,
    generation: 2 ** 31 - 1,
    first_seen: LATEST,
    last_seen: 2 ** 40,
    software: 'clawreach 1.0.0',
    account: ACCOUNT,
  },
  projects: {
    id: PROJECT,
    owner_device: PEER,
    created_at: LATEST,
    name: 'Home',
    owner_account: ACCOUNT,
    claim: BYTES,
    claim_serial: LATEST,
    plain_allowed: 1,
    updated_at: LATEST,
  },
  members: {
    project_id: PROJECT,
    peer_id: PEER,
    role: 'pending',
    enrolment: BYTES,
    inviter: 'INVITER',
    serial: LATEST,
    added_at: LATEST,
    removed_serial: LATEST,
    removal: new Uint8Array(0),
    removed_at: LATEST,
    account: ACCOUNT,
  },
  sessions: {
    id: 2 ** 33,
    connection: 'c',
    from_peer: PEER,
    to_peer: 'OTHER',
    started_at: LATEST - 1,
    ended_at: LATEST,
    bytes_forward: LATEST,
    bytes_back: 0,
    reason: 'ended',
  },
  project_people: { project: PROJECT, account: ACCOUNT, role: 'owner', invited_by: ACCOUNT, added_at: LATEST },
  invitations: {
    id: '4'.repeat(32),
    project: PROJECT,
    email: 'new@example.org',
    invited_by: ACCOUNT,
    status: 'pending',
    created_at: LATEST,
    expires_at: LATEST,
  },
  device_labels: { project: PROJECT, peer_id: PEER, label: 'Küche' },
  enrol_tickets: {
    id: '5'.repeat(32),
    key: BYTES,
    account: ACCOUNT,
    project: PROJECT,
    expires_at: LATEST,
    used_at: LATEST,
    used_by: PEER,
    label: 'Chrome on Linux',
  },
  account_sessions: {
    id: '6'.repeat(32),
    account: ACCOUNT,
    token_hash: BYTES,
    kind: 'web',
    name: '',
    address_group: '2001:db8::/64',
    agent: 'Firefox',
    created_at: LATEST,
    used_at: LATEST,
    expires_at: LATEST,
    strong_at: LATEST,
  },
  passkeys: {
    id: 'credential',
    account: ACCOUNT,
    public_key: BYTES,
    counter: 2 ** 32 - 1,
    transports: '["usb"]',
    name: 'Key',
    created_at: LATEST,
    used_at: LATEST,
  },
  plain_devices: {
    id: PLAIN_DEVICE,
    project: PROJECT,
    name: 'Server',
    token_hash: BYTES,
    workdir: '/srv',
    last_seen: LATEST,
    created_by: ACCOUNT,
    created_at: LATEST,
  },
  plain_sessions: {
    id: '7'.repeat(32),
    device: PLAIN_DEVICE,
    account: ACCOUNT,
    status: 'ended',
    started_at: LATEST,
    ended_at: LATEST,
    reason: 'user_disconnect',
    bytes_forward: LATEST,
    bytes_back: LATEST,
  },
  one_time: {
    hash: BYTES,
    purpose: 'plain-pair',
    account: ACCOUNT,
    email: 'zoë@example.org',
    project: PROJECT,
    device: PLAIN_DEVICE,
    expires_at: LATEST,
    used_at: LATEST,
  },
  sign_ups: {
    hash: BYTES,
    email: 'zoë@example.org',
    name: 'Zoë',
    password: '$argon2id$',
    created_at: LATEST,
    expires_at: LATEST,
  },
  skill_configs: {
    id: '8'.repeat(32),
    account: ACCOUNT,
    skill_slug: 'privaclaw',
    node_id: 'node',
    name: 'Node',
    sealed: BYTES,
    updated_at: LATEST,
  },
  foreign_instances: {
    id: 'office.bot-1',
    project: PROJECT,
    name: 'Office',
    sealed: BYTES,
    public_key: BYTES,
    last_heard: LATEST,
    created_at: LATEST,
  },
  foreign_nonces: { instance: 'office.bot-1', nonce: 'N'.repeat(22), timestamp: LATEST },
  account_audit: {
    id: 2 ** 33,
    at: LATEST,
    account: ACCOUNT,
    project: PROJECT,
    event: 'sign-in',
    subject: 'zoë@example.org',
    address_group: '192.0.2.1',
  },
};

/** Columns that refer to a row of another table. */
export const FOREIGN_COLUMNS = [
  ['devices', 'account'],
  ['projects', 'owner_account'],
  ['members', 'project_id'],
  ['members', 'peer_id'],
  ['members', 'account'],
  ['project_people', 'project'],
  ['project_people', 'account'],
  ['project_people', 'invited_by'],
  ['invitations', 'project'],
  ['invitations', 'invited_by'],
  ['device_labels', 'project'],
  ['device_labels', 'peer_id'],
  ['enrol_tickets', 'account'],
  ['enrol_tickets', 'project'],
  ['account_pictures', 'account'],
  ['account_sessions', 'account'],
  ['passkeys', 'account'],
  ['plain_devices', 'project'],
  ['plain_devices', 'created_by'],
  ['plain_sessions', 'device'],
  ['plain_sessions', 'account'],
  ['one_time', 'account'],
  ['one_time', 'project'],
  ['one_time', 'device'],
  ['skill_configs', 'account'],
  ['foreign_instances', 'project'],
  ['foreign_nonces', 'instance'],
] as const satisfies readonly (readonly [Table, string])[];

export const TABLES = Object.keys(FULL_ROWS) as readonly Table[];

/** Inserts a row, with some columns changed. */
export async function insert<Name extends Table>(
  transaction: Transaction<Database>,
  table: Name,
  changes: Partial<Insertable<Database[Name]>> = {},
): Promise<void> {
  // The tables' own types don't survive a name that is known at run time only.
  await transaction
    .insertInto(table as 'accounts')
    .values({ ...FULL_ROWS[table], ...changes } as never)
    .execute();
}

/** Inserts a row into every table. */
export async function insertAll(transaction: Transaction<Database>): Promise<void> {
  for (const table of TABLES) await insert(transaction, table);
}
