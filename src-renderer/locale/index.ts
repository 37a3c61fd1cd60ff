export {
  compareNames,
  formatByteCount,
  formatDate,
  formatNumber,
  formatRelative,
  formatUnit,
  joinList,
  joinUnits,
} from './format.ts';
export { clipboardKeys, keysText, shortcutText, usesCommandKey } from './keys.ts';
export {
  addTextSource,
  changeLanguage,
  loadTexts,
  preferredLanguages,
  setPreferredLanguages,
  setTestLanguage,
  useLanguage,
  type TextSource,
} from './language.ts';
export {
  causeHere,
  explain,
  explainCode,
  gapAfter,
  hasText,
  joinSentences,
  setInBrowser,
  text,
  type TextKey,
} from './text.ts';
