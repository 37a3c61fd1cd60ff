/** Words for one error code: what happened, why, and what to do next. `{{name}}` is filled from the details of the error. */
export type ErrorText = Readonly<{ what: string; why: string; next: string }>;

/** Words by error code. `unknown` stands for any code without words, such as one of a later version. */
export type ErrorTexts = Readonly<Record<string, ErrorText>>;

/** Values that fill the placeholders of an error text. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

/** Texts of one language: by key for a user interface, and by code for errors. */
export type Catalogue = Readonly<{ texts: Readonly<Record<string, string>>; errors: ErrorTexts }>;
