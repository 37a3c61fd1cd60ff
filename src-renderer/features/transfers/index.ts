export { DropHint } from './send/drop-hint.tsx';
export { SendButton, sendEntries } from './send/send-button.tsx';
export { canSendTo, chooseAndSend, sendDropped, tellTooMany } from './send/send-files.ts';
export { hasFiles, useFileDrop, type FileDrop } from './send/use-file-drop.ts';
export { contentsText } from './transfer-text.ts';
export { TransfersPage } from './transfers-page.tsx';
export { useTransferEnd } from './use-transfer-end.ts';
