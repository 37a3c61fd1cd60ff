/**
 * What a person reads for each error code: what happened, why, and what to do next. `{name}` is filled from the error's details.
 * Codes are shared by every user interface; the catalogue of languages will key on them.
 */
export type ErrorText = Readonly<{ what: string; why: string; next: string }>;
