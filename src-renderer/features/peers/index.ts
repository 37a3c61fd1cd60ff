export { browserClock } from './browser-clock.ts';
export { ForeignText } from './foreign-text.tsx';
export { PeersPage } from './peers-page.tsx';
export { SafetyNumberDialog, type SafetyNumberDialogProps } from './safety-number-dialog.tsx';
export { formatAgo, formatMoment } from './times.ts';
export { useNow } from './use-now.ts';
export { quoteForeign, showHidden } from './visible-text.ts';
