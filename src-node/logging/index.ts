export { createLogger, LOG_LEVELS, type LogDestination, type LogLevel } from './pino-logger.ts';
export { redact } from './redact.ts';
