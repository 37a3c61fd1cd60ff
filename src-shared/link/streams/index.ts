export { StreamHandle } from './stream-handle.ts';
export { StreamTable } from './stream-table.ts';
