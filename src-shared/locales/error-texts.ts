import type { ErrorDetails, ErrorText, ErrorTexts } from './catalogue.ts';
import commands from './en/commands.json' with { type: 'json' };
import { englishErrors } from './en/errors.ts';
import { createTexts, type Texts } from './texts.ts';

/** English words for every error code. */
export const ERROR_TEXTS = /* @__PURE__ */ englishErrors();

/** English words of the command line: those of `ERROR_TEXTS`, with commands to type where a window has buttons. */
export const COMMAND_ERROR_TEXTS = /* @__PURE__ */ withCommands();

let general: Texts<never> | undefined;
let ofCommands: Texts<never> | undefined;

/** Explains an error code in English, in words for any user interface. */
export function errorText(code: string, message: string, details: ErrorDetails = {}): ErrorText {
  general ??= createTexts({ texts: {}, errors: ERROR_TEXTS });
  return general.error(code, message, details);
}

/** Explains an error code in English for the command line. */
export function commandErrorText(code: string, message: string, details: ErrorDetails = {}): ErrorText {
  ofCommands ??= createTexts({ texts: {}, errors: COMMAND_ERROR_TEXTS });
  return ofCommands.error(code, message, details);
}

function withCommands(): ErrorTexts {
  const inCommands: Readonly<Record<string, Partial<ErrorText>>> = commands;
  return Object.fromEntries(
    Object.entries(ERROR_TEXTS).map(([code, text]) => [code, { ...text, ...inCommands[code] }]),
  );
}
