import type { PlatformHistoryEntry } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { quoteUntrusted } from '../../ui/index.ts';

/** Names in the text of an event. */
type Names = Readonly<{ who: string; device: string; subject: PlatformHistoryEntry['subject'] }>;

/** Says what happened in a project, and who did it. The name of whom it happened to may be unknown, or not for this person. */
export function eventText(event: NonNullable<PlatformHistoryEntry['event']>, { who, device, subject }: Names): string {
  const name = subject?.name ?? null;
  const person = name === null ? text('project.history.event.someone') : quoteUntrusted(name);
  return text(`project.history.event.${event}`, { who, device, person });
}
