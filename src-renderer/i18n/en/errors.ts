/**
 * What the window says instead of the command-line wording: a key `error.<code>.next` (also `.what`, `.why`) takes the place of that part of
 * the text of the code. Details of the error fill `{{name}}`.
 */
export const ERRORS_TEXTS = {
  'error.internal.next': 'Try again. If it stays, restart ClawReach.',
  'error.control.lost.next': 'ClawReach connects again by itself. If it does not, restart it.',
} as const;
