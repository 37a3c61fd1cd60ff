import type { Clock } from './clock.ts';
import type { LogFields, Logger } from './logger.ts';
import { redact } from './redact.ts';

/** Limit of lines in memory, about 1 MiB in all. */
const MOST_LINES = 300;
/** Longest line, characters. */
const LONGEST_LINE = 2000;

/**
 * Keeps the newest log lines (level `info` and above) in memory, secrets replaced, and passes every line on to another logger. The agent's diagnostic
 * report contains these lines.
 */
export class RecentLog {
  /** Logger to use in place of the one that was passed in. */
  readonly logger: Logger;
  readonly #clock: Clock;
  readonly #lines: string[] = [];

  constructor(logger: Logger, clock: Clock) {
    this.#clock = clock;
    this.logger = this.#wrap(logger, {});
  }

  /** Lines in memory, oldest first: time, level, message, fields as JSON. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  #wrap(logger: Logger, own: LogFields): Logger {
    const write =
      (level: 'info' | 'warn' | 'error') =>
      (message: string, fields?: LogFields): void => {
        this.#keep(level, message, { ...own, ...fields });
        logger[level](message, fields);
      };
    return {
      debug: (message, fields) => logger.debug(message, fields),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => this.#wrap(logger.child(fields), { ...own, ...fields }),
    };
  }

  #keep(level: string, message: string, fields: LogFields): void {
    const time = new Date(this.#clock.now()).toISOString();
    const rest = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(redact(fields))}`;
    this.#lines.push(`${time} ${level} ${message}${rest}`.slice(0, LONGEST_LINE));
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }
}
