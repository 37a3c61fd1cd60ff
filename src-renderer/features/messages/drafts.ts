import { useState } from 'react';

/** Files that a person has chosen for a message: the application knows their paths. */
export type ChosenFiles = Readonly<{ token: string; count: number }>;

/** Text that a person has begun to write, the message that it answers, and files that go with it. */
export type Draft = Readonly<{
  body: string;
  replyTo?: string | undefined;
  words?: string | undefined;
  files?: ChosenFiles | undefined;
}>;

const NO_DRAFT: Draft = { body: '' };

/** Drafts by conversation. They live as long as the window, in memory only. */
const drafts = new Map<string, Draft>();

/** Returns the draft of a conversation, which stays while another page is shown, and a function that changes it. A component keeps one key. */
export function useDraft(key: string): readonly [draft: Draft, change: (draft: Draft | undefined) => void] {
  const [draft, setDraft] = useState(() => drafts.get(key) ?? NO_DRAFT);
  return [
    draft,
    (next = NO_DRAFT) => {
      if (next.body === '' && next.replyTo === undefined && next.files === undefined) drafts.delete(key);
      else drafts.set(key, next);
      setDraft(next);
    },
  ];
}
