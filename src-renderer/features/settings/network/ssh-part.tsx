import { useCallback, useState, type ReactElement } from 'react';
import type { SshConfigView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { ErrorNotice, Mono, Prose, Switch } from '../../../ui/index.ts';
import { ProblemBanner } from '../problem-banner.tsx';
import { FactRow, Facts, PartHeading } from '../section.tsx';
import styles from '../settings.module.css';
import { useRepeated } from '../use-repeated.ts';

/** Interval of reading the names again, ms; they follow the list of machines. */
const REFRESH_INTERVAL = 10_000;

/**
 * Part of the network's section with which ssh and other programs reach machines by names such as `office.claw`: the switch that writes the SSH
 * configuration of the person (`sshConfig.set`), and the names.
 */
export function SshPart(): ReactElement {
  const read = useCall('sshConfig.get');
  const set = useCall('sshConfig.set');
  const [view, setView] = useState<SshConfigView>();
  const { run: ask } = read;

  const refresh = useCallback(() => {
    void ask({}).then((answer) => {
      if (answer !== undefined) setView(answer);
    });
  }, [ask]);
  useRepeated(refresh, REFRESH_INTERVAL);

  const change = async (installed: boolean): Promise<void> => {
    const answer = await set.run({ installed });
    if (answer !== undefined) setView(answer);
  };

  return (
    <div className={styles['part']}>
      <PartHeading>{text('settings.ssh')}</PartHeading>
      {read.error !== undefined && view === undefined && <ErrorNotice error={read.error} />}
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
      <ProblemBanner code={view?.problem ?? null} />
      <Switch
        row
        label={text('settings.ssh.switch')}
        description={<Prose>{text('settings.ssh.switch.text')}</Prose>}
        checked={view?.installed === true}
        disabled={view === undefined || set.busy}
        onChange={(installed) => void change(installed)}
      />
      {view?.installed === true && (
        <Facts>
          <FactRow wide name={text('settings.ssh.hosts')} meaning={text('settings.ssh.hosts.text')}>
            {view.hosts.length === 0 ? (
              text('settings.ssh.hosts.none')
            ) : (
              <ul className={styles['addresses']}>
                {view.hosts.map(({ host, peer }) => (
                  <li key={peer}>
                    <Mono>{host}</Mono>
                  </li>
                ))}
              </ul>
            )}
          </FactRow>
          <FactRow wide name={text('settings.ssh.file')}>
            <Mono>{view.file}</Mono>
          </FactRow>
        </Facts>
      )}
    </div>
  );
}
