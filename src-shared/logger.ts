/**
 * Structured log that modules get as a parameter; `createLogger` in `src-node` implements it. It replaces bytes and the values of fields with names
 * such as `code` or `token`, and cuts long texts (`redact`). It can't recognise a secret under another name or in the message, so neither may ever
 * contain a secret, terminal content or a pairing code.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Returns a logger that adds these fields to every entry. */
  child(fields: LogFields): Logger;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** Logger that drops every entry. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
