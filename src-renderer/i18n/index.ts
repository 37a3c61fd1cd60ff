export { explain, hasText, text, type TextKey } from './text.ts';
