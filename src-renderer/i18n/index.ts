export { explain, explainCode, hasText, text, type TextKey } from './text.ts';
