export { runWorker, type WorkerScope } from './run-worker.ts';
export type { FromWorker, ToWorker, WorkerAgentOptions } from './messages.ts';
