export { createLogger, LOG_LEVELS, type LogDestination, type LogLevel } from './pino-logger.ts';
export { describeUnexpected, watchUnexpected } from './unexpected.ts';
export { redact } from './redact.ts';
