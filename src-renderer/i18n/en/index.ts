import { APP_TEXTS } from './app.ts';
import { ERRORS_TEXTS } from './errors.ts';
import { UI_TEXTS } from './ui.ts';

/** The English catalogue, one file an area. It is what types the keys of `text()`. */
export const EN = {
  ...APP_TEXTS,
  ...ERRORS_TEXTS,
  ...UI_TEXTS,
} as const;
