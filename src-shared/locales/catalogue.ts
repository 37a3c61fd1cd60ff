/** Text for one error code: what happened, why, and what to do next. The placeholders `{{name}}` are filled from the error's details. */
export type ErrorText = Readonly<{ what: string; why: string; next: string }>;

/** Texts by error code. The entry `unknown` is used for a code without a text, for example one of a later version. */
export type ErrorTexts = Readonly<Record<string, ErrorText>>;

/** Values that fill the placeholders of an error text. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

/** All texts of one language for one program: by key for its user interface, and by code for errors. */
export type Catalogue = Readonly<{ texts: Readonly<Record<string, string>>; errors: ErrorTexts }>;
