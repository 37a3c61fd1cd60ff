import type { ReactElement } from 'react';
import type { AgentStatus, ShellFacts } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { isBrowserMachine, isWithout } from '../../../store/index.ts';
import { Chip, Mono, Prose } from '../../../ui/index.ts';
import { BrowsersChoice } from './browsers-choice.tsx';
import { GrantedRights, SafetyNumbers } from './granted-rights.tsx';
import { SecretLocationChoice } from './secret-location.tsx';
import { reasonSecretIsFixed, secretProtection, secretFile } from './secret-text.ts';
import { FactRow, Facts, Section } from '../section.tsx';

/**
 * Section of the settings about security: how and where the device key is stored, the permissions of peers, what browsers may do, and safety numbers. A
 * browser keeps its key itself and serves nothing, so it has the first and the last of these only.
 */
export function SecuritySection({
  status,
  facts,
}: Readonly<{ status: AgentStatus; facts: ShellFacts | undefined }>): ReactElement {
  if (isBrowserMachine(facts))
    return (
      <Section name="security" title={text('settings.security')}>
        <Facts>
          <FactRow
            name={text('settings.security.key.browser')}
            meaning={text(
              isWithout(facts, 'accounts')
                ? 'settings.security.key.browser.forget'
                : 'settings.security.key.browser.text',
            )}
          >
            {null}
          </FactRow>
          <SafetyNumbers />
        </Facts>
      </Section>
    );
  const fixed = facts === undefined ? undefined : reasonSecretIsFixed(facts);
  const { encrypted, words } = secretProtection(status.secretStore, facts?.secretStore);
  return (
    <Section name="security" title={text('settings.security')}>
      <Facts>
        <FactRow name={text('settings.security.key')} meaning={text(words)}>
          <Chip tone={encrypted ? 'good' : 'warning'}>
            {text(encrypted ? 'settings.security.chip.encrypted' : 'settings.security.chip.file')}
          </Chip>
        </FactRow>
        {/* Where it can't be moved, the same row says why. */}
        <FactRow name={text('settings.security.where')} meaning={fixed !== undefined && <Prose>{text(fixed)}</Prose>}>
          <Mono>{status.secretStore === 'file' ? secretFile(status.profile, facts) : status.secretStore}</Mono>
        </FactRow>
      </Facts>
      {facts !== undefined && fixed === undefined && <SecretLocationChoice status={status} facts={facts} />}
      <BrowsersChoice status={status} />
      <Facts>
        <FactRow wide name={text('settings.security.meaning')}>
          <p>{text('settings.security.meaning.text')}</p>
        </FactRow>
        <GrantedRights />
        <SafetyNumbers />
      </Facts>
    </Section>
  );
}
