export type { ChoiceCommand, PathChoiceOptions } from './path-state.ts';
export { PathChoice } from './path-choice.ts';
export { modeAllows, shownKind, type ChoiceMode, type TransportKind } from './transport-kinds.ts';
