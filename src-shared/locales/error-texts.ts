import type { ErrorDetails, ErrorText, ErrorTexts } from './catalogue.ts';
import commands from './en/commands.json' with { type: 'json' };
import { englishErrors } from './en/errors.ts';
import { createTexts, type Texts } from './texts.ts';

/** English texts of all error codes. */
export const ERROR_TEXTS = /* @__PURE__ */ englishErrors();

/** English error texts of the command line: `ERROR_TEXTS`, but with commands to type where a window has buttons. */
export const COMMAND_ERROR_TEXTS = /* @__PURE__ */ withCommands();

let general: Texts<never> | undefined;
let ofCommands: Texts<never> | undefined;

/**
 * Explains an error in English, in words that fit any user interface. The agent uses it for texts that programs and peers receive, such as the error
 * page of an HTTP proxy. `message` is used if the code has no text. Pure, like this whole file.
 */
export function errorText(code: string, message: string, details: ErrorDetails = {}): ErrorText {
  general ??= createTexts({ texts: {}, errors: ERROR_TEXTS });
  return general.error(code, message, details);
}

/** Explains an error in English for the command line. */
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
