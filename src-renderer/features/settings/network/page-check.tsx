import { useCallback, useState, type ReactElement } from 'react';
import type { PageCheckView, RelayPageView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Button, Chip, ErrorNotice, formatMoment, Mono, Switch, useNow } from '../../../ui/index.ts';
import { FactRow, Facts, PartHeading } from '../section.tsx';
import styles from '../settings.module.css';
import { useRepeated } from '../use-repeated.ts';

/** Interval of reading the newest check again, ms: the agent makes its own. */
const REFRESH_INTERVAL = 60_000;
const TONES = { same: 'good', signed: 'good', unsigned: 'warning', none: 'neutral', differs: 'bad' } as const;

/**
 * Part of the relay's section about the page that it serves to browsers: the newest comparison with the signed page, a button that compares now
 * (`relayPage.check`), and the daily check (`relayPage.set`).
 */
export function PageCheck(): ReactElement {
  const read = useCall('relayPage.get');
  const set = useCall('relayPage.set');
  const check = useCall('relayPage.check');
  const [view, setView] = useState<RelayPageView>();
  const { run: ask } = read;

  const refresh = useCallback(() => {
    void ask({}).then((answer) => {
      if (answer !== undefined) setView(answer);
    });
  }, [ask]);
  useRepeated(refresh, REFRESH_INTERVAL);

  const change = async (daily: boolean): Promise<void> => {
    const answer = await set.run({ daily });
    if (answer !== undefined) setView(answer);
  };
  const compare = async (): Promise<void> => {
    const last = await check.run({});
    if (last !== undefined) setView((current) => ({ daily: current?.daily ?? true, last }));
  };

  return (
    <div className={styles['part']}>
      <PartHeading>{text('settings.relay.page')}</PartHeading>
      <p className={styles['text']}>{text('settings.relay.page.text')}</p>
      {read.error !== undefined && view === undefined && <ErrorNotice error={read.error} />}
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
      {check.error !== undefined && <ErrorNotice error={check.error} onDismiss={check.reset} />}
      <Facts>
        <FactRow
          name={text('settings.relay.page.last')}
          meaning={
            view?.last === undefined || view.last === null ? (
              text('settings.relay.page.never')
            ) : (
              <LastCheck last={view.last} />
            )
          }
        >
          {view?.last !== undefined && view.last !== null && (
            <Chip tone={TONES[view.last.outcome]}>{text(`settings.relay.page.${view.last.outcome}`)}</Chip>
          )}
          <Button busy={check.busy} onClick={() => void compare()}>
            {text('settings.relay.page.check')}
          </Button>
        </FactRow>
      </Facts>
      {view?.last?.outcome === 'differs' && <Findings last={view.last} />}
      <Switch
        row
        label={text('settings.relay.page.daily')}
        description={text('settings.relay.page.daily.text')}
        checked={view?.daily === true}
        disabled={view === undefined || set.busy}
        onChange={(daily) => void change(daily)}
      />
    </div>
  );
}

function LastCheck({ last: { version, hash, at } }: Readonly<{ last: PageCheckView }>): ReactElement {
  const now = useNow(60_000);
  return (
    <>
      {formatMoment(at, now)}
      {version !== null && (
        <>
          {' · '}
          {version} {hash !== null && <Mono>{hash}</Mono>}
        </>
      )}
    </>
  );
}

function Findings({ last }: Readonly<{ last: PageCheckView }>): ReactElement {
  return (
    <ul className={styles['addresses']}>
      {last.findings.map(({ path, problem }) => (
        <li key={path}>
          <Mono>{path}</Mono> {text(`settings.relay.page.problem.${problem}`)}
        </li>
      ))}
    </ul>
  );
}
