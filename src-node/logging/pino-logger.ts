import { destination, pino, stdTimeFunctions, type Logger as PinoLogger } from 'pino';
import type { LogFields, Logger } from '#shared/logger.ts';
import { LineBudget, type LineRate } from './line-budget.ts';
import { redact } from './redact.ts';
import { RotatingFile, type Rotation } from './rotating-file.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A file, one of the standard streams, or anything that takes lines. */
export type LogDestination =
  | 'stdout'
  | 'stderr'
  | Readonly<{ file: string; rotation?: Rotation }>
  | Readonly<{ write(line: string): void }>;

/** Default rotation of a log: 5 MiB, and two older files. */
const ROTATION: Rotation = { largest: 5 * 1024 * 1024, kept: 2 };

/** JSON lines by pino: time (ISO), level, name, message and fields, secrets replaced as they are written. */
export function createLogger(
  options: Readonly<{
    name: string;
    level: LogLevel;
    destination: LogDestination;
    /** Lines beyond it are counted and left out; without it every line is written. */
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
        // Host and process id say nothing that the service manager does not know.
        base: { name: options.name },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      stream,
    ),
    budget,
  );
}

/** Bytes that wait while nothing can be written; what is more is left out. */
const MOST_WAITING = 1024 * 1024;

function openDestination(target: LogDestination): Parameters<typeof pino>[1] & object {
  if (typeof target !== 'string')
    return 'file' in target ? new RotatingFile(target.file, target.rotation ?? ROTATION) : target;
  const stream = destination({ dest: target === 'stdout' ? 1 : 2, sync: true, maxLength: MOST_WAITING });
  // A disk that is full costs lines of the log, not the agent. Lines that were not written are written when there is room again.
  stream.on('error', () => undefined);
  return stream;
}

function wrap(logger: PinoLogger, budget: LineBudget | undefined): Logger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields?: LogFields): void => {
      if (!logger.isLevelEnabled(level)) return;
      const leftOut = budget === undefined ? 0 : budget.take();
      if (leftOut === undefined) return;
      if (leftOut > 0) logger.warn({ lines: leftOut }, 'lines were left out: too many at once');
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
