import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { PageHeader, Spinner } from '../../ui/index.ts';
import { AboutSection } from './updates/about-section.tsx';
import { AppearanceSection } from './general/appearance-section.tsx';
import { AuditSection } from './audit/audit-section.tsx';
import { BackgroundSection } from './general/background-section.tsx';
import { CommandSection } from './general/command-section.tsx';
import { DiagnosticsSection } from './general/diagnostics-section.tsx';
import { DeviceSection } from './security/device-section.tsx';
import { KeysSection } from './keys/keys-section.tsx';
import { NetworkSection } from './network/network-section.tsx';
import { sectionsOf, showSettings } from './sections.ts';
import { RelaySection } from './network/relay-section.tsx';
import { SecuritySection } from './security/security-section.tsx';
import styles from './settings.module.css';
import { TerminalSection } from './general/terminal-section.tsx';
import { UpdatesSection } from './updates/updates-section.tsx';

/** Page of the settings: buttons that jump to a section, and all sections that this window has. */
export function SettingsPage(): ReactElement {
  const status = useApp((state) => state.status);
  const facts = useApp((state) => state.facts);
  return (
    <div className={styles['page']}>
      <PageHeader title={text('settings.title')} description={text('settings.description')} />
      <nav aria-label={text('settings.sections')} className={styles['jumps']}>
        {sectionsOf(facts).map((name) => (
          <button key={name} type="button" className={styles['jump']} onClick={() => showSettings(name)}>
            {text(`settings.${name}`)}
          </button>
        ))}
      </nav>
      <div className={styles['sections']}>
        {status === undefined ? (
          <div className={styles['waiting']}>
            <Spinner label={text('settings.loading')} />
          </div>
        ) : (
          <>
            <DeviceSection status={status} />
            <RelaySection status={status} />
            <NetworkSection />
            <SecuritySection status={status} facts={facts} />
          </>
        )}
        <TerminalSection />
        <AppearanceSection />
        <KeysSection />
        {facts !== undefined && <BackgroundSection facts={facts} />}
        {facts !== undefined && <UpdatesSection facts={facts} />}
        {facts !== undefined && <CommandSection facts={facts} />}
        <AuditSection />
        {status !== undefined && <DiagnosticsSection />}
        <AboutSection status={status} facts={facts} />
      </div>
    </div>
  );
}
