export type { ChoiceCommand, PathChoiceOptions } from './choice-types.ts';
export { PathChoice } from './path-choice.ts';
export { modeAllows, shownKind, type ChoiceMode, type TransportKind } from './path-kinds.ts';
