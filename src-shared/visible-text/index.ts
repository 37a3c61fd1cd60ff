/**
 * Text that someone else chose, made fit to be seen: names, details of a question, prose, and which names look the same.
 *
 * | text | function |
 * | --- | --- |
 * | name of a peer, gateway, rule | `cleanName`; unique by `nameKeys`, looked up by `plainKey` and `looksLike` |
 * | command, path, host of a question | `cleanDetail`; in a view `piecesOf`, in a terminal `markLookalikes` |
 * | either, where it could be reordered | in a view `directionRuns`, in a sentence of a view `isolateText`, in a terminal `markRightToLeft` |
 * | message, output, error of another program | `cleanProse`, `showHidden` |
 */
export { codePointText } from './characters.ts';
export { cutText } from './cut-text.ts';
export {
  cleanDetail,
  cleanProse,
  escapeHidden,
  showDetail,
  showHidden,
  showHiddenInLines,
  withoutHidden,
} from './detail.ts';
export type { ShownDetail } from './detail.ts';
export {
  directionRuns,
  hasRightToLeft,
  isolateText,
  markRightToLeft,
  mixesDirections,
  RIGHT_TO_LEFT,
} from './direction.ts';
export type { DirectionRun } from './direction.ts';
export { cleanLine, cleanName, firstHidden, NAME_LIMIT } from './name.ts';
export { countSpecial, markLookalikes, piecesOf } from './pieces.ts';
export type { Piece } from './pieces.ts';
export { looksLike, nameKeys, plainKey, skeleton } from './skeleton.ts';
