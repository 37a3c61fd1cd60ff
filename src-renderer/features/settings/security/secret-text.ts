import type { ShellFacts } from '#shared/app-api/index.ts';

type ProtectionText =
  | 'settings.security.encrypted'
  | 'settings.security.file'
  | 'settings.security.no-key-store'
  | 'settings.security.key-store-locked';
type FixedReason =
  | 'settings.security.place.stays.browser'
  | 'settings.security.place.stays.other-agent'
  | 'settings.security.place.stays.no-key-store'
  | 'settings.security.place.stays.key-store-locked';
type SecretProtection = Readonly<{ encrypted: boolean; words: ProtectionText }>;

/** Where the secret is, told by the agent that uses it; why it is not better, told by the program around the window. */
export function secretProtection(store: string, shell: ShellFacts['secretStore'] | undefined): SecretProtection {
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

/** Why nobody can choose where the secret is kept here and now; undefined when one can. */
export function reasonSecretIsFixed(
  facts: Readonly<Pick<ShellFacts, 'kind' | 'ownsAgent' | 'secretStore'>>,
): FixedReason | undefined {
  if (facts.kind === 'browser') return 'settings.security.place.stays.browser';
  if (!facts.ownsAgent) return 'settings.security.place.stays.other-agent';
  const { problem } = facts.secretStore;
  return problem === null ? undefined : `settings.security.place.stays.${problem}`;
}

/** The plain file of a profile. */
export function secretFile(profile: string, facts: Readonly<Pick<ShellFacts, 'platform'>> | undefined): string {
  return `${profile}${facts?.platform === 'win32' ? '\\' : '/'}secret`;
}
