export { compareNames, currentLanguage, currentLocale, explainCode, explainError, speak } from './current.ts';
export { DE } from './de.ts';
export { inLanguage, type Texts, type Translated } from './in-language.ts';
export { ZH } from './zh.ts';
