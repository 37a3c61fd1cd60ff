export { cancelWith } from './cancellation.ts';
export { StreamHandle } from './stream-handle.ts';
export { StreamTable } from './stream-table.ts';
