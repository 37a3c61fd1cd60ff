import { runWorker, type WorkerScope } from './run-worker.ts';

/** Entry of the worker in which the agent of a page runs. */
runWorker(globalThis as unknown as WorkerScope);
