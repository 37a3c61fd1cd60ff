import type { ShellFacts } from '#shared/app-api/index.ts';

type Words =
  | 'settings.security.encrypted'
  | 'settings.security.file'
  | 'settings.security.no-key-store'
  | 'settings.security.key-store-locked';
type Kept = Readonly<{ encrypted: boolean; words: Words }>;

/** Where the secret is, told by the agent that uses it; why it is not better, told by the program around the window. */
export function howSecretIsKept(store: string, shell: ShellFacts['secretStore'] | undefined): Kept {
  // The agent's word counts: it may be one that this application has not started.
  if (store !== 'file') return { encrypted: true, words: 'settings.security.encrypted' };
  switch (shell?.problem) {
    case 'no-key-store':
      return { encrypted: false, words: 'settings.security.no-key-store' };
    case 'key-store-locked':
      return { encrypted: false, words: 'settings.security.key-store-locked' };
    default:
      return { encrypted: false, words: 'settings.security.file' };
  }
}
