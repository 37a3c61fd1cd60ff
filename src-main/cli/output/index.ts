export { formatBinaryBytes, parseSize } from './bytes.ts';
export {
  formatCountdown,
  formatDuration,
  formatRtt,
  formatEnd,
  formatMoment,
  formatTime,
  parseDuration,
} from './duration.ts';
export { describeError, renderFailure, type Failure } from './failure.ts';
export { namesKnown } from './names-known.ts';
export { printable, printableInOrder } from './printable.ts';
export { renderQrText } from './qr.ts';
export { Reporter, type TerminalOutput } from './reporter.ts';
export { createStyle, type Style } from './style.ts';
export { formatTable, headLine, WHOLE, type Column } from './table.ts';
export { pad, textWidth, truncate, wrap } from './width.ts';
