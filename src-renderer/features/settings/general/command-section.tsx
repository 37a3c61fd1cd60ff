import { useEffect, useState, type ReactElement } from 'react';
import type { InstalledCommand, ShellFacts } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Mono, Prose, SettingRow, Spinner } from '../../../ui/index.ts';
import { FactRow, Facts, Section } from '../section.tsx';
import styles from '../settings.module.css';

/** Name of the command, the same in every language. */
const COMMAND = 'clawreach';

/**
 * Section of the settings for the command `clawreach` that comes with the application: says whether a terminal finds the command, and has the
 * application install it for terminals (a symbolic link or an entry in PATH) or remove it (`shell.command.*`). Renders nothing in a browser.
 */
export function CommandSection({ facts }: Readonly<{ facts: ShellFacts }>): ReactElement | null {
  const [command, setCommand] = useState<InstalledCommand>();
  const { run: get, error: unknown } = useCall('shell.command.get');
  const {
    run: install,
    busy: installing,
    error: notInstalled,
    reset: forgetInstall,
  } = useCall('shell.command.install');
  const { run: remove, busy: removing, error: notRemoved, reset: forgetRemove } = useCall('shell.command.remove');
  const isHere = facts.kind === 'desktop';
  useEffect(() => {
    if (isHere) void get({}).then(setCommand);
  }, [get, isHere]);
  if (!isHere) return null;
  if (command === undefined)
    return (
      <Section name="command" title={text('settings.command')}>
        {unknown === undefined ? (
          <div className={styles['waiting']}>
            <Spinner label={text('ui.loading')} />
          </div>
        ) : (
          <ErrorNotice error={unknown} />
        )}
      </Section>
    );
  const show = (next: InstalledCommand | undefined, done: string): void => {
    if (next === undefined) return;
    setCommand(next);
    notify({ tone: 'good', text: done });
  };
  const onInstall = async (): Promise<void> => show(await install({}), text('command.install.done'));
  const onRemove = async (): Promise<void> => show(await remove({}), text('command.remove.done'));
  const { state, path, by, missingInPath } = command;
  const mine = by === 'link' || by === 'copy';
  return (
    <Section name="command" title={text('settings.command')}>
      {notInstalled !== undefined && <ErrorNotice error={notInstalled} onDismiss={forgetInstall} />}
      {notRemoved !== undefined && <ErrorNotice error={notRemoved} onDismiss={forgetRemove} />}
      <SettingRow name={<Mono>{COMMAND}</Mono>} meaning={<Prose>{text('command.text')}</Prose>}>
        {mine && state === 'missing' && (
          <Button busy={installing} onClick={() => void onInstall()}>
            {text('command.install')}
          </Button>
        )}
        {mine && state === 'installed' && (
          <Button busy={removing} onClick={() => void onRemove()}>
            {text('command.remove')}
          </Button>
        )}
      </SettingRow>
      <p className={styles['text']}>
        <Prose>{stateOf(command)}</Prose>
      </p>
      {path !== null && state !== 'missing' && (
        <Facts>
          <FactRow name={text('command.path')}>
            <Mono>{path}</Mono>
          </FactRow>
        </Facts>
      )}
      {state === 'installed' && missingInPath !== null && (
        <p className={styles['text']}>
          {text('command.folder')} <Mono>{missingInPath}</Mono>
        </p>
      )}
    </Section>
  );
}

function stateOf({ state, by, missingInPath }: InstalledCommand): string {
  if (state === 'missing' && by === 'package') return text('command.missing.package');
  if (state === 'installed' && missingInPath !== null) return text('command.installed.hidden');
  return text(`command.${state}`);
}
