export {
  compareNames,
  formatByteCount,
  formatDate,
  formatNumber,
  formatRelative,
  formatUnit,
  joinList,
} from './format.ts';
export { clipboardKeys, keysText, shortcutText, usesCommandKey } from './keys.ts';
export { preferredLanguages, changeLanguage, setTestLanguage, setPreferredLanguages, useLanguage } from './language.ts';
export { causeHere, explain, explainCode, hasText, joinSentences, text, type TextKey } from './text.ts';
