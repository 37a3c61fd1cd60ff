export {
  compareNames,
  currentLanguage,
  currentLocale,
  explainCode,
  explainError,
  joinParts,
  switchLanguage,
  text,
  type TextKey,
} from './current.ts';
