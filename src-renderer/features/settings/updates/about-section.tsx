import { useState, type ReactElement } from 'react';
import type { AgentStatus, ShellFacts } from '#shared/app-api/index.ts';
import { PROJECT_URL } from '#shared/project.ts';
import { explain, text } from '../../../locale/index.ts';
import { isBrowserMachine, isWithout, notify, openLink, useApi, useApp } from '../../../store/index.ts';
import { Banner, Brand, Button, Prose, SettingRow } from '../../../ui/index.ts';
import { LicencesDialog } from './licences-dialog.tsx';
import { FactRow, Facts, Section } from '../section.tsx';
import styles from '../settings.module.css';

const SYSTEMS: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

/**
 * Section of the settings about the program: the version of the application, and that of the agent with a warning if they differ, the system, the licences, and links
 * to the documents and to where problems are reported. In the page of a relay also the page's version and fingerprint, and its promise.
 */
export function AboutSection({
  status,
  facts,
}: Readonly<{ status: AgentStatus | undefined; facts: ShellFacts | undefined }>): ReactElement {
  const api = useApi();
  const [showsLicences, setShowsLicences] = useState(false);
  const isPage = isBrowserMachine(facts);
  const served = useApp(({ servedPage }) => servedPage);
  const show = (url: string): void => {
    openLink(api, facts, url).catch((error: unknown) => notify({ tone: 'bad', text: explain(error).what }));
  };
  const open = (path: string): void => show(`${PROJECT_URL}${path}`);
  // The agent's version is named only where it isn't that of the window.
  const isOther = facts !== undefined && status !== undefined && facts.version !== status.version;
  return (
    <Section name="about" title={text('settings.about')}>
      {isOther && (
        <div className={styles['banner']}>
          <Banner tone="warning">
            <Prose>{text('settings.about.differ')}</Prose>
          </Banner>
        </div>
      )}
      <Facts>
        {facts !== undefined && (
          <FactRow
            dense
            name={
              <span className={styles['product']}>
                <Brand />
                {text('settings.about.version')}
              </span>
            }
          >
            {facts.version}
          </FactRow>
        )}
        {isOther && (
          <FactRow dense name={text('settings.about.agent')}>
            {status.version}
          </FactRow>
        )}
        {facts?.electron !== undefined && facts.electron !== null && (
          <FactRow dense name={text('settings.about.electron')}>
            {facts.electron}
          </FactRow>
        )}
        {/* The page doesn't know the system of its browser. */}
        {facts !== undefined && facts.platform !== 'browser' && (
          <FactRow dense name={text('settings.about.system')}>
            {SYSTEMS[facts.platform] ?? facts.platform}
          </FactRow>
        )}
        {served !== undefined && (
          <FactRow dense name={<span title={text('page.hash.about', served)}>{text('settings.about.page')}</span>}>
            {text('settings.about.page.value', served)}
          </FactRow>
        )}
      </Facts>
      {isPage && (
        <SettingRow name={text('page.promise.more')} meaning={text('page.promise')}>
          <Button onClick={() => show(`${window.location.origin}/docs#promise`)}>{text('page.promise.open')}</Button>
        </SettingRow>
      )}
      <SettingRow name={text('settings.about.documents')} meaning={text('settings.about.documents.text')}>
        <Button onClick={() => open('/tree/main/docs')}>{text('settings.about.documents.open')}</Button>
      </SettingRow>
      <SettingRow
        name={text('settings.about.problem')}
        meaning={text(isWithout(facts, 'diagnostics') ? 'settings.about.problem.alone' : 'settings.about.problem.text')}
      >
        <Button onClick={() => open('/issues/new')}>{text('settings.about.problem.report')}</Button>
      </SettingRow>
      <SettingRow name={text('settings.about.licences')} meaning={text('settings.about.licence')}>
        {facts?.kind === 'desktop' && (
          <Button onClick={() => setShowsLicences(true)}>{text('settings.licences.show')}</Button>
        )}
      </SettingRow>
      {showsLicences && <LicencesDialog onClose={() => setShowsLicences(false)} />}
    </Section>
  );
}
