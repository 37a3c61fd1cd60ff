/**
 * What a person reads for each error code: what happened, why, and what to do next. `{name}` is filled from the error's details.
 * Codes are shared by every user interface; the catalogue of languages will key on them.
 */
export type ErrorText = Readonly<{ what: string; why: string; next: string }>;

export const ERROR_TEXTS: Readonly<Record<string, ErrorText>> = {
  internal: {
    what: 'Something went wrong inside ClawReach.',
    why: '{message}',
    next: 'Try again; if it stays, run `clawreach status` and look at the log of the agent.',
  },
};

/** The text of a code with its details filled in; unknown codes fall back to `internal`. */
export function errorText(
  code: string,
  message: string,
  details: Readonly<Record<string, string | number | boolean>> = {},
): ErrorText {
  const text = ERROR_TEXTS[code] ?? {
    what: message,
    why: `code ${code}`,
    next: 'Run `clawreach status` to see the state of this device.',
  };
  const values: Readonly<Record<string, string | number | boolean>> = { message, ...details };
  const fill = (template: string): string =>
    template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  return { what: fill(text.what), why: fill(text.why), next: fill(text.next) };
}
