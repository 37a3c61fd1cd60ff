import { hasText, text } from '../../locale/index.ts';

/** Says why a link or session ended. A reason of a later relay is shown as it is. */
export function reasonText(reason: string): string {
  const key = `project.history.reason.${reason}`;
  return hasText(key) ? text(key as 'project.history.reason.exit') : reason;
}
