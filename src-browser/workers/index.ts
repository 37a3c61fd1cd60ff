/** Dedicated workers whose scripts are compared with their hashes before they run. */
export { openCheckedWorker } from './open-checked-worker.ts';
