import { useState, type ReactElement } from 'react';
import type { ShellFacts, UpdateRelease, UpdatesView } from '#shared/app-api/index.ts';
import { formatDate, text } from '../../../locale/index.ts';
import { openLink, useApi, useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Select, Spinner, Switch, Prose, formatBytes } from '../../../ui/index.ts';
import { InstallUpdateDialog } from './install-update-dialog.tsx';
import { FactRow, Facts, Section } from '../section.tsx';
import styles from '../settings.module.css';
import own from './updates.module.css';
import { useWindowSettings } from '../use-window-settings.ts';
import { UpdateProblem } from './update-problem.tsx';

/**
 * Section of the settings for updates: the running version, the available one with its actions (`shell.updates.*`), automatic checks and the channel
 * (`shell.settings.set`). A button opens the web page of the release. Renders nothing in a browser, which can't update the application.
 */
export function UpdatesSection({ facts }: Readonly<{ facts: ShellFacts }>): ReactElement | null {
  const updates = useApp((state) => state.updates);
  const { settings, error, change } = useWindowSettings();
  if (facts.kind === 'browser' || updates === undefined) return null;
  const { way, available, installed, checkedAt } = updates;
  return (
    <Section name="updates" title={text('settings.updates')} text={text('updates.text')}>
      {error !== undefined && <ErrorNotice error={error} />}
      <Facts>
        {/* The version of this window stands above. */}
        {installed !== facts.version && <FactRow name={text('updates.installed')}>{installed}</FactRow>}
        {available && (
          <FactRow name={text('updates.checked')}>
            {checkedAt === null ? text('updates.checked.never') : whenOf(checkedAt)}
          </FactRow>
        )}
        <FactRow wide={updates.state.name === 'available'} name={text('updates.state')}>
          {available ? (
            <UpdateStatus updates={updates} facts={facts} />
          ) : (
            <p className={styles['plain']}>{text('updates.not-set-up')}</p>
          )}
        </FactRow>
      </Facts>
      {way !== 'self' && (
        <p className={styles['plain']}>
          <Prose>{text(`updates.method.${way}`)}</Prose>
        </p>
      )}
      {available && (
        <>
          <Switch
            row
            label={text('updates.auto')}
            description={text('updates.auto.text')}
            checked={settings.updates.check}
            onChange={(check) => void change({ updates: { ...settings.updates, check } })}
          />
          <Select
            row
            label={text('updates.channel')}
            value={settings.updates.channel}
            options={[
              { value: 'stable', label: text('updates.channel.stable') },
              { value: 'beta', label: text('updates.channel.beta') },
            ]}
            onChange={(channel) => void change({ updates: { ...settings.updates, channel } })}
          />
        </>
      )}
    </Section>
  );
}

type UpdateStatusProps = Readonly<{ updates: UpdatesView; facts: ShellFacts }>;

/** Shows the state of the update with buttons to check, download, cancel or install. */
function UpdateStatus({ updates, facts }: UpdateStatusProps): ReactElement {
  const { state, checkedAt } = updates;
  switch (state.name) {
    case 'idle':
      return (
        <>
          <p className={styles['plain']}>{text(checkedAt === null ? 'updates.state.unknown' : 'updates.state.idle')}</p>
          <CheckButton />
        </>
      );
    case 'checking':
      return <Spinner label={text('updates.state.checking')} />;
    case 'available':
      return <Available release={state.release} updates={updates} facts={facts} />;
    case 'downloading':
      return <Downloading release={state.release} received={state.received} total={state.total} />;
    case 'ready':
      return <Ready release={state.release} />;
    case 'failed':
      return (
        <UpdateProblem state={state}>
          {state.during === 'download' ? <DownloadButton label={text('updates.again')} /> : <CheckButton />}
        </UpdateProblem>
      );
  }
}

function Available({
  release,
  updates,
  facts,
}: UpdateStatusProps & Readonly<{ release: UpdateRelease }>): ReactElement {
  const api = useApi();
  const { version, released, notes, page, size } = release;
  const isSelfUpdating = updates.way === 'self';
  return (
    <>
      <p className={styles['plain']}>{text('updates.state.available', { version, date: dayOf(released) })}</p>
      {notes !== null && <p className={own['notes']}>{notes.replaceAll(/^[-*] /gmu, '• ')}</p>}
      <div className={own['actions']}>
        {isSelfUpdating && (
          <DownloadButton
            label={
              size === null ? text('updates.download') : text('updates.download.size', { size: formatBytes(size) })
            }
          />
        )}
        {page !== null && (
          <Button variant={isSelfUpdating ? 'secondary' : 'primary'} onClick={() => void openLink(api, facts, page)}>
            {text(isSelfUpdating ? 'updates.page' : 'updates.page.get')}
          </Button>
        )}
        <CheckButton />
      </div>
    </>
  );
}

type DownloadingProps = Readonly<{ release: UpdateRelease; received: number; total: number }>;

function Downloading({ release, received, total }: DownloadingProps): ReactElement {
  const { run } = useCall('shell.updates.cancel');
  const label = text('updates.state.downloading', { version: release.version });
  return (
    <div className={own['progress']}>
      <p className={styles['plain']}>{label}</p>
      <progress className={own['bar']} aria-label={label} value={received} max={Math.max(total, 1)} />
      <p className={own['figures']}>
        {text('updates.state.progress', { received: formatBytes(received), total: formatBytes(total) })}
      </p>
      <div className={own['actions']}>
        <Button onClick={() => void run({})}>{text('updates.cancel')}</Button>
      </div>
    </div>
  );
}

function Ready({ release }: Readonly<{ release: UpdateRelease }>): ReactElement {
  const [isConfirming, setConfirming] = useState(false);
  return (
    <>
      <p className={styles['plain']}>{text('updates.state.ready', { version: release.version })}</p>
      <Button variant="primary" onClick={() => setConfirming(true)}>
        {text('updates.install')}
      </Button>
      {isConfirming && <InstallUpdateDialog release={release} onClose={() => setConfirming(false)} />}
    </>
  );
}

function CheckButton(): ReactElement {
  const { run, busy } = useCall('shell.updates.check');
  return (
    <Button busy={busy} onClick={() => void run({})}>
      {text('updates.check')}
    </Button>
  );
}

function DownloadButton({ label }: Readonly<{ label: string }>): ReactElement {
  const { run, busy } = useCall('shell.updates.download');
  return (
    <Button variant="primary" busy={busy} onClick={() => void run({})}>
      {label}
    </Button>
  );
}

function dayOf(at: number): string {
  return formatDate(at, { dateStyle: 'medium' });
}

function whenOf(at: number): string {
  return formatDate(at, { dateStyle: 'medium', timeStyle: 'short' });
}
