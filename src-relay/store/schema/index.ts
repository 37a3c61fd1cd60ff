import type { AccountTables } from './accounts.ts';
import type { DeviceTables } from './devices.ts';
import type { ForeignTables } from './foreign.ts';
import type { PlainTables } from './plain.ts';
import type { ProjectTables } from './projects.ts';

export type { AccountSessionKind, OneTimePurpose } from './accounts.ts';
export type { ProjectRole } from './devices.ts';
export type { PlainSessionStatus } from './plain.ts';
export type { InvitationStatus, PersonRole } from './projects.ts';

/**
 * Columns of each table in the relay's database, as types for kysely. Used by `Store`, its transactions and the features' repositories. Times are
 * Unix ms. IDs are 32 hexadecimal digits unless a column says otherwise; hashes, keys and records are bytes; a boolean is 0 or 1.
 */
export type Database = DeviceTables & ProjectTables & AccountTables & PlainTables & ForeignTables;
