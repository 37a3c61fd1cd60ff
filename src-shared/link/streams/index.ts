export { cancelWith } from './cancel-with.ts';
export { StreamHandle } from './stream-handle.ts';
export { StreamTable } from './stream-table.ts';
