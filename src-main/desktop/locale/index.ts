export {
  compareNames,
  currentLanguage,
  currentLocale,
  explainCode,
  explainError,
  joinParts,
  loadErrors,
  switchLanguage,
  text,
  type TextKey,
} from './current.ts';
