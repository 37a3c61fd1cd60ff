export {
  compareNames,
  currentLanguage,
  currentLocale,
  explainCode,
  explainError,
  joinParts,
  speak,
  text,
  type TextKey,
} from './current.ts';
