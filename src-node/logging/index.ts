export { createLogger, LOG_LEVELS, type LogDestination, type LogLevel } from './pino-logger.ts';
export { describeUnexpected, watchUnexpected } from './watch-unexpected.ts';
export type { Rotation } from './rotating-file.ts';
