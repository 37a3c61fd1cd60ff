import { destination, pino, stdTimeFunctions, type Logger as PinoLogger } from 'pino';
import type { LogFields, Logger } from '#shared/logger.ts';
import { LineBudget, type LineRate } from './line-budget.ts';
import { redact } from '#shared/redact.ts';
import { RotatingFile, type Rotation } from './rotating-file.ts';

/** Levels of a log, from most to fewest lines; `silent` writes none. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** Lowest level that a log writes. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Destination of a log: a standard stream, a file, or an object that takes lines. */
export type LogDestination =
  | 'stdout'
  | 'stderr'
  | Readonly<{ file: string; rotation?: Rotation }>
  | Readonly<{ write(line: string): void }>;

/** Default rotation of a log file: 5 MiB, and two older files. */
const ROTATION: Rotation = { maxBytes: 5 * 1024 * 1024, olderFiles: 2 };

/**
 * Creates the logger of a process, such as the agent, the application or the relay. Writes JSON lines by pino (ISO time, level, name, message,
 * fields), with secrets replaced by `redact`.
 */
export function createLogger(
  options: Readonly<{
    name: string;
    level: LogLevel;
    destination: LogDestination;
    /** Limit of lines per second; lines beyond it are counted and omitted. Undefined for no limit. */
    budget?: LineRate;
  }>,
): Logger {
  const budget = options.budget === undefined ? undefined : new LineBudget(options.budget, () => performance.now());
  const stream = openDestination(options.destination);
  return wrap(
    pino(
      {
        name: options.name,
        level: options.level,
        // Without host and process ID: the service manager knows them.
        base: { name: options.name },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      stream,
    ),
    budget,
  );
}

/** Limit of bytes that wait while the stream can't be written; later lines are omitted. */
const MOST_WAITING = 1024 * 1024;

function openDestination(target: LogDestination): Parameters<typeof pino>[1] & object {
  if (typeof target !== 'string')
    return 'file' in target ? new RotatingFile(target.file, target.rotation ?? ROTATION) : target;
  const stream = destination({ dest: target === 'stdout' ? 1 : 2, sync: true, maxLength: MOST_WAITING });
  // A full disk does not end the agent; waiting lines are written once there is room again.
  stream.on('error', () => undefined);
  return stream;
}

function wrap(logger: PinoLogger, budget: LineBudget | undefined): Logger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields?: LogFields): void => {
      if (!logger.isLevelEnabled(level)) return;
      const omitted = budget === undefined ? 0 : budget.take();
      if (omitted === undefined) return;
      if (omitted > 0) logger.warn({ lines: omitted }, 'lines were left out: too many at once');
      if (fields === undefined) logger[level](message);
      else logger[level](redact(fields), message);
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrap(logger.child(redact(fields)), budget),
  };
}
