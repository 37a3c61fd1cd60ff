import type { ReactElement } from 'react';
import type { AgentStatus, ShellFacts } from '#shared/app-api/index.ts';
import { text, type TextKey } from '../../i18n/index.ts';
import { Chip, Mono } from '../../ui/index.ts';
import { Fact, Facts, Section } from './section.tsx';
import styles from './settings.module.css';

type Kept = Readonly<{ encrypted: boolean; words: TextKey }>;

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

export function SecuritySection({
  status,
  facts,
}: Readonly<{ status: AgentStatus; facts: ShellFacts | undefined }>): ReactElement {
  const { encrypted, words } = howSecretIsKept(status.secretStore, facts?.secretStore);
  const separator = facts?.platform === 'win32' ? '\\' : '/';
  return (
    <Section name="security" title={text('settings.security')}>
      <Facts>
        <Fact name={text('settings.security.kept')}>
          <Chip tone={encrypted ? 'good' : 'warning'}>
            {text(encrypted ? 'settings.security.chip.encrypted' : 'settings.security.chip.file')}
          </Chip>
          <p>{text(words as 'settings.security.file')}</p>
        </Fact>
        <Fact name={text('settings.security.where')}>
          <Mono>{status.secretStore === 'file' ? `${status.profile}${separator}secret` : status.secretStore}</Mono>
        </Fact>
        <Fact name={text('settings.security.meaning')}>
          <p className={styles['plain']}>{text('settings.security.meaning.text')}</p>
        </Fact>
        <Fact name={text('settings.security.terminals')}>
          <p className={styles['plain']}>{text('settings.security.terminals.text')}</p>
        </Fact>
      </Facts>
    </Section>
  );
}
