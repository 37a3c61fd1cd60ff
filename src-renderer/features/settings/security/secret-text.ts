import type { ShellFacts } from '#shared/app-api/index.ts';

type ProtectionText =
  | 'settings.security.encrypted'
  | 'settings.security.file'
  | 'settings.security.no-key-store'
  | 'settings.security.key-store-locked';
type FixedReason =
  | 'settings.security.location.stays.browser'
  | 'settings.security.location.stays.other-agent'
  | 'settings.security.location.stays.no-key-store'
  | 'settings.security.location.stays.key-store-locked';
type SecretProtection = Readonly<{ encrypted: boolean; words: ProtectionText }>;

/**
 * Describes how the device key is protected: as a flag and as a text key. Pure.
 * @param store location that the agent reports; `file` is a plain file
 * @param shell state of the system's key store, which explains why a plain file is used
 */
export function secretProtection(store: string, shell: ShellFacts['secretStore'] | undefined): SecretProtection {
  // The agent decides: it may not have been started by this application.
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

/** Returns the text key of the reason why the device key can't be moved now; undefined when it can be moved. */
export function reasonSecretIsFixed(
  facts: Readonly<Pick<ShellFacts, 'kind' | 'ownsAgent' | 'secretStore'>>,
): FixedReason | undefined {
  if (facts.kind === 'browser') return 'settings.security.location.stays.browser';
  if (!facts.ownsAgent) return 'settings.security.location.stays.other-agent';
  const { problem } = facts.secretStore;
  return problem === null ? undefined : `settings.security.location.stays.${problem}`;
}

/** Returns the path of the plain file for a profile's secret, with the separators of the agent's system. */
export function secretFile(profile: string, facts: Readonly<Pick<ShellFacts, 'platform'>> | undefined): string {
  return `${profile}${facts?.platform === 'win32' ? '\\' : '/'}secret`;
}
