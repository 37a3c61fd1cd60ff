export { inspectLink, type Hyperlink } from './hyperlink.ts';
export { LinkDialog } from './hyperlink-dialog.tsx';
export { LinkedText } from './linked-text.tsx';
