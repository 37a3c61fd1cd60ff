import type { ColumnDefinitionBuilder } from 'kysely';

/** Column types that SQLite and PostgreSQL name differently, for migrations. Types without an entry here are the same in both. */
export type ColumnTypes = Readonly<{
  /** Integer up to 2^53: a time in ms, a byte count, a serial. */
  long: 'integer' | 'bigint';
  bytes: 'blob' | 'bytea';
  /** Makes a column of type `long` the primary key that the database numbers upwards, and never twice with the same number. */
  numbered(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
}>;

/** SQLite stores each integer in as many bytes as it needs, up to 8. */
export const SQLITE_TYPES: ColumnTypes = {
  long: 'integer',
  bytes: 'blob',
  numbered: (column) => column.primaryKey().autoIncrement(),
};

/** PostgreSQL's `integer` has 32 bits, which are too few for a time. */
export const POSTGRESQL_TYPES: ColumnTypes = {
  long: 'bigint',
  bytes: 'bytea',
  numbered: (column) => column.primaryKey().generatedByDefaultAsIdentity(),
};
